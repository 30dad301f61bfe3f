"""A checklist says at each moment who is waited for and since when, on its page, its list and the dashboard."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.urls import reverse

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import REMIND_AFTER, CheckResult, Direction
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login
from tests.members.boarding.pages import (
    CHANNELS,
    LOGIN,
    RESPONSIBILITIES,
    accepted,
    begin,
    buttons,
    leave,
    outside,
    page_text,
    tick_all,
    waits,
)


def test_an_onboarding_says_at_each_moment_who_is_waited_for(cast: Cast, browse: Browse) -> None:
    onboarding, ada = begin(cast.nora), browse(cast.ada)
    assert waits(ada, onboarding) == [("Nora Nominee", [LOGIN])]
    onboarding.person.invitations.all().delete()
    assert waits(ada, onboarding) == [("an admin", [LOGIN])]
    give_login(cast.nora)
    assert waits(ada, onboarding) == [("Nora Nominee", [RESPONSIBILITIES])]
    assert buttons(ada, onboarding) == {}  # the responsibilities come before any channel
    accepted(onboarding)
    assert waits(ada, onboarding) == [("an admin", CHANNELS)]
    assert buttons(ada, onboarding) == {name: ["done", "not_needed"] for name in CHANNELS}
    tick_all(onboarding, cast.ada)
    assert waits(ada, onboarding) == [("an admin", ["Finish: Nora Nominee becomes a member"])]
    assert buttons(ada, onboarding) == {name: ["undone"] for name in CHANNELS}
    page = page_text(ada, onboarding.get_absolute_url())
    assert ("6 of 7" in page, reverse("boarding:complete", args=[onboarding.pk]) in page) == (True, True)


def test_an_onboarding_says_since_when_somebody_is_waited_for(cast: Cast, browse: Browse) -> None:
    begun_at = clock.now() - timedelta(hours=5)
    Authenticator.objects.filter(user__person=cast.olga).update(created_at=begun_at)
    with clock.pretend(begun_at):
        onboarding = begin(cast.olga)
    ada = browse(cast.ada)
    page = ada.get(onboarding.get_absolute_url()).context["progress"]
    assert page.summary == "2 of 7 steps done. Waiting for Olga Outsider for 5\xa0hours."
    onboarding.accepted_at = clock.now() - timedelta(hours=3)
    onboarding.save()
    page = ada.get(onboarding.get_absolute_url()).context["progress"]
    assert page.summary == "3 of 7 steps done. Waiting for an admin for 3\xa0hours."
    [row] = ada.get("/manage/onboarding/").context["rows"]
    assert row.waits == "waiting for an admin · 3\xa0hours"


def test_what_the_portal_has_done_waits_for_a_check_or_the_person(cast: Cast, browse: Browse) -> None:
    onboarding, ada, at = accepted(begin(cast.olga)), browse(cast.ada), clock.now()
    github, mailman, _chat = outside(onboarding)
    for step in (github, mailman):
        boarding_workflow.note_applied(
            step.channel, cast.olga.pk, direction=Direction.IN, by=cast.ada, at=at - timedelta(minutes=10)
        )
    boarding_workflow.note_check(
        github.channel,
        check_run=uuid4(),
        at=at,
        results={cast.olga.pk: CheckResult.PENDING},
        sightings=boarding_workflow.Sightings([], [], [], []),
    )
    assert waits(ada, onboarding) == [
        ("Olga Outsider", ["GitHub team"]),  # has to accept the invitation
        ("a check", ["Mailing list"]),
        ("an admin", ["Chat"]),
    ]


@pytest.mark.parametrize(
    ("result", "who"), [(CheckResult.LEFT, "an admin"), (CheckResult.UNREAD, "a check")], ids=["still seen", "unread"]
)
def test_what_the_check_after_a_change_still_sees_waits_for_an_admin(
    cast: Cast, browse: Browse, result: CheckResult, who: str
) -> None:
    leaving, at = leave(cast.mel), clock.now()
    github, *others = outside(leaving)
    for step in others:
        boarding_workflow.tick(step, done=True, by=act_as(cast.ada))
    changed = {"applied_at": at - timedelta(minutes=10), "applied_by": cast.ada}
    leaving.steps.filter(pk=github.pk).update(**changed, checked_at=at, check_run=uuid4(), check_result=result)
    assert waits(browse(cast.ada), leaving) == [(who, ["GitHub team"])]


@pytest.mark.parametrize(
    ("days_later", "expected"), [(0, "open until"), (365, "expired")], ids=["while it is open", "a year later"]
)
def test_the_invitation_of_a_newcomer_is_shown_in_its_phase(
    cast: Cast, browse: Browse, days_later: int, expected: str
) -> None:
    onboarding = begin(cast.nora, email="nora@example.net")
    Invitation.objects.update(expires_at=F("expires_at") - timedelta(days=days_later))
    page = page_text(browse(cast.ada), onboarding.get_absolute_url())
    assert [word for word in ("open until", "expired") if f"nora@example.net, {word}" in page] == [expected]
    assert "Invite again" in page
    assert f"by mail every {REMIND_AFTER[Direction.IN].days} days" in page


def test_list_page_and_dashboard_agree_about_the_next_step(cast: Cast, browse: Browse) -> None:
    ada, path = browse(cast.ada), "/manage/onboarding/"
    onboarding = begin(cast.nora, email="")

    def shown() -> tuple[str, str, bool]:
        [row] = ada.get(path).context["rows"]
        lead = ", ".join(who for who, _ in waits(ada, onboarding))
        waiting = [item.title for item in ada.get("/dashboard/").context["waiting"]]
        return row.label, lead, "Onboarding of Nora Nominee" in waiting

    assert shown() == ("Waits for an admin", "an admin", True)
    invited = accounts_workflow.invite(cast.nora, email="nora@example.net", evidence="A call.", by=act_as(cast.ada))
    assert shown() == ("Waits for an admin", "a second person", True)
    accounts_workflow.confirm_addresses([invited.pk], by=act_as(cast.abel))
    assert shown() == ("Waits", "Nora Nominee", False)
    boarding_workflow.cancel_onboarding(onboarding, "She changed her mind.", by=act_as(cast.ada))
    assert shown() == ("Cancelled", "", False)


def test_list_page_and_dashboard_agree_about_an_invitation_that_is_open(cast: Cast, browse: Browse) -> None:
    onboarding, ada, at = accepted(begin(cast.olga, email="")), browse(cast.ada), clock.now() - timedelta(hours=2)
    github, *others = outside(onboarding)
    for step in others:
        boarding_workflow.tick(step, done=True, by=act_as(cast.ada))
    checked = {"checked_at": at, "check_run": uuid4(), "check_result": CheckResult.PENDING}
    onboarding.steps.filter(pk=github.pk).update(**checked)
    [row] = ada.get("/manage/onboarding/").context["rows"]
    assert (row.label, row.waits) == ("Waits", "waiting for Olga Outsider · 2\xa0hours")
    assert waits(ada, onboarding) == [("Olga Outsider", ["GitHub team"])]
    titles = [item.title for item in ada.get("/dashboard/").context["waiting"]]
    assert "Onboarding of Olga Outsider" not in titles
