"""The platform's schema, step by step, as SQL for each engine; `python -m tools.make_migration` writes the first."""
