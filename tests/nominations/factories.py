"""Nominations in every phase, made by the verbs themselves at moments in the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from audit import clock
from members.people.models import Person
from members.people.queries.council import seats_filled
from members.people.tally import CouncilTally
from nominations import queries, workflow
from nominations.models import Category, CouncilDecision, DecisionKind, Nomination, Phase, Vote
from nominations.tally import Choice
from tests import events
from tests.cast import Cast, act_as
from tests.factories import make_person

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
YES, NO, ABSTAIN = Choice.YES, Choice.NO, Choice.ABSTAIN
STATEMENT = "She reads tarballs **for fun**."


def ask(nominee: Person, by: Person, *, at: datetime | None = None, statement: str = STATEMENT) -> Nomination:
    """A proposal that the nominee has not answered; now unless `at` says otherwise."""
    with clock.pretend(at or clock.now()):
        return workflow.propose(
            nominee, statement=statement, category=Category.CORE, email="nominee@example.net", by=act_as(by)
        )


def propose(nominee: Person, by: Person, *, at: datetime | None = None, statement: str = STATEMENT) -> Nomination:
    """A proposal that the nominee accepted at once; now unless `at` says otherwise."""
    nomination = ask(nominee, by, at=at, statement=statement)
    with clock.pretend(at or clock.now()):
        return workflow.accept(nomination)


def open_vote(nomination: Nomination, by: Person, *, at: datetime | None = None) -> Vote:
    """Its vote, opened although some members that a test has made have no login; now unless `at` says otherwise."""
    with clock.pretend(at or clock.now()):
        roll = queries.roll_for(nomination, clock.now().date())
        return workflow.open_vote(nomination, by=act_as(by), despite=[voter.person.pk for voter in roll])


def keeps_key(nomination: Nomination, officer: Person, public_key: bytes, *, by: Person) -> None:
    """Asked by an admin, `officer` has accepted to keep the key."""
    office = workflow.ask_officer(nomination, officer, by=act_as(by))
    workflow.accept_office(office, public_key, by=act_as(officer))


def cast_ballots(vote: Vote, ballots: dict[Person, Choice], *, at: datetime | None = None) -> dict[Person, str]:
    """Cast everybody's ballot a moment after the opening, and return the receipts."""
    with clock.pretend(at or vote.opened_at + timedelta(hours=1)):
        return {person: workflow.cast(vote, choice, by=act_as(person)) for person, choice in ballots.items()}


def close(vote: Vote, *, at: datetime | None = None) -> Vote:
    """Counted at its closing time."""
    with clock.pretend(at or vote.closes_at):
        return workflow.close_vote(vote)


def tell_council(vote: Vote, people: list[Person], *, at: datetime | None = None) -> Vote:
    """Mail about a passed vote was handed over to these people; at its count unless `at` says otherwise."""
    moment = at or vote.closed_at or clock.now()
    with clock.pretend(moment):
        workflow.note_council_told(vote, {person.pk: moment for person in people})
    return Vote.objects.select_related("nomination__nominee").get(pk=vote.pk)


def passing(cast: Cast) -> dict[Person, Choice]:
    """Exactly two thirds: 2 yes, 1 no, 1 abstention."""
    return {cast.mia: YES, cast.rita: YES, cast.abel: NO, cast.sara: ABSTAIN}


def failing(cast: Cast) -> dict[Person, Choice]:
    """One yes short: 1 yes, 1 no."""
    return {cast.mia: YES, cast.rita: NO}


def counted(cast: Cast, ballots: dict[Person, Choice], *, opened: timedelta, nominee: Person | None = None) -> Vote:
    """A counted vote that was opened `opened` ago, proposed by Mel and run by Ada."""
    at = clock.now() - opened
    nomination = propose(nominee or cast.nora, cast.mel, at=at - DAY)
    vote = open_vote(nomination, cast.ada, at=at)
    cast_ballots(vote, ballots)
    return tell_council(close(vote), [cast.sam, cast.sara])


def untold(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Passed two days ago, and no mail to the council was handed over."""
    at = clock.now() - 9 * DAY
    vote = open_vote(propose(nominee or cast.nora, cast.mel, at=at - DAY), cast.ada, at=at)
    cast_ballots(vote, passing(cast))
    return close(vote).nomination


def decided(cast: Cast, kind: DecisionKind, *, nominee: Person | None = None) -> Nomination:
    """A passed nomination on which Sam recorded the council's decision yesterday; Sara confirmed a veto."""
    vote = counted(cast, passing(cast), opened=9 * DAY, nominee=nominee)
    with clock.pretend(clock.now() - DAY):
        decide(vote.nomination, kind, by=cast.sam)
        if kind == DecisionKind.VETO:
            workflow.confirm_veto(vote.nomination, by=act_as(cast.sara))
    return fresh(vote.nomination)


def decide(nomination: Nomination, kind: DecisionKind, *, by: Person) -> CouncilDecision:
    """Record the decision of all seats."""
    return workflow.record_decision(
        nomination,
        kind,
        decided_on=clock.now().date(),
        link="https://example.org/council/1",
        reason="For the team **only**.",
        tally=CouncilTally(seats_filled(clock.now().date()) or 0, 0, 0),
        by=act_as(by),
    )


def veto_waits(cast: Cast, nominee: Person | None = None) -> Nomination:
    """A passed nomination on which Sam has just recorded a veto."""
    nomination = in_veto_window(cast, nominee)
    decide(nomination, DecisionKind.VETO, by=cast.sam)
    return fresh(nomination)


def proposed(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Proposed by Mel two days ago, no vote yet."""
    return propose(nominee or cast.nora, cast.mel, at=clock.now() - 2 * DAY)


def withdrawn(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Withdrawn by Mel while the vote was open."""
    nomination = opened(cast, nominee)
    return workflow.withdraw(nomination, by=act_as(cast.mel))


def asked(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Proposed by Mel two days ago; the nominee has not answered."""
    return ask(nominee or cast.nora, cast.mel, at=clock.now() - 2 * DAY)


def declined(cast: Cast, nominee: Person | None = None) -> Nomination:
    """The nominee does not want to."""
    return workflow.decline(asked(cast, nominee))


def cancelled(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Ada has cancelled the open vote."""
    nomination = opened(cast, nominee)
    workflow.cancel(nomination, "The roll was **wrong**.", by=act_as(cast.ada))
    return nomination


def annulled(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Ada and Abel have annulled a passed vote."""
    nomination = in_veto_window(cast, nominee)
    workflow.ask_to_annul(nomination, "The mails were **lost**.", by=act_as(cast.ada))
    workflow.confirm_annulment(nomination, by=act_as(cast.abel))
    return nomination


def opened(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Opened by Ada yesterday; Mia, Rita, Abel and Sara have voted."""
    nomination = proposed(cast, nominee)
    cast_ballots(open_vote(nomination, cast.ada, at=clock.now() - DAY), passing(cast))
    return fresh(nomination)


def closing(cast: Cast, nominee: Person | None = None) -> Nomination:
    """The week is over, nothing has counted yet."""
    at = clock.now() - 8 * DAY
    nomination = propose(nominee or cast.nora, cast.mel, at=at)
    cast_ballots(open_vote(nomination, cast.ada, at=at), passing(cast))
    return fresh(nomination)


def joined(cast: Cast, nominee: Person | None = None) -> Nomination:
    """The council has said that it has no veto."""
    return decided(cast, DecisionKind.NO_VETO, nominee=nominee)


def failed(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Closed yesterday, one yes short."""
    return counted(cast, failing(cast), opened=8 * DAY, nominee=nominee).nomination


def in_veto_window(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Passed two days ago; the council has five more."""
    return counted(cast, passing(cast), opened=9 * DAY, nominee=nominee).nomination


def awaiting_confirmation(cast: Cast, nominee: Person | None = None) -> Nomination:
    """Passed eight days ago, and the council has said nothing."""
    return counted(cast, passing(cast), opened=15 * DAY, nominee=nominee).nomination


def vetoed(cast: Cast, nominee: Person | None = None) -> Nomination:
    """The council has said no."""
    return decided(cast, DecisionKind.VETO, nominee=nominee)


MAKERS: dict[Phase, Callable[[Cast, Person | None], Nomination]] = {
    Phase.CONSENT: asked,
    Phase.PROPOSED: proposed,
    Phase.OPEN: opened,
    Phase.CLOSING: closing,
    Phase.FAILED: failed,
    Phase.COUNCIL_UNTOLD: untold,
    Phase.VETO_WINDOW: in_veto_window,
    Phase.AWAITING_CONFIRMATION: awaiting_confirmation,
    Phase.VETOED: vetoed,
    Phase.JOINED: joined,
    Phase.DECLINED: declined,
    Phase.WITHDRAWN: withdrawn,
    Phase.CANCELLED: cancelled,
    Phase.ANNULLED: annulled,
}


def make(phase: Phase, cast: Cast, nominee: Person | None = None) -> Nomination:
    """A nomination that stands in `phase` right now: of Nora by Mel, run by Ada, decided by Sam."""
    return fresh(MAKERS[phase](cast, nominee))


def fresh(nomination: Nomination) -> Nomination:
    """As it is in the database now."""
    return Nomination.objects.select_related("nominee", "nominator", "vote", "stop").get(pk=nomination.pk)


def recorded(act: Callable[[], Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The events that `act` writes: kind, actor, data."""
    with events.recorded() as written:
        act()
    return [(event.kind, event.actor.rpartition(":")[2], event.data) for event in written]


def someone(name: str) -> Person:
    """A person on record without a login."""
    return make_person(name, github="")


def phase_of(nomination: Nomination) -> Phase:
    """The phase at the database's present moment."""
    return fresh(nomination).phase(clock.now())
