"""`zhiban doctor`: what is wrong with the settings, the data and the machine, each with what to do."""

from office.cli.doctor.command import doctor

__all__ = ["doctor"]
