"""Sending invitations again, and reminding of a second factor that is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts
from members.accounts.models import Invitation
from members.bring_in import workflow
from notifications.models import Notice
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import give_second_factor
from tests.members.bring_in.inviting import HOUR, PAGE, invited, named
from web.conflicts import Conflict, NotAllowed


def test_sending_again_mails_the_same_link_for_a_full_period(cast: Cast, browse: Browse) -> None:
    invitation = invited(cast)
    Invitation.objects.update(expires_at=clock.now() + HOUR)
    deliver_due_notices()
    mail.outbox.clear()
    answer = browse(cast.ada).post(f"{PAGE}{invitation.pk}/send-again/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    deliver_due_notices()
    assert [message.to for message in mail.outbox] == [["hana@example.net"]]
    invitation.refresh_from_db()
    assert invitation.sent_again_at is not None
    assert invitation.expires_at - invitation.sent_again_at == timedelta(days=14)
    assert invitation.last_sent_at == invitation.sent_again_at
    assert Event.objects.filter(kind="invitation:sent_again").count() == 1


def test_sending_again_within_the_hour_is_refused_in_words(cast: Cast, browse: Browse) -> None:
    ada, invitation = browse(cast.ada), invited(cast)
    ada.post(f"{PAGE}{invitation.pk}/send-again/")
    ada.get(PAGE)
    assert ada.post(f"{PAGE}{invitation.pk}/send-again/")["Location"] == PAGE
    assert [str(message) for message in ada.get(PAGE).context["messages"]] == [
        "The link went to Hana One within the last hour. Give the mail time to arrive."
    ]


@pytest.mark.attack
def test_one_admin_alone_sends_no_link_that_two_did_not_agree_on(cast: Cast) -> None:
    waiting = named(cast)
    Invitation.objects.update(invited_at=clock.now() - 2 * HOUR)
    with pytest.raises(Conflict, match="no longer open"):
        accounts.send_again(waiting, by=act_as(cast.abel))
    lapsed = invited(cast, "Gita Two")
    Invitation.objects.filter(pk=lapsed.pk).update(expires_at=clock.now() - HOUR)
    with pytest.raises(Conflict, match="no longer open"):
        accounts.send_again(lapsed, by=act_as(cast.abel))


@pytest.mark.parametrize("who", ["sam", "mel"])
def test_nobody_but_an_admin_sends_again_or_reminds(cast: Cast, who: str) -> None:
    invitation = invited(cast)
    with pytest.raises(NotAllowed):
        accounts.send_again(invitation, by=act_as(getattr(cast, who)))
    with pytest.raises(NotAllowed):
        accounts.remind_of_factor(cast.newt.user, by=act_as(getattr(cast, who)))


def test_all_who_have_not_answered_are_sent_their_links_again(cast: Cast, browse: Browse) -> None:
    first, second, fresh = invited(cast), invited(cast, "Gita Two"), invited(cast, "Ivo Three", ago=HOUR / 2)
    ada = browse(cast.ada)
    assert ada.get(PAGE).context["again"] == 2
    ada.post(f"{PAGE}send-again/")
    again = Invitation.objects.exclude(sent_again_at=None)
    assert set(again) == {first, second}
    assert fresh not in again
    assert [str(message) for message in ada.get(PAGE).context["messages"]] == ["2 invitations are on the way again."]
    ada.post(f"{PAGE}send-again/")
    (message,) = ada.get(PAGE).context["messages"]
    assert str(message).startswith("There is no invitation to send again")
    with pytest.raises(Conflict):
        workflow.send_all_again([], by=act_as(cast.ada))


def test_a_missing_factor_is_reminded_of_once_a_day(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert ada.post(f"{PAGE}newt-nofactor/remind/")["Location"] == PAGE
    deliver_due_notices()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["newt@example.org"], "Add your second factor to sign in")
    ]
    with pytest.raises(Conflict, match="within the last day"):
        accounts.remind_of_factor(cast.newt.user, by=act_as(cast.abel))


def test_nobody_with_a_factor_or_a_closed_login_is_reminded(cast: Cast) -> None:
    with pytest.raises(Conflict, match="does not need"):
        accounts.remind_of_factor(cast.mel.user, by=act_as(cast.ada))
    cast.newt.user.is_active = False
    cast.newt.user.save()
    with pytest.raises(Conflict, match="does not need"):
        accounts.remind_of_factor(cast.newt.user, by=act_as(cast.ada))


def test_a_reminder_goes_to_nobody_who_added_the_factor_meanwhile(cast: Cast) -> None:
    accounts.remind_of_factor(cast.newt.user, by=act_as(cast.ada))
    give_second_factor(cast.newt.user)
    deliver_due_notices()
    assert mail.outbox == []
    assert Notice.objects.filter(mail="second-factor").count() == 1
