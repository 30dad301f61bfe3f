"""Codes of authenticator apps work once and not late; seeds move to the newest key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from audit.models import Event
from members.accounts import workflow
from members.accounts.events import AccountEvent
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.members.accounts.passkeys import Passkey
from tests.members.accounts.signing_in import SEED, code, give_app, sign_in_by_pages, type_code, type_password
from web import keys

#: A moment in the middle of a step of 30 seconds.
NOON = datetime(2099, 9, 3, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)
AGAIN = "/accounts/2fa/reauthenticate/"
OTHER_KEY = "another-key-" * 10


def factor_of(cast: Cast) -> Authenticator:
    return Authenticator.objects.get(user=cast.mel.user, type=Authenticator.Type.TOTP)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, False)])
def test_a_code_of_the_present_step_or_of_the_one_before_signs_in(cast: Cast, steps: int, is_taken: bool) -> None:
    give_app(cast.mel)
    with time_machine.travel(NOON, tick=False):
        client = type_password(cast.mel)
        assert (type_code(client, code(steps)).status_code == 302) == is_taken


@pytest.mark.parametrize("steps", [-1, 0])
def test_a_code_signs_in_once_as_long_as_it_is_valid(cast: Cast, steps: int) -> None:
    give_app(cast.mel)
    with time_machine.travel(NOON, tick=False) as clock:
        used = code(steps)
        assert type_code(type_password(cast.mel), used).status_code == 302
        for _ in range(3):
            # What allauth notes in the cache is forgotten after one step; it may be emptied as well.
            cache.clear()
            assert type_code(type_password(cast.mel), used).status_code == 200
            clock.shift(STEP)
        assert type_code(type_password(cast.mel), code()).status_code == 302


def test_a_code_that_signed_in_is_not_shown_again_before_a_grave_act(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in_by_pages(cast.mel)
        used = code()
        cache.clear()
        assert client.post(AGAIN, {"code": used}).status_code == 200
        clock.shift(STEP)
        assert client.post(AGAIN, {"code": code()}).status_code == 302
        assert client.post(AGAIN, {"code": code(-1)}).status_code == 200


def test_an_older_code_than_the_last_one_is_refused(cast: Cast) -> None:
    give_app(cast.mel)
    with time_machine.travel(NOON, tick=False):
        assert workflow.spend_code(factor_of(cast), code())
        assert not workflow.spend_code(factor_of(cast), code())
        assert not workflow.spend_code(factor_of(cast), code(-1))
        assert not workflow.spend_code(factor_of(cast), "000000")


def test_a_recovery_code_signs_in_once(cast: Cast) -> None:
    give_app(cast.mel)
    [first, *_] = RecoveryCodes.activate(cast.mel.user).get_unused_codes()
    assert type_code(type_password(cast.mel), first).status_code == 302
    assert type_code(type_password(cast.mel), first).status_code == 200


# -- seeds at rest -----------------------------------------------------------------------------------------------


def test_a_seed_is_stored_encrypted_and_under_the_key_of_factors(cast: Cast, settings: Settings) -> None:
    give_app(cast.mel)
    stored = factor_of(cast).data["secret"]
    assert SEED not in str(factor_of(cast).data)
    assert keys.open_factor(stored) == SEED
    settings.SECRET_KEY = OTHER_KEY
    assert keys.open_factor(stored) == SEED
    settings.FACTOR_KEY = "yet-another-key-" * 10
    with pytest.raises(keys.UnreadableFactorError):
        keys.open_factor(stored)


def rotate() -> tuple[str, str]:
    """What the command says, and how it fails."""
    said = StringIO()
    try:
        call_command("rotate_factor_key", stdout=said)
    except CommandError as error:
        return said.getvalue(), str(error)
    return said.getvalue(), ""


def test_the_command_stores_each_seed_under_the_newest_key_once(cast: Cast, settings: Settings) -> None:
    Authenticator.objects.exclude(user=cast.mel.user).delete()
    sign_in_by_pages(cast.mel)
    before = factor_of(cast).data
    settings.FACTOR_KEY_FALLBACKS = [settings.FACTOR_KEY]
    settings.FACTOR_KEY = OTHER_KEY
    said, error = rotate()
    assert ("Mel Member, 1 stored." in said, "Stored under the newest key: 1." in said, error) == (True, True, "")
    after = factor_of(cast).data
    assert (after["secret"] != before["secret"], after["used_step"]) == (True, before["used_step"])
    said, error = rotate()
    assert ("Stored under the newest key: 0." in said, "can be emptied" in said, error) == (True, True, "")
    assert factor_of(cast).data == after
    [event] = Event.objects.filter(kind=AccountEvent.FACTORS_REENCRYPTED)
    assert (event.actor, event.target, event.data) == ("system", f"accounts.user:{cast.mel.user.pk}", {"seeds": 1})
    settings.FACTOR_KEY_FALLBACKS = []
    assert keys.open_factor(after["secret"]) == SEED


def test_the_command_names_whose_factor_no_key_opens_and_does_the_others(cast: Cast, settings: Settings) -> None:
    """The dummy factors of the cast were never encrypted."""
    Authenticator.objects.exclude(user__in=[cast.mel.user, cast.mia.user]).delete()
    give_app(cast.mel)
    settings.FACTOR_KEY_FALLBACKS = [settings.FACTOR_KEY]
    settings.FACTOR_KEY = OTHER_KEY
    said, error = rotate()
    assert "Stored under the newest key: 1." in said
    assert error.startswith("No key opens a factor of Mia Member. ")
    assert "can be emptied" not in said


# -- a key that is lost ------------------------------------------------------------------------------------------


def test_a_factor_that_cannot_be_read_is_a_sentence_at_sign_in(cast: Cast, settings: Settings) -> None:
    give_app(cast.mel)
    settings.FACTOR_KEY = OTHER_KEY
    client = type_password(cast.mel)
    answer = type_code(client, code())
    assert answer.status_code == 200
    assert "The portal can no longer read this factor" in answer.content.decode()
    assert "ask an admin to reset your second factor" in answer.content.decode()
    assert client.get("/dashboard/").status_code == 302


def test_a_passkey_signs_in_when_no_seed_can_be_read(cast: Cast, settings: Settings) -> None:
    give_app(cast.mel)
    passkey, client = Passkey(cast.mel.user), Client()
    settings.FACTOR_KEY = OTHER_KEY
    assert passkey.sign_in(client)["Location"] == "/dashboard/"
    assert client.get("/dashboard/").status_code == 200


def test_whoever_signed_in_with_a_passkey_replaces_factors_that_cannot_be_read(cast: Cast, settings: Settings) -> None:
    """No page of the factors is a server error."""
    give_app(cast.mel)
    RecoveryCodes.activate(cast.mel.user)
    passkey, client = Passkey(cast.mel.user), Client()
    settings.FACTOR_KEY = OTHER_KEY
    passkey.sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    index = client.get("/accounts/2fa/")
    assert (index.status_code, "They cannot be read any more." in index.content.decode()) == (200, True)
    for path in ("/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"):
        answer = client.get(path)
        assert (answer.status_code, "can no longer read this factor" in answer.content.decode()) == (409, True)
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert "They cannot be read any more." not in client.get("/accounts/2fa/").content.decode()
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    page = client.get("/accounts/2fa/totp/activate/")
    seed = page.context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(seed=seed)}).status_code == 302
    assert keys.open_factor(factor_of(cast).data["secret"]) == seed
