"""Regions, units and what becomes of them, sections, posts, people, appointments, delegation, working days."""
