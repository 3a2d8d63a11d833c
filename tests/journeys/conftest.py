"""The fixtures of tests/web/fixtures.py, for this folder."""

from tests.web.fixtures import brought, built, chromium, desks, phone, phones, served, settings, shared_folder, town_folder

__all__ = ["brought", "built", "chromium", "desks", "phone", "phones", "served", "settings", "shared_folder", "town_folder"]
