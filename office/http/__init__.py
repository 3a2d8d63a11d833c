"""HTTP: compiles Endpoints into Starlette routes; validation, authorisation, idempotency, problem+json, OpenAPI."""
