"""Passkeys of the fake server, verified for real, so that the client's WebAuthn JSON is proven."""

import json

from starlette.requests import Request
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from tests.web.fake import data
from tests.web.fake.town import Json, Town

Answer = tuple[int, Json | None]
HOST = "localhost"


def origin_of(request: Request) -> str:
    return str(request.headers["origin"])


def registration_options(town: Town, person: Json) -> Answer:
    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    options = generate_registration_options(
        rp_id=HOST, rp_name="指办", user_id=person["id"].encode(), user_name=person["name"], authenticator_selection=wanted
    )
    town.challenges["passkey"] = options.challenge
    return 200, json.loads(options_to_json(options))


def register(town: Town, request: Request, account: str, body: Json) -> Answer:
    made = verify_registration_response(
        credential=body["credential"],
        expected_challenge=town.challenges.pop("passkey"),
        expected_rp_id=HOST,
        expected_origin=origin_of(request),
        require_user_verification=True,
    )
    row = {"id": data.new_id(), "name": body["name"], "created_at": data.at(), "last_used_at": None}
    town.passkeys[bytes_to_base64url(made.credential_id)] = {**row, "key": made.credential_public_key, "account": account}
    return 201, row


def authentication_options(town: Town) -> Answer:
    options = generate_authentication_options(rp_id=HOST, user_verification=UserVerificationRequirement.REQUIRED)
    town.challenges["passkey"] = options.challenge
    return 200, json.loads(options_to_json(options))


def account_by(town: Town, request: Request, body: Json) -> str:
    """The account whose passkey signed."""
    known = town.passkeys[body["credential"]["id"]]
    verify_authentication_response(
        credential=body["credential"],
        expected_challenge=town.challenges.pop("passkey"),
        expected_rp_id=HOST,
        expected_origin=origin_of(request),
        credential_public_key=known["key"],
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    return str(known["account"])
