"""The manifest of office.audit."""

from office.kernel.modules import Module

module = Module(name="audit", models=["office.audit.models"])
