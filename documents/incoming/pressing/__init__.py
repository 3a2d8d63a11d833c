"""催办: who presses whom about which step, in which words and by which way; and what the presser is told is late."""
