"""The house rules that no general linter knows, each found in the syntax tree."""
