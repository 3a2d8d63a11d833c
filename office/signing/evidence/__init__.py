"""Evidence bundles (证据包): what was signed, by whom, with which keys, and that the trail has it; docs/evidence-format.md."""
