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
CHECKS = re.findall("[a-z]+", "container bundle anchor files tickets statements device countersign trail state seal entered")
BAD = (zipfile.BadZipFile, UnsupportedAlgorithm, ValueError, LookupError, TypeError, AttributeError, EOFError, OSError,
       RuntimeError)
def need(fact, value=None):
    if not fact:
        raise ValueError("not of the form")
    return value
def whole(value):
    return need(type(value) is int and 0 <= value < 2**53, value)
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def load(data):
    found = loads(data, parse_float=whole, parse_int=lambda said: whole(int(said)))
    return need(canonical(found) == data, found)
def sha(data):
    return hashlib.sha256(data).hexdigest()
def b64(value, size=None):
    data = urlsafe_b64decode(value.encode("ascii") + b"=" * (-len(value) % 4))
    return need(urlsafe_b64encode(data).rstrip(b"=").decode() == value and size in (None, len(data)), data)
def key(value):
    found = serialization.load_der_public_key(b64(value))
    return need(isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1), found)
def moment(value):
    need(re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", value, re.ASCII))
    return datetime.fromisoformat(value)
def shaped(value, shape):  # {member: shape}, [shape of each], (shape or null,), a pattern, a type or a function
    if type(shape) is dict:
        need(type(value) is dict and value.keys() == shape.keys())
        return {name: shaped(value[name], shape[name]) for name in shape}
    if type(shape) is list:
        return [shaped(one, shape[0]) for one in need(type(value) is list, value)]
    if type(shape) is tuple:
        return None if value is None else shaped(value, shape[0])
    if type(shape) is str:
        return need(type(value) is str and re.fullmatch(shape, value), value)
    need(shape is object or type(value) is shape) if type(shape) is type else shape(value)
    return value
raw, loads = partial(b64, size=64), partial(json.loads, parse_constant=whole)
DIGEST, KEY_ID, UUID = "[0-9a-f]{64}", "[0-9a-f]{16}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FILE = {"sha256": DIGEST, "size": whole, "name": str, "media_type": str, "included": bool}
SIGNATURE = {"id": UUID, "state": "held|effective|withdrawn|pending_clerk|refused|taken_back", "person_name": str,
             "effective_at": (moment,), "taken_back_at": (moment,), "statement": str, "signature": (raw,), "public_key": (key,),
             "reason": str, "countersigned": str, "countersignature": raw, "server_key": KEY_ID}
SEAL = {"sha256": DIGEST, "size": whole, "sm3": DIGEST, "closed_at": moment, "sealed_at": moment, "signer": str, "test": bool,
        "certificate": b64, "sm2": ({"public_key": partial(b64, size=65), "signature": b64},), "included": bool}
ENTERED = {"id": UUID, "person_name": str, "entered_by_name": str, "confirmed_at": (moment,), "taken_back_at": (moment,),
           "entry": str, "scan": (FILE,)}
ENTRY = {"opinion": UUID, "person": UUID, "post": (UUID,), "act": str, "text": str, "source": str, "entered_by": UUID,
         "entered_at": moment, "decided_at": (moment,), "rendition": DIGEST, "scan": (DIGEST,)}
EVIDENCE = {
    "format": "zhiban-evidence-1", "made_at": moment, "subject": str, "title": str, "signed_by": KEY_ID,
    "server_keys": [{"id": KEY_ID, "public_key": key}], "renditions": [{"digest": DIGEST, "files": [FILE]}],
    "signatures": [SIGNATURE], "entered": [ENTERED], "trail": [{"row": str, "position": whole, "path": [DIGEST]}],
    "head": ({"head": str, "signature": raw, "server_key": KEY_ID},), "seal": (SEAL,)}
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
def listed(said):  # every file that is named: of renditions, scans, the sealed whole
    files = [file for one in said["renditions"] for file in one["files"]] + [one["scan"] for one in said["entered"]]
    return [one for one in [*files, said["seal"]] if one]
def rows_of(said, action, name, value):
    rows = [row["said"] for row in said["trail"] if row["said"]["facts"].get(name) == value]
    return [row for row in rows if (row["action"], row["subject"]) == (action, said["subject"])]
def recorded(check, name, rows, actor, **facts):
    check(name, rows, UNKNOWN)
    told = [(r["outcome"], r["actor"], *(r["facts"].get(fact) for fact in facts)) for r in rows]
    check(name, all(row == ("done", actor, *facts.values()) for row in told))
def opened(path):  # the JSON of a bundle with what its texts say, its keys, its entries; raises if any form is wrong
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
    need((said["head"] is None) == (not said["trail"]) and (said["signatures"] or said["entered"]))
    heads = [said["head"]] if said["head"] else []
    for row in said["trail"]:
        row["said"] = shaped(loads(row["row"]), ROW)
    for one, name, shape in [*((one, "entry", ENTRY) for one in said["entered"]), *((one, "head", HEAD) for one in heads)]:
        one["said"] = shaped(load(one[name].encode()), shape)
    need({said["signed_by"], *(one["server_key"] for one in [*said["signatures"], *heads])} == keys.keys())
    need(all(len({one["id"] for one in said[name]}) == len(said[name]) for name in ("signatures", "entered")))
    files = {f"files/{one['sha256']}" for one in listed(said) if one["included"]}
    files |= {f"strokes/{one['said']['opinion']['strokes']}" for one in said["signatures"]} - {"strokes/None"}
    need(parts.keys() == {"evidence.json", "evidence.sig"} | files)
    return said, keys, parts
def verify(path, brought=(), files=()):  # each outcome; bytes of saved server keys and kept heads, of files not enclosed
    try:
        said, keys, parts = opened(path)
    except BAD:
        return {"container": INVALID}
    good = dict.fromkeys(CHECKS, VALID)
    def check(name, fact, otherwise=INVALID):
        good[name] = good[name] if fact or good[name] == INVALID else otherwise
    told, seal, head = [json.loads(one) for one in brought], said["head"], said["head"] and said["head"]["said"]
    known = {one["public_key"] for file in told for one in file.get("items", [file]) if "public_key" in one}
    check("anchor", set(keys.values()) <= known, INVALID if known else UNKNOWN)
    for text in (one["head"] for one in told if head and "head" in one):
        check("anchor", json.loads(text)["batch"] != head["batch"] or text == seal["head"])
    check("bundle", holds(keys[said["signed_by"]], parts["evidence.sig"].decode(), b"evidence " + parts["evidence.json"]))
    lists = [([file["sha256"] for file in one["files"]], one["digest"]) for one in said["renditions"]]
    check("files", all(sha(canonical(digests)) == digest for digests, digest in lists))
    there = {(sha(data), len(data)) for data in files}
    for file in listed(said):
        data, own = parts.get(f"files/{file['sha256']}") if file["included"] else None, (file["sha256"], file["size"])
        check("files", data is not None or own in there, UNKNOWN)
        check("files", data is None or (sha(data), len(data)) == own)
    check("trail", head, UNKNOWN)
    check("trail", not head or holds(keys[seal["server_key"]], seal["signature"], b"audit-head " + seal["head"].encode()))
    check("trail", all(leads(row, head) for row in said["trail"]))
    if final := said["seal"]:
        rows, certificate = rows_of(said, "documents.seal", "sha256", final["sha256"]), sha(b64(final["certificate"]))
        recorded(check, "seal", rows, "system", sm3=final["sm3"], certificate=certificate)
    for one in said["signatures"]:
        signed(one, said, keys, parts, check)
    for one in said["entered"]:
        entered(one, said, check)
    return good
def entered(one, said, check):
    entry, person, own = one["said"], f"person:{one['said']['person']}", sha(one["entry"].encode())
    made, hand = rows_of(said, "documents.dictate", "opinion", one["id"]), f"person:{entry['entered_by']}"
    confirmed = any(r["actor"] == person for r in rows_of(said, "documents.confirm_dictation", "opinion", one["id"]))
    check("entered", (entry["opinion"], entry["scan"]) == (one["id"], one["scan"] and one["scan"]["sha256"]))
    check("files", entry["rendition"] in {rendition["digest"] for rendition in said["renditions"]})
    recorded(check, "entered", made, hand, decider=entry["person"], entry=own)
    check("entered", confirmed == (one["confirmed_at"] is not None), INVALID if confirmed else UNKNOWN)
def signed(one, said, keys, parts, check):
    statement, ticket, counter, server = one["said"], one["ticket"], one["counter"], keys[one["server_key"]]
    rows, person, own = [row["said"] for row in said["trail"]], f"person:{ticket['person']}", sha(one["statement"].encode())
    mine = {row["action"] for row in rows if row["facts"].get("signature") == one["id"]}
    public, device = (b64(one["public_key"]), sha(raw(one["signature"]))) if one["public_key"] else (b"", None)
    check("files", statement["rendition"] in {rendition["digest"] for rendition in said["renditions"]})
    check("tickets", holds(server, one["ticket_sig"], b"ticket " + one["ticket_bytes"]))
    check("tickets", (ticket["rendition"], ticket["subject"]) == (statement["rendition"], said["subject"]))
    check("statements", all(sha(parts[f"strokes/{one}"]) == one for one in [statement["opinion"]["strokes"]] if one))
    wanted = ("identity.register_device", f"identity.device:{statement['key']}", person, sha(public))
    check("device", wanted in [(r["action"], r["subject"], r["actor"], r["facts"].get("key")) for r in rows], UNKNOWN)
    check("device", not public or holds(one["public_key"], one["signature"], one["statement"].encode()))
    digests = (counter["signature"], counter["statement_sha256"], counter["device_signature_sha256"])
    check("countersign", digests == (one["id"], own, device))
    check("countersign", holds(server, one["countersignature"], one["countersigned"].encode()))
    check("countersign", timedelta() <= moment(counter["arrived_at"]) - moment(ticket["issued_at"]) <= timedelta(7, 60))
    recorded(check, "trail", rows_of(said, "signing.sign", "signature", one["id"]), person, statement=own)
    for state, action in (("taken_back", "signing.take_back"), ("withdrawn", "signing.withdraw")):
        check("state", (action in mine) == (one["state"] == state), INVALID if action in mine else UNKNOWN)
    check("state", (one["state"] == "taken_back") == (one["taken_back_at"] is not None))
if __name__ == "__main__":
    more = [Path(name).read_bytes() for name in sys.argv[2:]]
    outcomes = verify(sys.argv[1], [one for one in more if one[:1] == b"{"], [one for one in more if one[:1] != b"{"])
    print("\n".join(f"{name}: {outcome}" for name, outcome in outcomes.items()))
    sys.exit(1 if INVALID in outcomes.values() else 3 if UNKNOWN in outcomes.values() else 0)
