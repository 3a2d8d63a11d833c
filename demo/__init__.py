"""The demo: a fictional county with its people and papers, a front page that tells about them, and the two-minute story."""

from demo.commands import COMMANDS
from demo.front import fronted

__all__ = ["COMMANDS", "fronted"]
