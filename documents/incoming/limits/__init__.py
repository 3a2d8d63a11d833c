"""Time limits (办理时限): which rule gives a date, what an opinion asks for, counting anew."""
