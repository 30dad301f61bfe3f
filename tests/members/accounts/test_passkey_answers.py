"""What no authenticator answers is an error of the form, on each of the pages that ask for a passkey."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.cast import Browse, Cast
from tests.factories import PASSWORD
from tests.members.accounts.passkeys import Passkey, in_base64

#: Authenticator data with flags that announce a key and extensions, up to where the key begins.
_HEAD = bytes(32) + b"\xc1" + bytes(4) + bytes(18)
_SAID = in_base64(b'{"type": "webauthn.get", "challenge": "AA", "origin": "http://testserver"}')


def _ending_early(end: bytes) -> str:
    """An answer whose authenticator data ends within a value of CBOR (RFC 8949)."""
    data = _HEAD + end
    attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
    response = {"clientDataJSON": _SAID, "attestationObject": in_base64(attestation), "userHandle": "AA"}
    response |= {"authenticatorData": in_base64(data), "signature": "AA"}
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": response})


ANSWERS = {
    "number": "1",
    "list": "[]",
    "word": '"x"',
    "nothing": "null",
    "no JSON": "nonsense",
    "empty": "{}",
    "id only": '{"id": 1}',
    "user only": '{"response": {"userHandle": "x"}}',
    "deep": "[" * 2_000,
    "deep and whole": "[" * 5_000 + "]" * 5_000,
    "long number": '{"id": ' + "9" * 5_000 + "}",
    "endless number": '{"id": 1e999, "rawId": NaN}',
    "NUL": '{"id": "\\u0000", "rawId": "\\u0000", "type": "public-key", "response": {}}',
    "half a character": '{"id": "\\ud800", "rawId": "\\ud800", "type": "public-key", "response": {}}',
    "no base64": '{"id": "é", "rawId": "é", "type": "public-key", "response": {"clientDataJSON": "é"}}',
    "no CBOR": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"attestationObject": "__8", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
    "no key": _ending_early(b""),
    "half a map": _ending_early(b"\xa1"),
    "half a number": _ending_early(b"\x19"),
    "half a key": _ending_early(b"\xa1\x01\x1a"),
    "empty parts": '{"id": "", "rawId": "", "type": "public-key", "response": {"clientDataJSON": "", '
    '"attestationObject": "", "authenticatorData": "", "signature": "", "userHandle": ""}}',
}


def between_password_and_factor(cast: Cast) -> Client:
    Passkey(cast.mel.user)
    client = Client()
    client.post("/accounts/login/", {"login": cast.mel.user.email, "password": PASSWORD})
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    return client


def confirmed(client: Client) -> Client:
    """A browser in which a factor was shown again, which the library asks for before a change."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "reauthenticated": True} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()
    return client


def pages(cast: Cast, browse: Browse) -> dict[str, Client]:
    """Each page with a browser that has asked it for a challenge."""
    asking = {
        "/accounts/2fa/webauthn/login/": Client(),
        "/accounts/2fa/webauthn/reauthenticate/": browse(cast.mel),
        "/accounts/2fa/webauthn/add/": confirmed(browse(cast.mel)),
    }
    for path, client in asking.items():
        client.get(path, headers={"x-requested-with": "XMLHttpRequest"})
    return {**asking, "/accounts/2fa/authenticate/": between_password_and_factor(cast)}


@pytest.mark.parametrize("credential", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_no_passkey_gives_is_an_error_of_the_form(cast: Cast, browse: Browse, credential: str) -> None:
    for path, client in pages(cast, browse).items():
        answer = client.post(path, {"credential": credential, "name": "Key"})
        # Two say so on the page to which they lead back.
        leads_back = path.endswith(("/login/", "/reauthenticate/"))
        assert (path, answer.status_code) == (path, 302 if leads_back else 200)
        assert leads_back or errors_of(answer) != {}


def errors_of(answer: Any) -> dict[str, Any]:
    forms = [answer.context.get("form"), answer.context.get("webauthn_form")]
    return next(form.errors for form in forms if form is not None and form.is_bound)


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "x" * 101])
def test_a_passkey_has_a_name_of_one_line(cast: Cast, browse: Browse, name: str) -> None:
    Passkey(cast.mel.user)
    key = Authenticator.objects.get(user=cast.mel.user, type=Authenticator.Type.WEBAUTHN)
    client, path = confirmed(browse(cast.mel)), reverse("mfa_edit_webauthn", args=[key.pk])
    for typed, kept in ((name, "Key"), ("Blue key", "Blue key")):
        client.post(path, {"name": typed})
        key.refresh_from_db()
        assert key.data["name"] == kept


def test_a_passkey_whose_algorithm_nobody_knows_signs_nobody_in(cast: Cast) -> None:
    key = Passkey(cast.mel.user, algorithm=-9_999)
    answer = key.sign_in(Client())
    assert answer.status_code == 302
    assert SESSION_KEY not in answer.client.session
    assert Passkey(cast.mel.user).sign_in(client := Client()).status_code == 302
    assert SESSION_KEY in client.session


def test_a_database_that_is_away_is_no_fault_of_the_passkey(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_away(*_: Any) -> None:
        raise OperationalError

    client = Client()
    client.get("/accounts/2fa/webauthn/login/", headers={"x-requested-with": "XMLHttpRequest"})
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.parse_authentication_response", is_away)
    with pytest.raises(OperationalError):
        client.post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "AA"}'})
