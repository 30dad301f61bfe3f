"""Reminders of acceptance, and the dashboard's item about it."""

from __future__ import annotations

from datetime import timedelta

from audit import clock
from audit.models import Event
from members.documents import queries, tasks, workflow
from members.documents.models import Acceptance
from members.people.models import MembershipEnded
from tests.cast import Cast, act_as
from tests.factories import make_member
from tests.members.documents.pages import accept, current, everybody_accepts, publish, waiting_for


def reminded() -> int:
    return Event.objects.filter(kind="document:reminded").count()


def test_members_are_reminded_after_a_week_and_then_every_other_week(cast: Cast) -> None:
    begin = current().published_at
    counts = {}
    for day in (6.9, 7, 8, 20.9, 21, 35, 36):
        with clock.pretend(begin + timedelta(days=day)):
            tasks.remind_of_acceptance()
            counts[day] = reminded()
    assert counts == {6.9: 0, 7: 1, 8: 1, 20.9: 1, 21: 2, 35: 3, 36: 3}
    event = Event.objects.filter(kind="document:reminded").latest("at")
    assert (event.actor, event.target) == ("system", f"documents.documentversion:{current().pk}")


def test_a_new_version_begins_a_new_week(cast: Cast) -> None:
    publish(cast.ada)
    with clock.pretend(current().published_at + timedelta(days=6)):
        assert not workflow.remind_of_acceptance()


def test_nobody_is_reminded_when_everybody_who_can_sign_in_has_accepted(cast: Cast) -> None:
    everybody_accepts(cast)
    make_member("Nina Nologin")
    with clock.pretend(current().published_at + timedelta(days=8)):
        assert not workflow.remind_of_acceptance()
        Acceptance.objects.filter(person=cast.mia).delete()
        assert workflow.remind_of_acceptance()


def test_the_dashboard_item_names_the_version_to_accept(cast: Cast) -> None:
    [item] = waiting_for(act_as(cast.mel), clock.now())
    assert (item.url, item.detail) == (
        "/profile/responsibilities/", "You have not accepted them in the portal yet.",
    )  # fmt: skip
    accept(cast.mel)
    assert waiting_for(act_as(cast.mel), clock.now()) == []
    publish(cast.ada)
    assert [item.detail for item in waiting_for(act_as(cast.mel), clock.now())] == ["Version 2: Plants."]
    assert [waiting_for(act_as(person), clock.now()) for person in (cast.olga, cast.emil, cast.sam, None)] == [[]] * 4


def test_somebody_who_left_does_not_have_to_accept(cast: Cast) -> None:
    cast.mia.memberships.update(until=clock.now().date(), ended=MembershipEnded.EMERITUS)
    names = {person.name for person in queries.members_to_accept(current(), clock.now().date())}
    assert names == {person.name for person in cast.members} - {"Mia Member"}
