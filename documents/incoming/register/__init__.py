"""The register (收文登记簿)."""
