"""What you see is what you sign: tickets, statements, device and server keys, the thirty seconds, evidence."""
