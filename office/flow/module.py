"""The manifest of office.flow."""

from office.flow.invariants import INVARIANTS
from office.flow.keeping import KEEPER
from office.flow.texts import TEXTS
from office.kernel.modules import Module

module = Module(name="flow", models=["office.flow.models"], texts=TEXTS, invariants=INVARIANTS, keepers=[KEEPER])
