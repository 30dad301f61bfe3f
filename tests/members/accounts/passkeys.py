"""A passkey made of software: it registers and answers as a browser with a security key does."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client

from members.accounts.models import User

LOGIN = "/accounts/2fa/webauthn/login/"
HOST = "testserver"
#: Flags of authenticator data (WebAuthn, 6.1): touched, verified, and with the public key.
TOUCHED, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
#: The algorithm of the key, as COSE numbers it (RFC 9053).
ES256 = -7


class Passkey:
    """The private key, and the row of its owner's login."""

    def __init__(self, user: User, *, algorithm: int = ES256) -> None:
        self._algorithm = algorithm
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._user = user
        Authenticator.objects.create(
            user=user,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Key", "credential": self._registration()},
        )

    def _data(self, flags: int, attested: bytes = b"") -> bytes:
        return hashlib.sha256(HOST.encode()).digest() + bytes([flags]) + bytes(4) + attested

    def _credential(self, response: dict[str, bytes]) -> dict[str, Any]:
        encoded = {name: in_base64(value) for name, value in response.items()}
        name = in_base64(self._id)
        return {"id": name, "rawId": name, "type": "public-key", "response": encoded, "clientExtensionResults": {}}

    def _registration(self) -> dict[str, Any]:
        public = _cbor(_cose(self._key.public_key().public_numbers(), self._algorithm))
        attested = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + public
        data = self._data(TOUCHED | VERIFIED | WITH_KEY, attested)
        return self._credential({
            "clientDataJSON": _said("webauthn.create", "unused"),
            "attestationObject": _cbor({"fmt": "none", "attStmt": {}, "authData": data}),
        })  # fmt: skip

    def sign_in(self, client: Client) -> Any:
        """Ask for a challenge, sign it, and send the answer."""
        asked = client.get(LOGIN, headers={"x-requested-with": "XMLHttpRequest"}).json()
        said = _said("webauthn.get", asked["request_options"]["publicKey"]["challenge"])
        data = self._data(TOUCHED | VERIFIED)
        signature = self._key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        answer = self._credential({
            "clientDataJSON": said,
            "authenticatorData": data,
            "signature": signature,
            "userHandle": user_pk_to_url_str(self._user).encode(),
        })  # fmt: skip
        return client.post(LOGIN, {"credential": json.dumps(answer)})


def in_base64(value: bytes) -> str:
    """As WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _cose(point: ec.EllipticCurvePublicNumbers, algorithm: int) -> dict[int, Any]:
    """The public key as COSE has it (RFC 9053, 7.1.1): two coordinates on P-256, for ES256."""
    return {1: 2, 3: algorithm, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


def _cbor(value: Any) -> bytes:
    """What WebAuthn needs of CBOR (RFC 8949)."""
    match value:
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case dict():
            return _head(5, len(value)) + b"".join(_cbor(part) for item in value.items() for part in item)
    raise TypeError(value)


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    return bytes([kind << 5 | 25]) + number.to_bytes(2, "big")


def _said(kind: str, challenge: str) -> bytes:
    """What the browser says it did."""
    return json.dumps({"type": kind, "challenge": challenge, "origin": f"http://{HOST}", "crossOrigin": False}).encode()
