"""The manifest of office.papers."""

from office.kernel.modules import Module
from office.papers.texts import TEXTS

module = Module(name="papers", texts=TEXTS)
