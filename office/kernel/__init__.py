"""What everything may import: actor, unit of work, events, manifests, refusals, clock. No tables, no HTTP server."""
