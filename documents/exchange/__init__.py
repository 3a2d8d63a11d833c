"""Exchange (公文交换) with other systems: the push, signed receipts, states by cursor and by webhook."""
