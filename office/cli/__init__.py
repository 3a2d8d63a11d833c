"""The `zhiban` command: what the operator of a deployment types. The composition root brings the modules."""

from office.cli.program import leave, main

__all__ = ["leave", "main"]
