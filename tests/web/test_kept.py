"""What was typed in a session that has ended is kept in the answer, and sent again by whoever typed it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from members.people.models import Suspension
from tests.cast import Browse, Cast, cookie_of, sign_in
from tests.factories import PASSWORD
from tests.nominations import factories as votes

SUSPEND = "/manage/people/mel-member/suspend/"
TYPED = 'A lost laptop; "he" <says>:\r\n\r\n  an indented line'


def fields_of(answer: Any) -> dict[str, str]:
    """The fields that the page would send; a browser drops the first line's end in each."""
    page = answer.content.decode()
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[-1]
    return {**{name: html.unescape(value) for name, value in found}, "csrfmiddlewaretoken": token}


def strict(cast: Cast) -> tuple[Client, dict[str, str]]:
    """A browser of Ada with the form filled in, whose tokens are checked."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, cast.ada)
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(SUSPEND).content.decode())[-1]
    return client, {"reason": TYPED, "csrfmiddlewaretoken": token}


def end_session(client: Client) -> None:
    """Leave the browser all its cookies but that of the session."""
    del client.cookies[settings.SESSION_COOKIE_NAME]


def test_a_form_waits_until_its_sender_has_signed_in_again(cast: Cast) -> None:
    client, form = strict(cast)
    end_session(client)
    kept = client.post(SUSPEND, form)
    assert (kept.status_code, kept["Cache-Control"], Suspension.objects.count()) == (403, "no-store, private", 0)
    assert f'<form method="post" action="{SUSPEND}"' in kept.content.decode()
    first = fields_of(kept)
    assert (first["reason"], first["csrfmiddlewaretoken"] != form["csrfmiddlewaretoken"]) == (TYPED, True)
    # Too early: it is kept on.
    assert fields_of(client.post(SUSPEND, first))["reason"] == TYPED
    # In another tab; signing in gives the browser another token.
    login = client.get("/accounts/login/")
    client.post("/accounts/login/", {**fields_of(login), "login": "ada@example.org", "password": PASSWORD})
    sign_in(client, cast.ada)
    client.cookies[settings.CSRF_COOKIE_NAME] = "b" * 32
    again = client.post(SUSPEND, first)
    assert (again.status_code, Suspension.objects.count()) == (403, 0)
    assert "Send it again" in again.content.decode()
    assert client.post(SUSPEND, fields_of(again)).status_code == 302
    assert Suspension.objects.get().reason == TYPED


def test_the_cookie_that_ties_it_to_the_browser_is_closed_to_scripts(cast: Cast, browse: Browse) -> None:
    morsel = browse(None).post(SUSPEND, {"reason": TYPED}).cookies[settings.KEPT_COOKIE_NAME]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["max-age"]) == (True, "Strict", "/", 43200)


def test_another_site_cannot_have_its_own_form_kept_for_somebody(cast: Cast) -> None:
    """With no ticket, that of another form, of another address, of another browser."""
    mallory, victim = Client(), Client(enforce_csrf_checks=True)
    ticket = fields_of(mallory.post(SUSPEND, {"reason": "Because I say so."}))["kept_ticket"]
    sign_in(victim, cast.ada)
    own = fields_of(Client().post(SUSPEND, {"reason": TYPED}))["kept_ticket"]
    victim.cookies[settings.KEPT_COOKIE_NAME] = "c" * 32
    for form in [
        {"reason": "Because I say so."},
        {"reason": "Because I say so.", "kept_ticket": ticket},
        {"reason": "Because I say so.", "kept_ticket": own},
        {"reason": "Because I say so.", "kept_ticket": ""},
    ]:
        answer = victim.post(SUSPEND, form)
        assert answer.status_code == 403
        assert ("Because I say so" in answer.content.decode(), "This form was too old" in answer.content.decode()) == (
            False,
            True,
        )
    assert Suspension.objects.count() == 0


def test_a_ticket_is_for_one_form_at_one_address(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    kept = fields_of(client.post(SUSPEND, {"reason": TYPED, "csrfmiddlewaretoken": token}))
    stale = {**kept, "csrfmiddlewaretoken": ""}
    assert "kept_ticket" in client.post(SUSPEND, stale).content.decode()
    for address, form in [
        (SUSPEND, {**stale, "reason": "Something else."}),
        (SUSPEND, {**stale, "added": "x"}),
        ("/manage/people/mia-member/suspend/", stale),
    ]:
        assert "kept_ticket" not in client.post(address, form).content.decode()


def test_a_ballot_is_kept_nowhere(cast: Cast, browse: Browse) -> None:
    nomination = votes.opened(cast)
    answer = browse(None).post(f"{nomination.get_absolute_url()}vote/", {"choice": "yes"})
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert answer.content == b""


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "a", "password2": "a"}),
        ("/accounts/email/", {"email": "new@example.org", "action_add": ""}),
        ("/accounts/2fa/totp/activate/", {"code": "123456"}),
        (SUSPEND, {"password": "typed into the wrong form"}),
        (SUSPEND, {}),
        (SUSPEND, {"csrfmiddlewaretoken": "x"}),
    ],
)
def test_no_password_and_nothing_that_changes_a_login_is_kept(
    cast: Cast, browse: Browse, address: str, form: dict[str, str]
) -> None:
    answer = browse(None).post(address, form)
    assert (answer.status_code, answer.content) == (302, b"")
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_the_page_says_the_same_about_what_is_hidden_and_what_is_missing(cast: Cast, browse: Browse) -> None:
    pages = [
        browse(None).post(f"/manage/people/{slug}/suspend/", {"reason": TYPED}) for slug in ("mel-member", "mel-nobody")
    ]
    shapes = [re.sub(r"mel-\w+|[0-9a-f]{64}", "", page.content.decode()) for page in pages]
    shapes = [re.sub(r'value="\w+"', "", shape) for shape in shapes]
    assert shapes[0] == shapes[1]
    assert cookie_of(browse(cast.mel)) not in shapes[0]
