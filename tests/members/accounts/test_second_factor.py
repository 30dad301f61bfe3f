"""Private pages stay closed to every session that has not shown a second factor."""

from __future__ import annotations

import html
import re
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from audit.models import Event
from members.accounts.events import AccountEvent
from members.people.models import Person, Suspension
from tests.cast import Browse, Cast, sign_in
from tests.factories import PASSWORD

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PRIVATE = ["/dashboard/", "/reports/", "/nominations/"]
CHANGING = [
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/3rdparty/",
]


def _code_now(seed: str = SEED) -> str:
    """The code that the authenticator app shows."""
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // 30)))


def with_password_only(person: Person) -> Client:
    """A session that began with a password, when that was all there was."""
    client = Client()
    client.force_login(person.user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": 2_000_000_000.0}]
    session.save()
    return client


@pytest.mark.parametrize("path", PRIVATE)
def test_a_session_from_before_the_factor_does_not_come_along(cast: Cast, path: str) -> None:
    mallory = with_password_only(cast.newt)
    assert mallory.get(path)["Location"] == "/accounts/2fa/"
    TOTP.activate(cast.newt.user, SEED)
    assert mallory.get(path)["Location"].startswith("/accounts/2fa/reauthenticate/?next=")


@pytest.mark.parametrize("path", [*CHANGING, "/accounts/2fa/", "/accounts/sessions/"])
def test_a_password_alone_changes_nothing_about_a_login_with_a_factor(cast: Cast, path: str) -> None:
    mallory = with_password_only(cast.mel)
    mallory.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for answer in [mallory.get(path), mallory.post(path)]:
        assert answer["Location"].startswith("/accounts/2fa/reauthenticate/?next=")


@pytest.mark.parametrize("path", CHANGING)
def test_a_factor_shown_long_ago_is_asked_for_again_before_a_login_changes(
    cast: Cast, browse: Browse, path: str
) -> None:
    assert browse(cast.mel, fresh=False).get(path)["Location"].startswith("/accounts/2fa/reauthenticate/?next=")


@pytest.mark.parametrize("path", CHANGING)
def test_a_factor_shown_just_now_is_not_asked_for_again_before_a_login_changes(
    cast: Cast, browse: Browse, path: str
) -> None:
    answer = browse(cast.mel).get(path)
    assert "reauthenticate" not in answer.headers.get("Location", "")


def test_a_new_passkey_signs_in_without_a_password_unless_its_owner_says_no(cast: Cast, browse: Browse) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    form = browse(cast.mel).get("/accounts/2fa/webauthn/add/", headers={"user-agent": agent}).context["form"]
    assert (form["passwordless"].value(), form["name"].value()) == (True, "Firefox on Linux")


@pytest.mark.django_db(transaction=True)
def test_adding_a_factor_opens_the_session_that_added_it_and_is_recorded(cast: Cast) -> None:
    client = with_password_only(cast.newt)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    code = _code_now(page.context["form"].secret)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert client.get("/dashboard/").status_code == 200
    changes = Event.objects.filter(kind=AccountEvent.LOGIN_CHANGED, target=f"accounts.user:{cast.newt.user.pk}")
    assert {event.data["change"] for event in changes} == {"totp_activated"}


def test_signing_in_with_password_and_code_opens_everything_and_is_recorded(cast: Cast) -> None:
    Authenticator.objects.filter(user=cast.mel.user).delete()
    TOTP.activate(cast.mel.user, SEED)
    client = Client()
    first = client.post("/accounts/login/", {"login": "mel@example.org", "password": PASSWORD})
    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/dashboard/")["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": _code_now()})["Location"] == "/dashboard/"
    assert client.get("/dashboard/").status_code == 200
    event = Event.objects.get(kind=AccountEvent.SIGNED_IN)
    assert (event.actor, event.target) == (
        f"people.person:{cast.mel.pk}",
        f"accounts.user:{cast.mel.user.pk}",
    )


def test_a_changed_password_is_recorded_without_the_password(cast: Cast, browse: Browse) -> None:
    new = "another long password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert browse(cast.mel).post("/accounts/password/change/", form).status_code == 302
    event = Event.objects.get(kind=AccountEvent.LOGIN_CHANGED)
    assert event.data == {"change": "password_changed"}


def test_limits_are_not_forgotten_when_many_others_are_counted(db: None) -> None:
    cache.set("allauth:rl:allauth.account:login_failed", "kept", 3600)
    for number in range(400):
        cache.set(f"allauth:rl:psrt_portal:report:{number}", "x", 3600)
    assert cache.get("allauth:rl:allauth.account:login_failed") == "kept"


@pytest.mark.parametrize(
    "credential", ['{"id": 1}', "[]", "1", '"x"', "nonsense", "{}", '{"response": {"userHandle": "x"}}']
)
def test_an_answer_that_no_passkey_gives_is_refused_in_words(db: None, credential: str) -> None:
    Client().get("/accounts/2fa/webauthn/login/")
    assert Client().post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in {200, 302}


# -- in the middle of a form -------------------------------------------------------------------------------


SUSPEND = "/manage/people/mel-member/suspend/"
TYPED = 'A lost laptop; "he" <says>:\r\n\r\n  an indented line'


def kept_on(page: str) -> dict[str, str]:
    """The fields that the page would send again; a browser drops the first line's end in each."""
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in found}


def test_a_typed_form_waits_until_the_factor_is_shown(cast: Cast, browse: Browse) -> None:
    stale = browse(cast.ada, fresh=False)
    asked = stale.post(SUSPEND, {"reason": TYPED})
    assert (asked.status_code, Suspension.objects.count()) == (403, 0)
    assert f'<form method="post" action="{SUSPEND}"' in asked.content.decode()
    kept = kept_on(asked.content.decode())
    assert kept == {"reason": TYPED}
    assert stale.post(SUSPEND, kept).status_code == 403
    sign_in(stale, cast.ada, fresh=True)
    assert stale.post(SUSPEND, kept).status_code == 302
    assert Suspension.objects.get().reason == kept["reason"]


def test_the_page_that_keeps_it_is_kept_nowhere_and_repeats_no_token(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, cast.ada, fresh=False)
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get("/profile/edit/").content.decode())[0]
    asked = strict.post(SUSPEND, {"reason": TYPED, "csrfmiddlewaretoken": token})
    assert (asked.status_code, asked["Cache-Control"]) == (403, "no-store, private")
    assert list(kept_on(asked.content.decode())) == ["reason"]
    assert strict.post(SUSPEND, {"reason": TYPED}).status_code == 403
    assert TYPED.split(";")[0] not in strict.post(SUSPEND, {"reason": TYPED}).content.decode()


def test_a_page_that_is_only_opened_leads_to_the_factor_and_back(cast: Cast, browse: Browse) -> None:
    answer = browse(cast.ada, fresh=False).get(SUSPEND)
    assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fmanage%2Fpeople%2Fmel-member%2Fsuspend%2F"
