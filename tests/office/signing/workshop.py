"""Evidence bundles made from docs/evidence-format.md without the house's code, and changed in every way one can think of."""

import copy
import hashlib
import io
import json
import random
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.office.audit.test_merkle import path, root

Json = dict[str, Any]
P256 = ec.ECDSA(hashes.SHA256())
WORDS = ("同意。", "请农办阅办 🌾", 'a\u2028\x7f\\"\u0001')
STATES = ("effective", "taken_back", "pending_clerk", "withdrawn", "held", "refused")


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Key:
    """A private key that names itself as the format says."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        self.der = self.private.public_key().public_bytes(serialization.Encoding.DER, form)
        self.id = sha(self.der)[:16]

    def sign(self, message: bytes) -> str:
        r, s = decode_dss_signature(self.private.sign(message, P256))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


SERVER, OTHER = Key(), Key()


def uuid(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128)))


class Made:
    """A bundle as values that can be changed, and put together again."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.extra: dict[str, bytes] = {}
        self.said: Json = {}
        self.subject = f"documents.handling:{uuid(chance)}"
        self._files()
        signed = [self._signature() for _ in range(chance.randint(1, 3))]
        seal, sealed = self._seal()
        entered = [self._entered() for _ in range(chance.choice([0, 0, 1, 2]))]
        rows = [row for _, found in [*signed, *entered] for row in found]
        trail, head = self._trail(rows + sealed)
        self.said = {
            "format": "zhiban-evidence-1", "made_at": "2026-11-29 08:00:00.000000+00:00", "subject": self.subject,
            "title": "关于做好防汛工作的通知", "signed_by": SERVER.id,
            "server_keys": [{"id": SERVER.id, "public_key": b64(SERVER.der)}],
            "renditions": self.renditions, "signatures": [one for one, _ in signed],
            "entered": [one for one, _ in entered], "trail": trail, "head": head, "seal": seal,
        }  # fmt: skip

    def _files(self) -> None:
        chance, files = self.chance, []
        for number in range(chance.randint(1, 2)):
            data, enclosed = chance.randbytes(chance.randint(1, 300)), chance.random() < 0.8
            files.append({"sha256": sha(data), "size": len(data), "name": f"{number}.pdf", "media_type": "application/pdf",
                          "included": enclosed})  # fmt: skip
            if enclosed:
                self.extra[f"files/{sha(data)}"] = data
        digest = sha(canonical([one["sha256"] for one in files]))
        self.renditions = [{"digest": digest, "files": files}]

    def _signature(self) -> tuple[Json, list[Json]]:
        chance, device = self.chance, Key() if self.chance.random() < 0.85 else None
        person, at, rendition = uuid(chance), f"person:{uuid(chance)}", self.renditions[0]["digest"]
        device_id, strokes = uuid(chance) if device else None, chance.randbytes(40) if chance.random() < 0.5 else None
        if strokes:
            self.extra[f"strokes/{sha(strokes)}"] = strokes
        ticket = canonical({
            "nonce": uuid(chance), "step": "case/1", "revision": chance.randint(0, 9), "subject": self.subject,
            "person": person, "post": None, "on_behalf_of": None, "rendition": rendition, "issued_at": "2026-11-29T08:00:00Z",
        })  # fmt: skip
        statement = canonical({
            "suite": "zhiban-es256-1", "ticket": f"{b64(ticket)}.{SERVER.sign(b'ticket ' + ticket)}",
            "action": {"kind": "approve", "dispatch": []}, "rendition": rendition, "device_time": "2026-11-29T08:01:00.5Z",
            "opinion": {"text": chance.choice(WORDS), "strokes": sha(strokes) if strokes else None},
            "key": device_id,
        })  # fmt: skip
        signature = device.sign(statement) if device else None
        id, state = uuid(chance), chance.choice(STATES)
        counter = canonical({
            "signature": id, "statement_sha256": sha(statement), "arrived_at": "2026-11-29 08:02:00.123456+00:00",
            "device_signature_sha256": sha(unb64(signature)) if signature else None,
        })  # fmt: skip
        said = {
            "id": id, "state": state, "reason": "", "person_name": "秦望舒", "effective_at": None,
            "taken_back_at": "2026-11-29 08:03:00.000000+00:00" if state == "taken_back" else None,
            "statement": statement.decode(), "signature": signature, "public_key": b64(device.der) if device else None,
            "countersigned": counter.decode(), "countersignature": SERVER.sign(counter), "server_key": SERVER.id,
        }  # fmt: skip
        by = f"person:{person}"
        rows = [self._row("signing.sign", self.subject, by, {"signature": id, "statement": sha(statement), "ratio": 0.5})]
        if state in ("taken_back", "withdrawn"):
            action = "signing.take_back" if state == "taken_back" else "signing.withdraw"
            rows.append(self._row(action, self.subject, by, {"signature": id}))
        if device and chance.random() < 0.9:
            rows.append(self._row("identity.register_device", f"identity.device:{device_id}", by, {"key": sha(device.der)}))
        if chance.random() < 0.1:
            rows.append(self._row("documents.other", self.subject, at, {}))
        return said, rows

    def _seal(self) -> tuple[Json | None, list[Json]]:
        chance = self.chance
        if chance.random() < 0.3:
            return None, []
        certificate = chance.randbytes(90)
        sm2 = {"public_key": b64(chance.randbytes(65)), "signature": b64(chance.randbytes(71))}
        sealed, enclosed = chance.randbytes(chance.randint(1, 99)), chance.random() < 0.8
        if enclosed:
            self.extra[f"files/{sha(sealed)}"] = sealed
        seal = {
            "sha256": sha(sealed), "size": len(sealed), "sm3": sha(chance.randbytes(9)), "included": enclosed,
            "closed_at": "2026-11-29 08:05:00.000000+00:00", "sealed_at": "2026-11-29T08:05:02Z", "signer": "测试签章",
            "test": True, "certificate": b64(certificate), "sm2": sm2 if chance.random() < 0.5 else None,
        }  # fmt: skip
        facts = {"sha256": seal["sha256"], "sm3": seal["sm3"], "certificate": sha(certificate), "test": True}
        row = self._row("documents.seal", self.subject, "system", facts)
        older = self._row("documents.seal", self.subject, "system", {**facts, "sha256": sha(b"older"), "sm3": sha(b"o")})
        return seal, [row, older] if chance.random() < 0.9 else [older]

    def _entered(self) -> tuple[Json, list[Json]]:
        chance = self.chance
        id, person, hand = uuid(chance), uuid(chance), uuid(chance)
        paper = chance.randbytes(chance.randint(1, 99)) if chance.random() < 0.6 else None
        scan, enclosed = None, chance.random() < 0.8
        if paper is not None:
            scan = {"sha256": sha(paper), "size": len(paper), "name": "批示.jpg", "media_type": "image/jpeg",
                    "included": enclosed}  # fmt: skip
            self.extra |= {f"files/{sha(paper)}": paper} if enclosed else {}
        entry = canonical({
            "opinion": id, "person": person, "post": None, "act": "instruct", "text": chance.choice(WORDS), "source": "电话",
            "entered_by": hand, "entered_at": "2026-11-29 08:02:30.000000+00:00", "decided_at": None,
            "rendition": self.renditions[0]["digest"], "scan": scan and scan["sha256"],
        })  # fmt: skip
        confirmed, back = chance.random() < 0.5, chance.random() < 0.2
        said = {
            "id": id, "person_name": "程晚照", "entered_by_name": "苏小满", "entry": entry.decode(), "scan": scan,
            "confirmed_at": "2026-11-29T08:03:00Z" if confirmed else None,
            "taken_back_at": "2026-11-29T08:04:00Z" if back else None,
        }  # fmt: skip
        facts = {"opinion": id, "decider": person, "entry": sha(entry), "source": "电话"}
        rows = [self._row("documents.dictate", self.subject, f"person:{hand}", facts)] if chance.random() < 0.95 else []
        if confirmed:
            rows.append(self._row("documents.confirm_dictation", self.subject, f"person:{person}", {"opinion": id}))
        return said, rows

    def _row(self, action: str, subject: str, actor: str, facts: Json) -> Json:
        names = ("actor_name", "post", "unit", "on_behalf_of", "session", "device", "address", "request")
        return {**dict.fromkeys(names, ""), "id": uuid(self.chance), "at": "2026-11-29 08:00:00.000000+00:00", "action": action,
                "subject": subject, "outcome": "done", "actor": actor, "facts": facts}  # fmt: skip

    def _trail(self, rows: list[Json]) -> tuple[list[Json], Json | None]:
        if self.chance.random() < 0.08:
            return [], None
        size = len(rows) + self.chance.randint(0, 300)
        places = sorted(self.chance.sample(range(size), len(rows)))
        texts = {place: canonical(row).decode() for place, row in zip(places, rows, strict=True)}
        leaves = [leaf(texts.get(place, str(place)).encode()) for place in range(size)]
        trail = [
            {"row": texts[place], "position": place, "path": [step.hex() for step in path(leaves, place)]} for place in places
        ]
        head = canonical({
            "batch": 7, "format": "zhiban-audit-head-1", "previous": "ab" * 32, "root": root(leaves).hex(),
            "sealed_at": "2026-11-29 08:04:00.000000+00:00", "size": size,
        })  # fmt: skip
        told = {"head": head.decode(), "signature": SERVER.sign(b"audit-head " + head), "server_key": SERVER.id}
        return trail, told

    def zipped(self, signer: Key | None = SERVER) -> bytes:
        """The bundle; its whole signature by another key, or left from before where `signer` is None."""
        data = canonical(self.said)
        self.whole = signer.sign(b"evidence " + data) if signer else self.whole
        return zipped({"evidence.json": data, "evidence.sig": self.whole.encode(), **self.extra})


def leaf(row: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + hashlib.sha256(row).digest()).digest()


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# Changes: each takes the bytes of a good bundle and gives others.


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def longer(data: bytes, chance: random.Random) -> bytes:
    return data + chance.randbytes(chance.randint(1, 40))


def entries(data: bytes, chance: random.Random) -> bytes:
    """An entry gone, renamed, added, altered, or all of them compressed."""
    parts, how = unzipped(data), chance.choice(["gone", "renamed", "added", "altered", "compressed"])
    name = chance.choice(sorted(parts))
    if how == "gone":
        del parts[name]
    elif how == "renamed":
        parts[name + "x"] = parts.pop(name)
    elif how == "added":
        parts[chance.choice(["x", "files/" + "0" * 64, "strokes/" + "0" * 64])] = b"x"
    elif how == "altered":
        parts[name] = flipped(parts[name], chance) if parts[name] else b"x"
    return zipped(parts, zipfile.ZIP_DEFLATED if how == "compressed" else zipfile.ZIP_STORED)


VALUES: tuple[Any, ...] = (None, "", 0, 1, -1, 1.5, True, [], {}, "x", 2**53, 2**53 - 1, "ab" * 32, "0" * 16,
                           "2026-11-29T08:00:00Z", "2026-13-29T08:00:00Z", "2026-11-29 09:00:00+08:00",
                           "2036-11-29 08:00:00+00:00")  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([at] if at else []), *(found for name, one in inner for found in places(one, (*at, name)))]


def changed(value: Any, chance: random.Random) -> Any:
    """One place of a JSON value altered, removed, doubled, or given a stranger beside it."""
    value = copy.deepcopy(value)
    *way, last = chance.choice(places(value))
    holder = value
    for step in way:
        holder = holder[step]
    how = chance.random()
    if how < 0.15:
        del holder[last]
    elif how < 0.25 and isinstance(holder, list):
        holder.insert(last, copy.deepcopy(chance.choice(holder)))
    elif how < 0.3 and isinstance(holder, dict):
        holder[chance.choice(["x", "note", "é"])] = chance.choice(VALUES)
    elif how < 0.6 and isinstance(holder[last], str) and holder[last]:
        holder[last] = _reworded(holder[last], chance)
    else:
        holder[last] = chance.choice(VALUES)
    return value


def _reworded(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice('0123456789abcdefABCXYZ_-. 同"') + text[at + 1 :]


def member(data: bytes, chance: random.Random) -> bytes:
    """A member of evidence.json changed; half the time the server itself signs what was changed."""
    parts = unzipped(data)
    said = canonical(changed(json.loads(parts["evidence.json"]), chance))
    parts["evidence.json"] = said
    if chance.random() < 0.6:
        parts["evidence.sig"] = SERVER.sign(b"evidence " + said).encode()
    return zipped(parts)


def spelled(data: bytes, chance: random.Random) -> bytes:
    """The same JSON in other words: blanks, another order, escapes, a member twice."""
    parts = unzipped(data)
    value = json.loads(parts["evidence.json"])
    spellings: tuple[Callable[[], str], ...] = (
        lambda: json.dumps(value, ensure_ascii=False, sort_keys=True),
        lambda: json.dumps(value, sort_keys=True, separators=(",", ":")),
        lambda: json.dumps(dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":")),
        lambda: parts["evidence.json"].decode()[:-1] + ',"title":"x"}',
        lambda: parts["evidence.json"].decode() + " ",
    )
    parts["evidence.json"] = chance.choice(spellings)().encode()
    parts["evidence.sig"] = SERVER.sign(b"evidence " + parts["evidence.json"]).encode()
    return zipped(parts)


def inner(data: bytes, chance: random.Random) -> bytes:
    """What a text inside says is changed, and signed anew by whoever signs it, so that only what is meant can give it away."""
    parts = unzipped(data)
    said = json.loads(parts["evidence.json"])
    one, key = chance.choice(said["signatures"]), SERVER if chance.random() < 0.7 else OTHER
    what = chance.choice(["statement", "ticket", "countersigned", "row", "head", "entry"])
    if what == "entry" and said["entered"]:
        entered = chance.choice(said["entered"])
        entered["entry"] = canonical(changed(json.loads(entered["entry"]), chance)).decode()
    elif what == "statement":
        one["statement"] = canonical(changed(json.loads(one["statement"]), chance)).decode()
    elif what == "ticket":
        statement = json.loads(one["statement"])
        payload = canonical(changed(json.loads(unb64(statement["ticket"].split(".")[0])), chance))
        statement["ticket"] = f"{b64(payload)}.{key.sign(b'ticket ' + payload)}"
        one["statement"] = canonical(statement).decode()
    elif what == "countersigned":
        one["countersigned"] = canonical(changed(json.loads(one["countersigned"]), chance)).decode()
        one["countersignature"] = key.sign(one["countersigned"].encode())
    elif what == "row" and said["trail"]:
        row = chance.choice(said["trail"])
        row["row"] = canonical(changed(json.loads(row["row"]), chance)).decode()
    elif said["head"]:
        head = canonical(changed(json.loads(said["head"]["head"]), chance))
        said["head"] |= {"head": head.decode(), "signature": key.sign(b"audit-head " + head)}
    parts["evidence.json"] = canonical(said)
    parts["evidence.sig"] = SERVER.sign(b"evidence " + parts["evidence.json"]).encode()
    return zipped(parts)


def forged(data: bytes, chance: random.Random) -> bytes:
    """All that the server signed, signed by another key that the bundle itself brings."""
    parts = unzipped(data)
    text = parts["evidence.json"].decode().replace(SERVER.id, OTHER.id).replace(b64(SERVER.der), b64(OTHER.der))
    said = json.loads(text)
    for one in said["signatures"]:
        one["countersignature"] = OTHER.sign(one["countersigned"].encode())
    if said["head"]:
        said["head"]["signature"] = OTHER.sign(b"audit-head " + said["head"]["head"].encode())
    parts["evidence.json"] = canonical(said)
    parts["evidence.sig"] = OTHER.sign(b"evidence " + parts["evidence.json"]).encode()
    return zipped(parts)


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flipped, cut, longer, entries, member, member, member, spelled, inner, inner, inner, forged,
)  # fmt: skip
