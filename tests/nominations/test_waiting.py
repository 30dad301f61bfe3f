"""The dashboard items of nominations, by reader."""

from __future__ import annotations

import re
from datetime import timedelta

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.people.models import Person
from members.people.policy import ANONYMOUS
from nominations.models import Phase
from nominations.pages.waiting import waiting_for
from tests.cast import Cast, act_as
from tests.factories import make_person
from tests.nominations import factories
from tests.nominations.crowd import crowded
from web.waiting import Waiting


def waits(person: Person) -> list[tuple[str, str]]:
    """What waits, with the numbers of the votes left out."""
    found = waiting_for(act_as(person), clock.now())
    return [(re.sub(r" \(N-\d+\)", "", item.title), item.action) for item in found]


def a_nomination_in_each_phase(cast: Cast) -> None:
    for phase in Phase:
        factories.make(phase, cast, make_person(phase.label, github=f"someone-{phase.value}".replace("_", "-")))


def test_everybody_gets_what_waits_for_them_and_nothing_else(cast: Cast) -> None:
    a_nomination_in_each_phase(cast)
    vote = [("Vote on Vote open", "Vote")]
    decide = [("Veto or let pass: Veto window", "Decide"), ("Veto or let pass: Council not told yet", "Decide")]
    assert waits(cast.newt) == vote
    assert waits(cast.mia) == []  # has voted
    assert waits(cast.sara) == waits(cast.sam) == decide
    assert waits(cast.ada) == [
        ("The vote on Being counted waits to be counted", "See"),
        *vote,
        ("The Steering Council has not been told: Council not told yet", "See why"),
        ("Acknowledge the count of the vote on Veto window", "Review"),
        ("Confirm the onboarding of Awaiting confirmation", "Review"),
        ("Open the vote on Proposed", "Review"),
    ]
    assert waits(cast.emil) == waits(cast.olga) == []
    assert waiting_for(ANONYMOUS, clock.now()) == []


def test_an_item_says_how_urgent_it_is_and_where_to_go(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    closes_at = nomination.vote.closes_at
    [item] = waiting_for(act_as(cast.newt), closes_at - timedelta(hours=9))
    assert item == Waiting(
        urgency="9\xa0hours left",
        tone="now",
        due=closes_at,
        title=f"Vote on Nora Nominee ({nomination.reference})",
        detail="Nominated by Mel Member · you have not voted · 4 of 7 have",
        url=reverse("nominations:vote", args=[nomination.pk]),
        action="Vote",
    )


def test_a_decision_waits_for_nobody_who_may_not_record_it(cast: Cast) -> None:
    """Sara has declared an interest; Mel of the council nominated."""
    crowded(Phase.VETO_WINDOW, cast)
    decide = ("Veto or let pass: Nora Nominee", "Decide")
    assert {person.name: decide in waits(person) for person in (cast.sam, cast.sara, cast.mel)} == {
        "Sam Steering": True,
        "Sara Steering": False,
        "Mel Member": False,
    }


def test_nothing_is_asked_of_the_database_for_somebody_who_sees_no_nominations(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.make(Phase.OPEN, cast)
    actor, now = act_as(cast.olga), clock.now()
    with django_assert_num_queries(0):
        assert waiting_for(actor, now) == []


def test_items_stand_in_order_of_deadline(cast: Cast) -> None:
    late = factories.make(Phase.OPEN, cast)
    with clock.pretend(clock.now() - timedelta(days=3)):
        early = factories.make(Phase.OPEN, cast, cast.olga)
    dues = [item.due for item in waiting_for(act_as(cast.newt), clock.now())]
    assert dues == [early.vote.closes_at, late.vote.closes_at]


def test_thirty_nominations_cost_one_query_as_one_does(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = 0
    for count in (1, 30):
        while made < count:
            nominee = make_person(f"Nominee Number{made}", github="")
            factories.open_vote(factories.propose(nominee, cast.mel), cast.ada)
            made += 1
        actor, now = act_as(cast.newt), clock.now()
        with django_assert_num_queries(1):
            assert len(waiting_for(actor, now)) == count
