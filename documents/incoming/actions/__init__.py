"""The verbs of incoming documents; the only writers."""
