"""Leaving: access ends at once and everywhere, and the last step waits for what is open."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from advisories.reports.models import Report
from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.boarding.tasks import remind_of_boarding
from members.channels.models import Channel
from members.people.models import Membership, MembershipEnded, RoleKind
from members.people.registry import open_work_of
from notifications.enums import Mail
from notifications.models import Delivery, Notice, Reason
from notifications.tasks import deliver_due_notices
from notifications.workflow import expand
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.factories import begin_anew, give_roles
from tests.members.boarding.pages import begin, missing, outside
from web.conflicts import Conflict, NotAllowed

PRIVATE = ["/dashboard/", "/reports/", "/nominations/", "/profile/", "/manage/", "/accounts/2fa/"]


@pytest.mark.rule("PEP811-22")
def test_somebody_who_resigns_is_emeritus_from_that_day(cast: Cast) -> None:
    offboarding = boarding_workflow.resign(by=act_as(cast.mel), reason="No time.")
    today = clock.now().date()
    membership = Membership.objects.get(person=cast.mel)
    assert (membership.until, membership.ended, membership.end_authority) == (today, "emeritus", "their own wish")
    assert (offboarding.begun_by, offboarding.reason, offboarding.ending) == (cast.mel, "No time.", "emeritus")
    assert not act_as(cast.mel).is_member
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds == {"membership:ended", "offboarding:began"}


@pytest.mark.rule("PEP811-32")
def test_an_admin_lets_somebody_go_who_asked_and_nobody_else_does(cast: Cast) -> None:
    for actor in [act_as(cast.mia), act_as(cast.sam), act_as(cast.emil)]:
        with pytest.raises(NotAllowed):
            boarding_workflow.offboard(cast.mel, authority="a mail", reason="", by=actor)
    offboarding = boarding_workflow.offboard(cast.mel, authority="a mail", reason="", by=act_as(cast.ada))
    assert offboarding.membership is not None
    assert (offboarding.begun_by, offboarding.membership.end_authority) == (cast.ada, "a mail")
    with pytest.raises(NotAllowed):
        boarding_workflow.resign(by=act_as(cast.mel))


@pytest.mark.rule("PEP811-29")
def test_one_of_the_last_two_admins_cannot_resign(cast: Cast) -> None:
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        boarding_workflow.resign(by=act_as(cast.ada))
    assert act_as(cast.ada).is_admin
    assert not Checklist.objects.offboardings().exists()
    give_roles(cast.mia, RoleKind.ADMIN)
    boarding_workflow.resign(by=act_as(cast.ada))
    assert not act_as(cast.ada).is_admin


def test_two_browsers_are_refused_with_the_next_request_on_every_private_page(cast: Cast, browse: Browse) -> None:
    browsers, other = [browse(cast.mel), browse(cast.mel)], browse(cast.mia)
    assert [one.get("/dashboard/").status_code for one in browsers] == [200, 200]
    boarding_workflow.resign(by=act_as(cast.mel))
    for client in browsers:
        answers = [client.get(path) for path in PRIVATE]
        assert {(one.status_code, one["Location"].partition("?")[0]) for one in answers} == {(302, "/accounts/login/")}
    assert other.get("/dashboard/").status_code == 200
    assert Session.objects.count() == 1


def test_a_closed_login_lets_nobody_in(cast: Cast) -> None:
    boarding_workflow.resign(by=act_as(cast.mel))
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active
    answer = Client().post("/accounts/login/", {"login": "mel@example.org", "password": "correct horse battery staple"})
    assert answer["Location"] == "/accounts/inactive/"


def test_a_seat_on_the_council_keeps_its_login_and_loses_its_sessions(cast: Cast, browse: Browse) -> None:
    client = browse(cast.sara)
    boarding_workflow.offboard(cast.sara, authority="a mail", reason="", by=act_as(cast.ada))
    cast.sara.user.refresh_from_db()
    assert cast.sara.user.is_active
    assert client.get("/dashboard/").status_code == 302
    assert (act_as(cast.sara).is_member, act_as(cast.sara).is_steering) == (False, True)


def test_open_invitations_end_with_the_membership_and_a_suspension_does_not(cast: Cast) -> None:
    suspension = accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    invitation = accounts_workflow.invite(cast.nora, email="nora@example.net", by=None)
    invitation.person = cast.mel
    invitation.save()
    boarding_workflow.offboard(cast.mel, authority="a mail", reason="", by=act_as(cast.ada))
    suspension.refresh_from_db()
    invitation.refresh_from_db()
    assert (suspension.ended_at, invitation.revoked_at is not None) == (None, True)
    accounts_workflow.end_suspension(suspension, "It was found.", by=act_as(cast.ada))
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active


def test_a_suspended_council_member_who_is_offboarded_stays_out_until_somebody_ends_the_suspension(cast: Cast) -> None:
    suspension = accounts_workflow.suspend(cast.sara, "Strange acts.", by=act_as(cast.ada))
    boarding_workflow.offboard(cast.sara, authority="a mail", reason="", by=act_as(cast.ada))
    cast.sara.user.refresh_from_db()
    assert (cast.sara.user.is_active, act_as(cast.sara).is_steering) == (False, False)
    accounts_workflow.end_suspension(suspension, "It was her.", by=act_as(cast.sam))
    cast.sara.user.refresh_from_db()
    assert (cast.sara.user.is_active, act_as(cast.sara).is_steering) == (False, True)
    begin_anew(cast.sara, by=cast.abel)
    cast.sara.user.refresh_from_db()
    assert cast.sara.user.is_active


def test_a_suspended_admin_does_not_count_as_one_of_the_two(cast: Cast) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    accounts_workflow.suspend(cast.abel, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        boarding_workflow.resign(by=act_as(cast.ada))


def test_no_mail_that_waits_for_somebody_who_left_goes_out(cast: Cast) -> None:
    """Neither one whose recipients are still to be worked out, nor one that was addressed to them already."""
    reports.received()
    [addressed] = Notice.objects.filter(event__kind="report:received", mail=Mail.ATTENTION)
    assert expand(str(addressed.pk)) == 7
    reports.received()
    boarding_workflow.resign(by=act_as(cast.mel))
    deliver_due_notices()
    deliveries = Delivery.objects.filter(recipient=f"people.person:{cast.mel.pk}")
    assert {(one.notice.mail, one.sent_at is not None, one.reason) for one in deliveries} == {
        (Mail.ATTENTION, False, Reason.LOST_ACCESS),
        (Mail.ACCESS_CHANGED, True, ""),
    }
    to_mel = [message.subject for message in mail.outbox if message.to == ["mel@example.org"]]
    assert to_mel == ["Your access to the portal has changed"]
    assert sum(message.to == ["mia@example.org"] for message in mail.outbox) == 2


def test_an_emeritus_is_thanked_at_the_end_and_a_removed_member_is_not(cast: Cast) -> None:
    thanks = []
    for person, ending in [(cast.mel, MembershipEnded.EMERITUS), (cast.mia, MembershipEnded.REMOVED)]:
        offboarding = boarding_workflow.begin_offboarding(
            person, ending=ending, authority="it", by=None, at=clock.now()
        )
        for step in outside(offboarding):
            boarding_workflow.tick(step, done=True, by=act_as(cast.ada))
        boarding_workflow.finish_offboarding(offboarding, by=act_as(cast.ada))
        mail.outbox.clear()
        deliver_due_notices()
        thanks.append([one.to[0] for one in mail.outbox if one.subject == "Thank you for your time on the team"])
    assert thanks == [["mel@example.org"], []]


# -- the last step -------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-51", "SEED-04")
def test_the_last_step_waits_until_reports_are_handed_over_and_channels_closed(cast: Cast) -> None:
    report, ada = reports.coordinated(cast.mel), act_as(cast.ada)
    offboarding = boarding_workflow.resign(by=act_as(cast.mel))
    assert missing(offboarding) == [
        "Mel Member still coordinates one report; hand over first.",
        "Not ticked off: GitHub team, Mailing list, Chat.",
    ]
    for step in outside(offboarding):
        boarding_workflow.tick(step, done=True, by=ada)
    with pytest.raises(Conflict, match="still coordinates one report"):
        boarding_workflow.finish_offboarding(offboarding, by=ada)
    reports.handed_over(report, cast.mia, cast.ada)
    done = boarding_workflow.finish_offboarding(offboarding, by=ada)
    assert done.completed_by == cast.ada
    with pytest.raises(Conflict, match="This offboarding is finished"):
        boarding_workflow.finish_offboarding(offboarding, by=ada)
    with pytest.raises(Conflict, match="This offboarding is finished"):
        boarding_workflow.tick(outside(offboarding)[0], done=False, by=ada)


def test_several_open_reports_are_counted_and_listed_without_their_texts(cast: Cast) -> None:
    first, second = reports.coordinated(cast.mel), reports.coordinated(cast.mel)
    offboarding = boarding_workflow.resign(by=act_as(cast.mel))
    assert missing(offboarding)[0] == "Mel Member still coordinates 2 reports; hand over first."
    work = open_work_of(UUID(str(cast.mel.pk)))
    assert {one.label for one in work} == {first.reference, second.reference}
    summary = Report.objects.system("a test").get(pk=first.pk).summary
    assert all(summary not in str(one) for one in work)


def test_only_admins_tick_and_finish(cast: Cast) -> None:
    offboarding = boarding_workflow.resign(by=act_as(cast.mel))
    for actor in [act_as(cast.mia), act_as(cast.sam), act_as(cast.mel)]:
        with pytest.raises(NotAllowed):
            boarding_workflow.tick(outside(offboarding)[0], done=True, by=actor)
        with pytest.raises(NotAllowed):
            boarding_workflow.finish_offboarding(offboarding, by=actor)


def test_the_login_was_closed_by_the_portal_and_is_not_ticked(cast: Cast) -> None:
    offboarding = boarding_workflow.resign(by=act_as(cast.mel))
    login = offboarding.steps.get(channel__kind="login")
    assert login.done_at == offboarding.begun_at
    with pytest.raises(Conflict, match="closed by the portal"):
        boarding_workflow.tick(login, done=False, by=act_as(cast.ada))


def test_a_tick_can_be_taken_back(cast: Cast) -> None:
    offboarding = boarding_workflow.resign(by=act_as(cast.mel))
    [step, *_] = outside(offboarding)
    assert boarding_workflow.tick(step, done=True, by=act_as(cast.ada)).done_by == cast.ada
    assert boarding_workflow.tick(step, done=False, by=act_as(cast.ada)).done_by is None


def test_a_retired_channel_is_on_no_new_checklist(cast: Cast) -> None:
    Channel.objects.filter(name="Chat").update(retired_at=clock.now())
    assert [step.channel.name for step in outside(boarding_workflow.resign(by=act_as(cast.mel)))] == [
        "GitHub team",
        "Mailing list",
    ]
    assert "Chat" not in {step.channel.name for step in begin(cast.nora).steps.select_related("channel")}


def test_admins_are_reminded_weekly_until_it_is_finished(cast: Cast) -> None:
    begun = clock.now()
    offboarding = boarding_workflow.resign(by=act_as(cast.mel))
    reminders, counts = Event.objects.filter(kind="offboarding:reminded"), []
    for days in (6, 7, 8, 14):
        with clock.pretend(begun + timedelta(days=days, minutes=days)):
            remind_of_boarding()
        counts.append(reminders.count())
    assert counts == [0, 1, 1, 2]
    for step in outside(offboarding):
        boarding_workflow.tick(step, done=True, by=act_as(cast.ada))
    boarding_workflow.finish_offboarding(offboarding, by=act_as(cast.ada))
    with clock.pretend(begun + timedelta(days=60)):
        assert not boarding_workflow.remind(offboarding)
