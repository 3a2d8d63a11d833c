"""OpenAPI 3.1, made from the same types that validate."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID

import msgspec

from office.http.binding import BODYLESS, Plan, output_type, plan_of
from office.http.multipart import MAX_PARTS
from office.http.routing import BASE
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Content, Endpoint

#: What a body is that is read as it comes (tus 1.0).
PIECES = "application/offset+octet-stream"
NOTHING: Mapping[str, str] = MappingProxyType({})
REFERENCE = "#/components/schemas/{name}"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "中文说明，告诉人该怎么做"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "request": {"type": "string"},
        "retry_after": {"type": "integer"},
        "state": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def document(endpoints: Sequence[Endpoint], version: str, headings: Mapping[str, str] = NOTHING) -> dict[str, Any]:
    """The OpenAPI document of these endpoints; `headings` are what the first parts of their paths are called."""
    plans = [(endpoint, plan_of(endpoint)) for endpoint in endpoints]
    types = [kind for _, plan in plans for kind in (plan.input, plan.headers, output_type(plan)) if kind not in (None, Content)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    schema_of = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint, plan in plans:
        operation = _operation(endpoint, plan, schema_of, components) | {"tags": [_heading(endpoint, headings)]}
        paths.setdefault(BASE + endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zhiban 指办", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "tags": _tags(endpoints, headings),
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "zhiban"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def head_of(endpoint: Endpoint) -> str:
    """The first part of its path: "/files/{id}" → "files"."""
    return endpoint.path.split("/")[1]


def _heading(endpoint: Endpoint, headings: Mapping[str, str]) -> str:
    return headings.get(head_of(endpoint), head_of(endpoint))


def _tags(endpoints: Sequence[Endpoint], headings: Mapping[str, str]) -> list[dict[str, str]]:
    found = {_heading(endpoint, headings): f"/{head_of(endpoint)}" for endpoint in endpoints}
    return [{"name": name, "description": found[name]} for name in sorted(found, key=found.__getitem__)]


def _operation(endpoint: Endpoint, plan: Plan, schema_of: dict[int, Any], components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": _operation_id(endpoint),
        "parameters": _parameters(endpoint, plan, schema_of, components),
        "responses": _responses(endpoint, plan, schema_of),
        "security": [] if endpoint.permission == PUBLIC else [{"session": []}, {"bearer": []}],
    }
    if endpoint.permission not in (PUBLIC, LOGGED_IN):
        operation["x-permission"] = endpoint.permission
    if body := _body(endpoint, plan, schema_of):
        operation["requestBody"] = body
    return operation


def _operation_id(endpoint: Endpoint) -> str:
    words = re.sub(r"[{}]", "", endpoint.path).strip("/").replace("/", "_").replace("-", "_").replace(".", "_")
    return f"{endpoint.method.lower()}_{words}"


def _parameters(endpoint: Endpoint, plan: Plan, schema_of: dict[int, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    headers = [] if plan.headers is None else _each("header", schema_of[id(plan.headers)], components)
    queries = _query_parameters(endpoint, plan, schema_of, components)
    return [*_path_parameters(plan), *queries, *headers, *_header(endpoint)]


def _path_parameters(plan: Plan) -> list[dict[str, Any]]:
    kinds: dict[type, dict[str, Any]] = {UUID: {"type": "string", "format": "uuid"}, int: {"type": "integer"}}
    return [
        {"name": name, "in": "path", "required": True, "schema": kinds.get(kind, {"type": "string"})}
        for name, kind in plan.path.items()
    ]


def _query_parameters(
    endpoint: Endpoint, plan: Plan, schema_of: dict[int, Any], components: dict[str, Any]
) -> list[dict[str, Any]]:
    if plan.input is None or endpoint.method not in BODYLESS:
        return []
    return _each("query", schema_of[id(plan.input)], components)


def _each(where: str, schema: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a Struct, each as a parameter of its own."""
    schema = components[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    needed = schema.get("required", ())
    return [
        {"name": name, "in": where, "required": name in needed, "schema": shape}
        for name, shape in schema.get("properties", {}).items()
    ]


def _header(endpoint: Endpoint) -> list[dict[str, Any]]:
    if not endpoint.keyed:
        return []
    return [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 100, "pattern": "^[!-~]+$"}}]


def _body(endpoint: Endpoint, plan: Plan, schema_of: dict[int, Any]) -> dict[str, Any] | None:
    if plan.stream:
        return {"required": False, "content": {PIECES: {"schema": {"type": "string", "format": "binary"}}}}
    if plan.upload:
        return {"required": True, "content": {"multipart/form-data": {"schema": _form(endpoint, plan, schema_of)}}}
    if plan.input is None or endpoint.method in BODYLESS:
        return None
    return {"required": True, "content": {"application/json": {"schema": schema_of[id(plan.input)]}}}


def _form(endpoint: Endpoint, plan: Plan, schema_of: dict[int, Any]) -> dict[str, Any]:
    files = {"type": "array", "minItems": 1, "maxItems": MAX_PARTS, "items": {"type": "string", "format": "binary"}}
    fields = {endpoint.form: schema_of[id(plan.input)]} if endpoint.form else {}
    return {"type": "object", "required": [*fields, "file"], "properties": {**fields, "file": files}}


def _responses(endpoint: Endpoint, plan: Plan, schema_of: dict[int, Any]) -> dict[str, Any]:
    output = output_type(plan)
    problem = _of_type("application/problem+json", {"$ref": REFERENCE.format(name="Problem")}, "问题说明（RFC 9457）")
    if output is None:
        good: dict[str, Any] = {"200" if endpoint.method == "HEAD" else "204": {"description": "完成"}}
    elif output is Content or output in get_args(output):
        good = {"200": _of_type("application/octet-stream", {}, "内容")}
    else:
        good = {str(endpoint.status): _of_type("application/json", schema_of[id(output)], "完成")}
    return {**good, "default": problem}


def _of_type(media_type: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}
