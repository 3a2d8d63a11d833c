"""Conversations, notices and quick transfer (快传)."""
