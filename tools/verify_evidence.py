"""A second verifier of evidence bundles, from docs/evidence-format.md alone: `python verify_evidence.py BUNDLE [BROUGHT …]`.

Standard library and `cryptography`. A line for each check; exit code 0 valid, 1 invalid, 3 unknown."""

# fmt: off
import hashlib
import json
import re
import sys
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

VALID, INVALID, UNKNOWN = "valid", "invalid", "unknown"
CHECKS = ("container", "bundle", "anchor", "files", "tickets", "statements", "device", "countersign", "trail", "state", "seal")
BAD = (zipfile.BadZipFile, UnsupportedAlgorithm, ValueError, LookupError, TypeError, AttributeError, EOFError, OSError,
       RuntimeError)
def need(fact):
    if not fact:
        raise ValueError("not of the form")
def whole(value):
    need(type(value) is int and 0 <= value < 2**53)
    return value
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def load(data):
    found = loads(data, parse_float=whole, parse_int=lambda said: whole(int(said)))
    need(canonical(found) == data)
    return found
def sha(data):
    return hashlib.sha256(data).hexdigest()
def b64(value, size=None):
    data = urlsafe_b64decode(value.encode("ascii") + b"=" * (-len(value) % 4))
    need(urlsafe_b64encode(data).rstrip(b"=").decode() == value and size in (None, len(data)))
    return data
def key(value):
    found = serialization.load_der_public_key(b64(value))
    need(isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1))
    return found
def moment(value):
    need(re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", value, re.ASCII))
    return datetime.fromisoformat(value)

def shaped(value, shape):
    """A value has a shape: {member: shape}, [shape of each], (shape or null,), a pattern, a type or a function."""
    if type(shape) is dict:
        need(type(value) is dict and value.keys() == shape.keys())
        value = {name: shaped(value[name], shape[name]) for name in shape}
    elif type(shape) is list:
        need(type(value) is list)
        value = [shaped(one, shape[0]) for one in value]
    elif type(shape) is tuple:
        value = None if value is None else shaped(value, shape[0])
    elif type(shape) is str:
        need(type(value) is str and re.fullmatch(shape, value))
    else:
        need(shape is object or type(value) is shape) if type(shape) is type else shape(value)
    return value

raw, loads = partial(b64, size=64), partial(json.loads, parse_constant=whole)
DIGEST, KEY_ID, UUID = "[0-9a-f]{64}", "[0-9a-f]{16}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FILE = {"sha256": DIGEST, "size": whole, "name": str, "media_type": str, "included": bool}
SIGNATURE = {
    "id": UUID, "state": "held|effective|withdrawn|pending_clerk|refused|taken_back", "reason": str, "person_name": str,
    "effective_at": (moment,), "taken_back_at": (moment,), "statement": str, "signature": (raw,), "public_key": (key,),
    "countersigned": str, "countersignature": raw, "server_key": KEY_ID,
}
SEAL = {"sha256": DIGEST, "size": whole, "sm3": DIGEST, "closed_at": moment, "sealed_at": moment, "signer": str, "test": bool,
        "certificate": b64, "sm2": ({"public_key": partial(b64, size=65), "signature": b64},)}
EVIDENCE = {
    "format": "zhiban-evidence-1", "made_at": moment, "subject": str, "title": str, "signed_by": KEY_ID,
    "server_keys": [{"id": KEY_ID, "public_key": key}], "renditions": [{"digest": DIGEST, "files": [FILE]}],
    "signatures": [SIGNATURE], "trail": [{"row": str, "position": whole, "path": [DIGEST]}],
    "head": ({"head": str, "signature": raw, "server_key": KEY_ID},), "seal": (SEAL,),
}
STATEMENT = {"suite": "zhiban-es256-1", "ticket": str, "action": dict, "opinion": {"text": str, "strokes": (DIGEST,)},
             "rendition": DIGEST, "device_time": str, "key": (UUID,)}
TICKET = dict.fromkeys(["nonce", "step", "revision", "post", "on_behalf_of"], object)
TICKET |= {"subject": str, "person": UUID, "rendition": DIGEST, "issued_at": moment}
COUNTER = dict.fromkeys(["signature", "statement_sha256", "device_signature_sha256"], object) | {"arrived_at": moment}
HEAD = {"batch": whole, "size": whole, "root": DIGEST, "previous": DIGEST, "sealed_at": moment, "format": "zhiban-audit-head-1"}
ROW = dict.fromkeys(["id", "at", "action", "subject", "outcome", "actor", "actor_name", "post", "unit", "on_behalf_of"], str)
ROW |= {"session": str, "device": str, "address": str, "request": str, "facts": dict}

def holds(public, signature, message):
    r, s = (int.from_bytes(part, "big") for part in (raw(signature)[:32], raw(signature)[32:]))
    try:
        return key(public).verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256())) is None
    except InvalidSignature:
        return False

def leads(row, head):  # RFC 9162, section 2.1.3.2
    fn, sn = row["position"], head["size"] - 1
    r = hashlib.sha256(b"\0" + hashlib.sha256(row["row"].encode()).digest()).digest()
    for p in map(bytes.fromhex, row["path"]):
        right = fn & 1 or fn == sn
        r = hashlib.sha256(b"\1" + p + r if right else b"\1" + r + p).digest()
        while right and not fn & 1 and fn:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    return row["position"] < head["size"] and sn == 0 and r.hex() == head["root"]

def opened(path):
    """The JSON of a bundle with what its texts say, its keys and its entries; raises if any form is wrong."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        need(len(entries) <= 2000 and sum(one.file_size for one in entries) <= Path(path).stat().st_size)
        need(all(one.compress_type == zipfile.ZIP_STORED and not one.flag_bits & 1 for one in entries))
        parts = {one.filename: archive.read(one) for one in entries}
    need(raw(parts["evidence.sig"].decode("ascii")) and len(parts) == len(entries) and len(parts["evidence.json"]) <= 2**24)
    said = shaped(load(parts["evidence.json"]), EVIDENCE)
    keys = {one["id"]: one["public_key"] for one in said["server_keys"]}
    need(all(sha(b64(one))[:16] == id for id, one in keys.items()) and len(keys) == len(said["server_keys"]))
    for one in said["signatures"]:
        one["said"], one["counter"] = shaped(load(one["statement"].encode()), STATEMENT), load(one["countersigned"].encode())
        payload, one["ticket_sig"] = one["said"]["ticket"].split(".")
        one["ticket_bytes"], one["ticket"] = b64(payload), shaped(load(b64(payload)), TICKET)
        need(raw(one["ticket_sig"]) and shaped(one["counter"], COUNTER) and (not one["signature"]) == (not one["public_key"]))
    need((said["head"] is None) == (not said["trail"]))
    heads = [said["head"]] if said["head"] else []
    for one in [*said["trail"], *heads]:
        one["said"] = shaped(loads(one["row"]), ROW) if "row" in one else shaped(load(one["head"].encode()), HEAD)
    need({said["signed_by"], *(one["server_key"] for one in [*said["signatures"], *heads])} == keys.keys())
    need(said["signatures"] and len({one["id"] for one in said["signatures"]}) == len(said["signatures"]))
    files = {f"files/{file['sha256']}" for one in said["renditions"] for file in one["files"] if file["included"]}
    files |= {f"strokes/{one['said']['opinion']['strokes']}" for one in said["signatures"]} - {"strokes/None"}
    need(parts.keys() == {"evidence.json", "evidence.sig"} | files)
    return said, keys, parts

def verify(path, brought=()):
    """The outcome of each check; `brought` are the bytes of saved server keys and kept heads."""
    try:
        said, keys, parts = opened(path)
    except BAD:
        return {"container": INVALID}
    good = dict.fromkeys(CHECKS, VALID)

    def check(name, fact, otherwise=INVALID):
        good[name] = good[name] if fact or good[name] == INVALID else otherwise
    told, seal, head = [json.loads(one) for one in brought], said["head"], said["head"] and said["head"]["said"]
    known = {one["public_key"] for file in told for one in file.get("items", [file])}
    check("anchor", set(keys.values()) <= known, INVALID if told else UNKNOWN)
    for text in (one["head"] for one in told if "head" in one):
        check("anchor", not head or json.loads(text)["batch"] != head["batch"] or text == seal["head"])
    check("bundle", holds(keys[said["signed_by"]], parts["evidence.sig"].decode(), b"evidence " + parts["evidence.json"]))
    for one in said["renditions"]:
        check("files", sha(canonical([file["sha256"] for file in one["files"]])) == one["digest"])
        for file in one["files"]:
            data = parts.get(f"files/{file['sha256']}")
            check("files", file["included"], UNKNOWN)
            check("files", data is None or (sha(data), len(data)) == (file["sha256"], file["size"]))
    check("trail", head, UNKNOWN)
    check("trail", not head or holds(keys[seal["server_key"]], seal["signature"], b"audit-head " + seal["head"].encode()))
    check("trail", all(leads(row, head) for row in said["trail"]))
    final, rows = said["seal"] or {}, [row["said"] for row in said["trail"]]
    rows = [r for r in rows if final and (r["action"], r["subject"]) == ("documents.seal", said["subject"])]
    rows = [(r["outcome"], r["actor"], r["facts"]) for r in rows if r["facts"].get("sha256") == final["sha256"]]
    check("seal", not final or rows, UNKNOWN)
    for outcome, actor, facts in rows:
        check("seal", (outcome, actor, facts.get("sm3")) == ("done", "system", final["sm3"]))
        check("seal", facts.get("certificate") == sha(b64(final["certificate"])))
    for one in said["signatures"]:
        signed(one, said, keys, parts, check)
    return good

def signed(one, said, keys, parts, check):
    statement, ticket, counter, server = one["said"], one["ticket"], one["counter"], keys[one["server_key"]]
    rows, person, own = [row["said"] for row in said["trail"]], f"person:{ticket['person']}", sha(one["statement"].encode())
    mine, strokes = [row for row in rows if row["facts"].get("signature") == one["id"]], statement["opinion"]["strokes"]
    public, device = (b64(one["public_key"]), sha(raw(one["signature"]))) if one["public_key"] else (b"", None)
    check("files", statement["rendition"] in {rendition["digest"] for rendition in said["renditions"]})
    check("tickets", holds(server, one["ticket_sig"], b"ticket " + one["ticket_bytes"]))
    check("tickets", (ticket["rendition"], ticket["subject"]) == (statement["rendition"], said["subject"]))
    check("statements", strokes is None or sha(parts[f"strokes/{strokes}"]) == strokes)
    wanted = ("identity.register_device", f"identity.device:{statement['key']}", person, sha(public))
    check("device", wanted in [(r["action"], r["subject"], r["actor"], r["facts"].get("key")) for r in rows], UNKNOWN)
    check("device", not public or holds(one["public_key"], one["signature"], one["statement"].encode()))
    digests = (counter["signature"], counter["statement_sha256"], counter["device_signature_sha256"])
    check("countersign", digests == (one["id"], own, device))
    check("countersign", holds(server, one["countersignature"], one["countersigned"].encode()))
    check("countersign", timedelta() <= moment(counter["arrived_at"]) - moment(ticket["issued_at"]) <= timedelta(7, 60))
    recorded = [row for row in mine if (row["action"], row["subject"]) == ("signing.sign", said["subject"])]
    check("trail", recorded, UNKNOWN)
    check("trail", all((r["outcome"], r["actor"], r["facts"].get("statement")) == ("done", person, own) for r in recorded))
    for state, action in (("taken_back", "signing.take_back"), ("withdrawn", "signing.withdraw")):
        there = any(row["action"] == action for row in mine)
        check("state", there == (one["state"] == state), INVALID if there else UNKNOWN)
    check("state", (one["state"] == "taken_back") == (one["taken_back_at"] is not None))

if __name__ == "__main__":
    outcomes = verify(sys.argv[1], [Path(name).read_bytes() for name in sys.argv[2:]])
    print("\n".join(f"{name}: {outcome}" for name, outcome in outcomes.items()))
    sys.exit(1 if INVALID in outcomes.values() else 3 if UNKNOWN in outcomes.values() else 0)
