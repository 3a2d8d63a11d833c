"""The client's wire types come from the server's description: what is committed is what the server says now."""

import subprocess
from pathlib import Path

import asgi
from office.http.app import openapi_text
from office.kernel.modules import Registry
from tools.setup import node

WEB = Path(__file__).parents[2] / "web"
AGAIN = "the interface has changed: run `npm run api` in web/ and commit web/api/openapi.json and web/src/core/schema.d.ts"


def test_the_committed_description_is_the_servers() -> None:
    # Compared apart from the assert: a diff of two such texts would take minutes.
    same = openapi_text(Registry(asgi.manifests())) == (WEB / "api" / "openapi.json").read_text("utf-8")
    assert same, AGAIN


def test_the_committed_types_are_the_descriptions() -> None:
    found = node.find()
    assert found is not None, "no Node: make test brings one"
    script = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    assert script.is_file(), "openapi-typescript is not installed: npm ci in web/, as make test does"
    command = [*found.npm, "exec", "--offline", "--", "openapi-typescript", "api/openapi.json"]
    done = subprocess.run(command, cwd=WEB, env=found.env, capture_output=True, text=True, check=True)
    same = done.stdout == (WEB / "src" / "core" / "schema.d.ts").read_text("utf-8")
    assert same, AGAIN
