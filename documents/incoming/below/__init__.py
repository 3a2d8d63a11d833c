"""Units below (下级单位): what was sent down, how far it is, and what comes up."""
