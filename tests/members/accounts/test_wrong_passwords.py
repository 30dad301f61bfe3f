"""Wrong passwords are limited, and strangers' wrong passwords do not lock the owner out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory

from members.accounts import adapters, familiar
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.members.accounts.passkeys import Passkey
from tests.members.accounts.signing_in import code, give_app, sign_in_by_pages, type_code
from web.limits import MAILS_TO_ALL, MAILS_TO_ONE

pytestmark = pytest.mark.attack

TOO_MANY = "Too many failed tries."
#: Not near a midnight, at which counts begin anew.
NOON = datetime(2099, 9, 3, 12, 0, 10, tzinfo=UTC)
MEL, MIA = "mel@example.org", "mia@example.org"


def attempt(password: str, address: str, login: str = MEL, client: Client | None = None) -> Any:
    """Type a password from an address of the network."""
    typed = {"login": login, "password": password}
    return (client or Client()).post("/accounts/login/", typed, REMOTE_ADDR=address)


def is_refused(answer: Any) -> bool:
    return TOO_MANY in answer.content.decode()


def addresses(count: int, start: int = 0) -> list[str]:
    return [f"198.51.{number // 250}.{number % 250 + 1}" for number in range(start, start + count)]


def test_five_wrong_passwords_from_a_network_are_enough_for_one_login(cast: Cast) -> None:
    answers = [attempt("wrong", "192.0.2.1") for _ in range(6)]
    assert [is_refused(answer) for answer in answers] == [False] * 5 + [True]
    assert is_refused(attempt(PASSWORD, "192.0.2.1"))
    assert attempt(PASSWORD, "192.0.2.1", MIA).status_code == 302
    assert attempt(PASSWORD, "192.0.2.2").status_code == 302


def test_ten_wrong_passwords_from_a_network_are_enough_for_all_logins(cast: Cast) -> None:
    logins = [f"nobody{number}@example.org" for number in range(11)]
    assert [is_refused(attempt("wrong", "192.0.2.1", login)) for login in logins] == [False] * 10 + [True]
    assert is_refused(attempt(PASSWORD, "192.0.2.1"))
    assert not is_refused(attempt(PASSWORD, "192.0.2.2"))


def test_an_answer_is_the_same_whether_the_login_exists(cast: Cast) -> None:
    def said(login: str) -> list[str]:
        answers = [attempt("wrong", "192.0.2.1" if login == MEL else "192.0.2.2", login) for _ in range(6)]
        return [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers]

    assert said(MEL) == said("nobody@example.org")


def test_strangers_lock_out_neither_a_familiar_browser_nor_other_logins(cast: Cast) -> None:
    mel = sign_in_by_pages(cast.mel)
    mel.post("/accounts/logout/")
    with time_machine.travel(NOON, tick=False):
        outcomes = [is_refused(attempt("wrong", address)) for address in addresses(60)]
        assert (outcomes[:50], outcomes[50:]) == ([False] * 50, [True] * 10)
        assert is_refused(attempt(PASSWORD, "192.0.2.77"))
        assert attempt(PASSWORD, "192.0.2.77", MIA).status_code == 302


def test_the_owner_gets_in_while_strangers_try(cast: Cast) -> None:
    mel = sign_in_by_pages(cast.mel)
    mel.post("/accounts/logout/")
    for address in addresses(60):
        attempt("wrong", address)
    # Also from an address from which the strangers tried, with no other tries left there.
    [attempt("wrong", "198.51.0.1", f"nobody{number}@example.org") for number in range(12)]
    give_app(cast.mel)
    assert attempt(PASSWORD, "198.51.0.1", client=mel).status_code == 302
    assert type_code(mel, code())["Location"] == "/dashboard/"


def test_a_passkey_is_not_locked_out_by_passwords(cast: Cast) -> None:
    passkey = Passkey(cast.mel.user)
    for address in addresses(60):
        attempt("wrong", address)
    assert is_refused(attempt(PASSWORD, "192.0.2.1"))
    assert passkey.sign_in(Client())["Location"] == "/dashboard/"


def test_right_passwords_are_not_counted(cast: Cast) -> None:
    assert [attempt(PASSWORD, "192.0.2.1").status_code for _ in range(12)] == [302] * 12


def test_a_familiar_browser_has_a_limit_of_its_own(cast: Cast) -> None:
    mel = sign_in_by_pages(cast.mel)
    mel.post("/accounts/logout/")
    outcomes = [is_refused(attempt("wrong", address, client=mel)) for address in addresses(11)]
    assert outcomes == [False] * 10 + [True]


def test_counts_end_with_their_time(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert [is_refused(attempt("wrong", "192.0.2.1")) for _ in range(6)][-1]
        clock.shift(timedelta(minutes=5, seconds=1))
        assert not is_refused(attempt("wrong", "192.0.2.1"))


def test_a_network_that_tries_slowly_gets_thirty_passwords_a_day_for_one_login(cast: Cast) -> None:
    refused = []
    with time_machine.travel(NOON.replace(hour=1), tick=False) as clock:
        for _ in range(31):
            refused.append(is_refused(attempt("wrong", "192.0.2.1")))
            clock.shift(timedelta(minutes=10))
        assert refused == [False] * 30 + [True]
        assert not is_refused(attempt("wrong", "192.0.2.1", MIA))
        assert attempt(PASSWORD, "192.0.2.2").status_code == 302
        clock.move_to(NOON + timedelta(days=1))
        assert not is_refused(attempt("wrong", "192.0.2.1"))


def test_strangers_together_have_a_limit_for_a_day_as_well(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert adapters.FROM_STRANGERS == "50/h/key,200/d/key"
    monkeypatch.setattr(adapters, "FROM_STRANGERS", "5/h/key,12/d/key")
    tried = []
    with time_machine.travel(NOON.replace(hour=1), tick=False) as clock:
        for hour in range(4):
            answers = [attempt("wrong", address) for address in addresses(6, start=6 * hour)]
            tried.append(sum(not is_refused(answer) for answer in answers))
            clock.shift(timedelta(hours=1, seconds=1))
    assert tried == [5, 5, 2, 0]


def test_a_new_password_by_mail_begins_the_counts_anew(cast: Cast) -> None:
    for address in addresses(51):
        attempt("wrong", address)
    assert is_refused(attempt("wrong", "192.0.2.9"))
    client = Client()
    client.post("/accounts/password/reset/", {"email": MEL}, REMOTE_ADDR="192.0.2.9")
    [path] = re.findall(r"(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = client.get(path)["Location"]
    new = "another long password"
    assert client.post(form, {"password1": new, "password2": new}, REMOTE_ADDR="192.0.2.9").status_code == 302
    assert attempt(new, "192.0.2.9").status_code == 302


# -- the cookie ------------------------------------------------------------------------------------------------


def test_the_cookie_comes_with_a_complete_sign_in_and_only_then(cast: Cast) -> None:
    give_app(cast.mel)
    client = Client()
    attempt(PASSWORD, "192.0.2.1", client=client)
    assert settings.FAMILIAR_COOKIE_NAME not in client.cookies
    morsel = type_code(client, code()).cookies[settings.FAMILIAR_COOKIE_NAME]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "Strict", "/", "")
    assert "mel" not in morsel.value


def browser_with(value: str, address: str) -> str | None:
    request = RequestFactory().get("/")
    request.COOKIES[settings.FAMILIAR_COOKIE_NAME] = value
    return familiar.browser_of(request, address)


def test_the_cookie_is_for_one_login_and_cannot_be_made(cast: Cast) -> None:
    answer = HttpResponse()
    familiar.remember(answer, MEL)
    value = answer.cookies[settings.FAMILIAR_COOKIE_NAME].value
    assert browser_with(value, "MEL@example.org") == browser_with(value, MEL) is not None
    for false in (value[:-1], "x" + value, "", "a:b:c", value.partition(":")[0]):
        assert browser_with(false, MEL) is None
    assert browser_with(value, MIA) is None
    with time_machine.travel(datetime.now(UTC) + familiar.AGE + timedelta(days=1)):
        assert browser_with(value, MEL) is None


def test_each_browser_is_counted_by_itself(cast: Cast) -> None:
    names = []
    for _ in range(2):
        answer = HttpResponse()
        familiar.remember(answer, MEL)
        names.append(browser_with(answer.cookies[settings.FAMILIAR_COOKIE_NAME].value, MEL))
    assert len({*names}) == 2


# -- mails that anybody can cause ----------------------------------------------------------------------------------


def reset(address: str, caller: str = "192.0.2.1") -> Any:
    return Client().post("/accounts/password/reset/", {"email": address}, REMOTE_ADDR=caller)


def test_nobody_without_a_login_gets_mail_and_the_answer_is_the_same(cast: Cast) -> None:
    there, not_there = reset(MEL), reset("nobody@example.org")
    assert (there.status_code, there["Location"]) == (not_there.status_code, not_there["Location"])
    assert [message.to for message in mail.outbox] == [[MEL]]


def test_one_mailbox_gets_only_some_mails_an_hour(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    most = int(MAILS_TO_ONE.partition("/")[0])
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(most + 3):
            clock.shift(timedelta(minutes=1))
            assert reset(MEL, f"192.0.2.{number}")["Location"] == "/accounts/password/reset/done/"
        assert len(mail.outbox) == most
        assert "a mail (login) is held back" in caplog.text
        assert "example.org" not in caplog.text
        clock.shift(timedelta(hours=1))
        reset(MEL)
        assert len(mail.outbox) == most + 1


def test_what_tells_an_owner_of_a_change_is_never_held_back(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(8):
            clock.shift(timedelta(minutes=1))
            reset(MEL, f"192.0.2.{number}")
        before = len(mail.outbox)
        client = sign_in_by_pages(cast.mel)
        new = "another long password"
        client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert len(mail.outbox) == before + 1


def test_the_limit_for_all_mailboxes_is_above_that_for_one() -> None:
    assert int(MAILS_TO_ALL.partition("/")[0]) >= 10 * int(MAILS_TO_ONE.partition("/")[0])
