"""Printed forms: typst templates, fonts, the check of glyphs, PDF; and documents bound and sealed as one PDF."""
