"""A login's own address: changed with a fresh factor, proven by a link, and stopped from the old mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from audit import clock
from audit.models import Event
from members.accounts import workflow
from members.accounts.models import User
from members.boarding import workflow as boarding_workflow
from members.people.models import Suspension
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import claim_address
from web.conflicts import Conflict

PAGE = "/accounts/email/"
NEW = "dario.new@example.net"


def change(client: Client, email: str = NEW) -> int:
    return client.post(PAGE, {"email": email, "action_add": "1"}).status_code


def link_to(address: str) -> str:
    """The path in the newest mail to an address."""
    deliver_due_notices()
    text = next(str(message.body) for message in reversed(mail.outbox) if message.to == [address])
    return "/" + re.search(r"https?://[^/]+/(accounts/\S+)", text).group(1)  # type: ignore[union-attr]


def test_a_member_with_a_factor_changes_their_address_by_a_link(cast: Cast, browse: Browse) -> None:
    mel = browse(cast.mel)
    assert change(mel) == 302
    user = User.objects.get(person=cast.mel)
    assert user.email == "mel@example.org", "mail keeps going to the old one until the click"
    link = link_to(NEW)
    assert Client().get(link).status_code == 200
    user.refresh_from_db()
    assert user.email == "mel@example.org", "a scanner follows links"
    assert Client().post(link).status_code == 302
    user.refresh_from_db()
    assert user.email == NEW
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]


def test_the_old_address_is_told_at_once_and_after_the_change(cast: Cast, browse: Browse) -> None:
    change(browse(cast.mel))
    link = link_to(NEW)
    assert link_to("mel@example.org").startswith("/accounts/stop-change/")
    mail.outbox.clear()
    Client().post(link)
    assert ["mel@example.org"] in [message.to for message in mail.outbox]


def test_the_old_address_stops_the_change_and_ends_every_session(cast: Cast, browse: Browse) -> None:
    thief = browse(cast.mel)
    change(thief)
    confirm, stop = link_to(NEW), link_to("mel@example.org")
    assert Client().get(stop).status_code == 200
    assert thief.get("/dashboard/").status_code == 200
    assert Client().post(stop).status_code == 200
    assert thief.get("/dashboard/").status_code == 302
    Client().post(confirm)
    assert User.objects.get(person=cast.mel).email == "mel@example.org"
    assert Client().get(stop).status_code == 404


def test_what_was_proven_meanwhile_is_not_stopped(cast: Cast, browse: Browse) -> None:
    change(browse(cast.mel))
    address = EmailAddress.objects.get(email=NEW)
    stop = link_to("mel@example.org")
    Client().post(link_to(NEW))
    assert Client().get(stop).status_code == 404
    with pytest.raises(Conflict, match="made or stopped already"):
        workflow.stop_address_change(address)


def test_the_owner_cancels_the_change(cast: Cast, browse: Browse) -> None:
    mel = browse(cast.mel)
    change(mel)
    assert NEW in mel.get(PAGE).content.decode()
    mel.post(PAGE, {"email": NEW, "action_remove": "1"})
    assert list(EmailAddress.objects.filter(user=cast.mel.user).values_list("email", flat=True)) == ["mel@example.org"]


@pytest.mark.parametrize("email", ["mia@example.org", "nonsense", "mel@example.org"])
def test_the_address_of_another_login_and_nonsense_change_nothing(cast: Cast, browse: Browse, email: str) -> None:
    browse(cast.mel).post(PAGE, {"email": email, "action_add": "1"})
    assert not EmailAddress.objects.filter(user=cast.mel.user, verified=True).exclude(email="mel@example.org").exists()
    for address in EmailAddress.objects.filter(user=cast.mel.user, verified=False):
        assert not address.can_set_verified()


def test_an_old_factor_is_asked_for_again(cast: Cast, browse: Browse) -> None:
    mel = browse(cast.mel, fresh=False)
    assert mel.post(PAGE, {"email": NEW, "action_add": "1"})["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_a_login_without_a_proven_address_has_none_to_tell(cast: Cast) -> None:
    EmailAddress.objects.filter(user=cast.mel.user).delete()
    workflow.note_address_change(claim_address(cast.mel, NEW))
    assert not Event.objects.exists()


def _suspend(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))


def _offboard(cast: Cast) -> None:
    boarding_workflow.offboard(cast.mel, authority="a mail", reason="", by=act_as(cast.ada))


def _lock_out(cast: Cast) -> None:
    workflow.empty(cast.mel.user)


def _choose_password(cast: Cast) -> None:
    workflow.change_password(cast.mel.user, "another long phrase of words")


def _end_sessions(cast: Cast) -> None:
    workflow.end_other_sessions(cast.mel.user, keep=None)


@pytest.mark.attack
@pytest.mark.parametrize("act", [_suspend, _offboard, _lock_out, _choose_password, _end_sessions])
def test_a_change_that_waits_ends_with_the_sessions(cast: Cast, browse: Browse, act: Callable[[Cast], None]) -> None:
    change(browse(cast.mel))
    link = link_to(NEW)
    act(cast)
    assert list(EmailAddress.objects.filter(user=cast.mel.user).values_list("email", flat=True)) == ["mel@example.org"]
    assert Client().post(link).status_code == 404
    assert User.objects.get(person=cast.mel).email == "mel@example.org"


def test_a_login_whose_only_address_is_not_proven_keeps_it(cast: Cast) -> None:
    EmailAddress.objects.filter(user=cast.mel.user).update(verified=False)
    workflow.end_sessions(cast.mel.user)
    assert EmailAddress.objects.filter(user=cast.mel.user).exists()


@pytest.mark.attack
@pytest.mark.parametrize("is_suspended", [True, False])
def test_the_link_changes_no_login_that_is_closed(cast: Cast, browse: Browse, is_suspended: bool) -> None:
    change(browse(cast.mel))
    link = link_to(NEW)
    if is_suspended:
        Suspension.objects.create(person=cast.mel, reason="x", begun_at=clock.now(), begun_by=cast.ada)
    else:
        User.objects.filter(person=cast.mel).update(is_active=False)
    answer = Client().post(link, follow=True)
    assert (answer.status_code, "does not work any more" in answer.content.decode()) == (200, True)
    assert User.objects.get(person=cast.mel).email == "mel@example.org"


@pytest.mark.attack
def test_a_change_that_was_forgotten_while_its_link_was_opened_is_not_made(cast: Cast, browse: Browse) -> None:
    change(browse(cast.mel))
    address = EmailAddress.objects.get(email=NEW)
    assert workflow.may_confirm(address)
    workflow.end_sessions(cast.mel.user)
    assert not workflow.may_confirm(address)


def test_the_field_says_that_it_is_the_new_address(cast: Cast, browse: Browse) -> None:
    form = browse(cast.mel).get(PAGE).context["form"]
    assert [field.label for field in form.visible_fields()] == ["New address"]
