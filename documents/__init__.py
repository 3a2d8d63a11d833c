"""Official documents (公文): incoming, circulation, exchange."""
