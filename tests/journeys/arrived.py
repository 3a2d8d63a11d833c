"""What must be so when a leader's signature has arrived: four offices have it in their inboxes, and the proof holds."""

import hashlib
import json
from typing import Any

from demo.two_minutes import proofs
from tests.web.desk import CLERK, FOUR, LEADER, STORY_OFFICES, TITLE, Desks, Json, clerk_of
from tests.web.phone import Phone


def came_through(phone: Phone, desks: Desks, handling: str, title: str = TITLE) -> None:
    """What the server holds is what the finger did: signed by this phone's key, opened at four offices, provable."""
    held = phone.sent[-1]
    seen = desks.page(handling)
    [opinion] = desks.opinions(handling, CLERK)
    assert (opinion["state"], opinion["text"], opinion["marks"]) == ("effective", FOUR, [])
    assert seen["state"] == "承办中"
    assert len(seen["sent_down"]) == 4
    for unit in STORY_OFFICES:
        todos = desks.of(clerk_of(unit).login).get("/inbox", box="handle")["items"]
        assert title in [todo["title"] for todo in todos]
    picture = desks.of(CLERK).get(opinion["strokes_svg"].removeprefix("/api/v1"))
    assert picture.startswith(b"<svg")
    assert picture.count(b"M") >= 6
    proven(desks.evidence(opinion["signature"]), held, desks)


def proven(evidence: Json, held: Json, desks: Desks) -> None:
    keys = {one["id"]: proofs.unb64(one["public_key"]) for one in desks.of(CLERK).get("/server-keys")["items"]}
    public = proofs.unb64(evidence["public_key"])
    assert proofs.evidence(evidence, held["statement"], proofs.unb64(held["signature"]), public, keys) == []
    said: dict[str, Any] = json.loads(held["statement"])
    assert said["opinion"]["strokes"] == hashlib.sha256(proofs.unb64(held["strokes"])).hexdigest()
    assert said["key"] == desks.of(LEADER).get("/devices")["items"][0]["id"]
    assert [line["role"] for line in said["action"]["dispatch"]] == ["lead", "assist", "assist", "assist"]
