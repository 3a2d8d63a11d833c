"""Supervised matters (工作督办): assignments, progress, reminders, lights."""
