"""Audiences of nominations: exactly the people who may act, in every phase."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import QuerySet

from audit import clock
from audit.models import Event, label
from members.people.models import Person, RoleKind
from nominations import workflow
from nominations.events import NominationEvent
from nominations.models import InterestKind, Nomination, Phase
from nominations.policy import Action, allowed
from nominations.tally import Choice
from notifications.audiences import nominations as audiences
from notifications.contents.nominations import counting_facts
from notifications.enums import Mail
from tests.cast import Cast, act_as
from tests.factories import give_roles
from tests.nominations import factories
from tests.nominations.crowd import COUNTABLE, crowded, everybody, names
from tests.notifications.mailroom import deliver, told

Audience = Callable[[Event], QuerySet[Person]]

#: Each audience with the action that its mail asks for.
ASKED_TO: dict[Audience, Action] = {
    audiences.admins_who_open: Action.OPEN,
    audiences.voters: Action.VOTE,
    audiences.admins_who_annul: Action.SECOND_ANNULMENT,
    audiences.council_with_veto: Action.DECIDE,
    audiences.admins_who_confirm: Action.CONFIRM,
    audiences.council_to_confirm_veto: Action.CONFIRM_VETO,
}
ROLL = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
#: In the crowd of tests/nominations/crowd.py. A phase that is missing means nobody.
EXPECTED: dict[Audience, dict[Phase, set[str]]] = {
    audiences.admins_who_open: {Phase.PROPOSED: {"ada", "abel"}},
    audiences.voters: {Phase.OPEN: ROLL},
    audiences.admins_who_annul: {phase: {"abel"} for phase in COUNTABLE},
    audiences.council_with_veto: {Phase.COUNCIL_UNTOLD: {"sam"}, Phase.VETO_WINDOW: {"sam"}},
    audiences.admins_who_confirm: {Phase.AWAITING_CONFIRMATION: {"ada", "abel"}},
    audiences.council_to_confirm_veto: {},
}


def about(nomination: Nomination) -> Event:
    """Return an event about the nomination, or about its vote if there is one."""
    return Event(target=label(nomination.vote_or_none or nomination))


@pytest.mark.parametrize("phase", Phase)
def test_each_audience_is_exactly_the_people_who_may_do_what_the_mail_asks(cast: Cast, phase: Phase) -> None:
    nomination = crowded(phase, cast)
    event, now = about(nomination), clock.now()
    may = {person: allowed(act_as(person), nomination, now) for person in everybody()}
    for audience, action in ASKED_TO.items():
        people = names(audience(event))
        assert people == EXPECTED[audience].get(phase, set()), audience.__name__
        assert people == names(person for person, actions in may.items() if action in actions)


def test_admins_are_asked_for_a_note_on_a_low_turnout_until_there_is_one(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.ADMIN)  # who nominated, and so does not run the vote
    nomination = factories.counted(cast, {cast.mia: factories.YES}, opened=9 * factories.DAY).nomination
    assert counting_facts(about(nomination))["needs_note"] is True
    workflow.note_turnout(nomination, "Holidays.", by=act_as(cast.ada))
    assert counting_facts(about(nomination))["needs_note"] is False


def test_voters_are_reminded_who_can_vote_and_have_not(cast: Cast) -> None:
    nomination = crowded(Phase.OPEN, cast)  # Mia, Rita, Abel and Sara have voted
    assert names(audiences.voters_without_ballot(about(nomination))) == {"ada", "mel", "newt"}


def test_a_council_member_who_nominated_is_not_asked_to_record_the_decision(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.sara), cast.ada)
    factories.cast_ballots(vote, {cast.mia: factories.YES, cast.mel: factories.YES, cast.rita: factories.YES})
    with clock.pretend(vote.closes_at):
        workflow.close_vote(vote)
        deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == {"sam"}


def test_a_council_member_with_a_declared_interest_is_not_asked_to_record_the_decision(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.sara))
    with clock.pretend(nomination.vote.closes_at):
        workflow.close_vote(nomination.vote)
        deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == {"sam"}


def test_the_admin_who_nominated_is_not_asked_to_annul(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.ADMIN)
    nomination = factories.make(Phase.FAILED, cast)
    workflow.ask_to_annul(nomination, "The mails were lost.", by=act_as(cast.ada))
    deliver()
    assert told(NominationEvent.ANNULMENT_ASKED) == {Mail.ATTENTION: {"abel"}}


def test_a_voter_who_votes_again_and_again_is_told_once_in_five_minutes(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    start = clock.now().replace(minute=30, second=0, microsecond=0)
    moments = [start + timedelta(seconds=seconds) for seconds in (1, 2, 60, 299, 300, 301)]
    for at in moments:
        factories.cast_ballots(vote, {cast.newt: Choice.NO}, at=at)
    factories.cast_ballots(vote, {cast.mel: Choice.NO}, at=moments[1])
    cast_events = Event.objects.filter(kind=NominationEvent.BALLOT_RECORDED, at__gte=start).order_by("at", "actor")
    by_newt = [event for event in cast_events if event.actor == label(cast.newt)]
    [by_mel] = [event for event in cast_events if event.actor == label(cast.mel)]
    assert [audiences.voter(event).exists() for event in by_newt] == [True, False, False, False, True, False]
    assert audiences.voter(by_mel).exists()
