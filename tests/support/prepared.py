"""What Tortoise works out for every model when a database is opened, worked out once for each engine and then put back.

The filters of seventy models alone are a fifth of a short test. A program opens its database once; the tests do so thousands
of times.
"""

from typing import Any

from tortoise.apps import Apps

#: Lists that Tortoise empties in place when it works them out anew.
LISTS = ("db_native_fields", "db_default_fields", "db_complex_fields")
PARTS = (*LISTS, "filters", "basetable", "basequery", "basequery_all_fields")
_worked_out = Apps._build_initial_querysets
_prepared: dict[tuple[Any, ...], list[tuple[Any, dict[str, Any]]]] = {}


def once_per_engine() -> None:
    """From now on, in this process."""
    Apps._build_initial_querysets = _build_initial_querysets  # type: ignore[method-assign]


def _build_initial_querysets(self: Apps) -> None:
    models = [model for app in self.apps.values() for model in app.values()]
    key = (models[0]._meta.db.executor_class, *models) if models else ()
    if key in _prepared:
        for description, parts in _prepared[key]:
            for name, value in parts.items():
                setattr(description, name, value)
        return
    for model in models:
        _its_own(model._meta)
    _worked_out(self)
    _prepared[key] = [(model._meta, {name: getattr(model._meta, name) for name in PARTS}) for model in models]


def _its_own(description: Any) -> None:
    """Room for this engine's parts that the other's do not share."""
    description.filters = {}
    for name in LISTS:
        setattr(description, name, [])
