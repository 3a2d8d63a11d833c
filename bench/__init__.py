"""Benchmarks: each a command that prints JSON and a one-line verdict, always as a ratio to a baseline of the same run."""
