"""Incoming documents (收文)."""
