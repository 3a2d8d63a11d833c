"""The fictional county for the tests of this folder."""

from tests.office.organization.town import town

__all__ = ["town"]
