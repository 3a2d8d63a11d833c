"""identity: accounts, credentials, passkeys, sessions, devices and their keys, integration clients.

A person is an id and a copied name here. What other packages may use is named below; the rest is this package's own.
"""

from office.identity.accounts import create_account, disable, enable, find_account, is_disabled, rename_person, reset_password
from office.identity.authentication import authenticate, live_sessions
from office.identity.clients import client_of, create_client, disable_client, keys_of, revoke_key, rotate_key
from office.identity.devices import DeviceKey, device_key
from office.identity.hooks import on_session_end

__all__ = [
    "DeviceKey",
    "authenticate",
    "client_of",
    "create_account",
    "create_client",
    "device_key",
    "disable",
    "disable_client",
    "enable",
    "find_account",
    "is_disabled",
    "keys_of",
    "live_sessions",
    "on_session_end",
    "rename_person",
    "reset_password",
    "revoke_key",
    "rotate_key",
]
