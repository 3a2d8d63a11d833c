"""One to-do list per person: rows opened and closed in the same transaction as the work they stand for."""
