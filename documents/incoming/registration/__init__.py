"""Before and at registration (登记): what the file says, what contradicts it, what may be the same."""
