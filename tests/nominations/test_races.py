"""Races between acts, on PostgreSQL with real transactions in real threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django import Settings

from audit import clock
from audit.models import Event
from audit.verify import verify
from members.boarding.models import Checklist
from members.people.models import Person
from members.people.tally import CouncilTally
from nominations import tasks, workflow
from nominations.events import NominationEvent
from nominations.models import Ballot, Category, DecisionKind, Newcomer, Nomination, Phase, SealedBallot, Vote
from nominations.tally import Choice
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member
from tests.nominations import factories
from tests.races import race
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")
THREADS = 8


def at_once(calls: Iterable[Callable[[], T]]) -> list[T | Conflict]:
    """Run `calls` in threads of their own connections; a `Conflict` is an answer, anything else an error."""

    def run(act: Callable[[], T]) -> T | Conflict:
        try:
            return act()
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, calls))


def done(answers: list[Any]) -> list[Any]:
    """Those that were no `Conflict`."""
    return [answer for answer in answers if not isinstance(answer, Conflict)]


@pytest.fixture
def chain() -> Iterator[None]:
    """The audit log fits together after the storm as well."""
    yield
    assert verify().is_whole


@pytest.mark.usefixtures("chain")
def test_forty_ballots_of_one_voter_at_once_are_one_ballot(cast: Cast) -> None:
    """Only the first twenty of an hour are taken."""
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    mia = act_as(cast.mia)
    answers = at_once([partial(workflow.cast, vote, list(Choice)[number % 3], by=mia) for number in range(40)])
    assert len(set(done(answers))) == 20
    slot = SealedBallot.objects.get(entry__person=cast.mia)
    assert (slot.revision, vote.roll.voted().count()) == (20, 1)
    factories.close(vote)
    [ballot] = vote.board()
    assert ballot.receipt in answers


@pytest.mark.usefixtures("chain")
def test_a_close_in_the_middle_of_a_storm_counts_exactly_what_was_accepted(cast: Cast, settings: Settings) -> None:
    settings.VOTING_PERIOD_HOURS = 1.5 / 3600
    voters = [make_member(f"Voter{number:02} Storm") for number in range(16)]
    nomination = factories.propose(cast.nora, cast.mel)
    actors = [act_as(person) for person in voters]
    vote = factories.open_vote(nomination, cast.ada)

    def storm(number: int) -> list[tuple[str, Choice]]:
        """Vote again and again until refused; every answer is a promise."""
        accepted: list[tuple[str, Choice]] = []
        while True:
            choice = list(Choice)[(number + len(accepted)) % 3]
            try:
                accepted.append((workflow.cast(vote, choice, by=actors[number]), choice))
            except Conflict:
                return accepted

    def close() -> list[tuple[str, Choice]]:
        while True:
            try:
                workflow.close_vote(vote)
            except Conflict:
                time.sleep(0.02)
            else:
                return []

    # Six voters and two closers at any time; the rest of the voters come too late.
    storms = [partial(storm, number) for number in range(16)]
    answers = done(at_once([*storms[:6], close, close, *storms[6:]]))
    last = {accepted[-1] for accepted in answers if accepted}
    vote.refresh_from_db()
    assert {(ballot.receipt, ballot.choice) for ballot in vote.board()} == last
    assert vote.tally is not None
    assert vote.tally.cast == len(last) == vote.roll.voted().count() > 0
    accepted = sum(len(answer) for answer in answers)
    assert Event.objects.filter(kind=NominationEvent.BALLOT_RECORDED).count() == accepted > len(last)
    assert Event.objects.filter(kind=NominationEvent.CLOSED).count() == 1


@pytest.mark.usefixtures("chain")
def test_many_workers_count_a_vote_once(cast: Cast) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    at_once([tasks.close_due_votes] * THREADS)
    assert Event.objects.filter(kind=NominationEvent.CLOSED).count() == 1
    assert (Ballot.objects.count(), SealedBallot.objects.count()) == (4, 0)
    assert Vote.objects.get(pk=vote.pk).tally is not None


def test_a_close_waits_for_a_ballot_that_was_taken_in_time(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        factories.cast_ballots(vote, {cast.mia: Choice.YES}, at=vote.closes_at - timedelta(milliseconds=1))

        def close() -> Vote:
            try:
                return factories.close(vote)
            finally:
                connection.close()

        closing = pool.submit(close)
        time.sleep(0.3)
        assert not closing.done()  # the end of the block commits the ballot
    assert closing.result(timeout=5).yes == 1


@pytest.mark.usefixtures("chain")
def test_proposals_of_one_person_at_once_are_one_nomination(cast: Cast) -> None:
    calls = [partial(factories.propose, cast.nora, person) for person in [*cast.members, *cast.members]]
    answers = at_once(calls)
    assert len(done(answers)) == 1
    assert Nomination.objects.count() == 1


def test_proposals_of_one_newcomer_at_once_are_one_person(cast: Cast) -> None:
    def propose(by: Person) -> Nomination:
        newcomer = Newcomer("Nick New", "nick-new")
        return workflow.propose(
            newcomer, statement="Because.", category=Category.OTHER, email="n@example.net", by=act_as(by)
        )

    answers = at_once([partial(propose, person) for person in cast.members])
    assert len(done(answers)) == 1
    assert Person.objects.filter(name="Nick New").count() == 1


def test_a_proposal_that_another_one_overtakes_is_refused_with_a_sentence(cast: Cast) -> None:
    _, second = race(lambda: factories.ask(cast.nora, cast.mel), lambda: factories.ask(cast.nora, cast.mia))
    assert (type(second), str(second)) == (Conflict, "Nora Nominee has an open nomination already.")
    assert Nomination.objects.get().nominator == cast.mel


def test_a_proposal_posted_sixteen_times_at_once_is_one_nomination(cast: Cast, browse: Browse) -> None:
    clients = [browse(cast.mel) for _ in range(16)]
    typed = {
        "person": str(cast.nora.pk),
        "category": "core",
        "statement": "Because.",
        "recorded_email": "n@example.net",
    }
    answers = at_once([partial(client.post, "/nominations/propose/", typed) for client in clients])
    page = Nomination.objects.get().get_absolute_url()
    assert [(answer.status_code, answer["Location"]) for answer in done(answers)] == [(302, page)] * 16


@pytest.mark.usefixtures("chain")
def test_a_vote_is_opened_once(cast: Cast) -> None:
    nomination = factories.propose(cast.nora, cast.mel)
    admins = [act_as(cast.ada), act_as(cast.abel)] * THREADS
    answers = at_once([partial(workflow.open_vote, nomination, by=admin) for admin in admins])
    assert len(done(answers)) == 1
    assert Vote.objects.get().roll.count() == 7


@pytest.mark.usefixtures("chain")
def test_veto_and_no_veto_at_once_are_one_decision(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    day, sam = clock.now().date(), act_as(cast.sam)
    calls = [
        partial(
            workflow.record_decision,
            nomination,
            kind,
            decided_on=day,
            link="https://x.org",
            reason="",
            tally=CouncilTally(2, 0, 0),
            by=sam,
        )
        for kind in [DecisionKind.VETO, DecisionKind.NO_VETO] * THREADS
    ]
    [decision] = done(at_once(calls))
    begun = Checklist.objects.onboardings().filter(person=cast.nora).count()
    assert begun == (1 if decision.kind == DecisionKind.NO_VETO else 0)


@pytest.mark.usefixtures("chain")
def test_fifty_confirmations_at_once_begin_one_onboarding(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    answers = at_once([partial(workflow.confirm, nomination, by=act_as(cast.ada))] * 50)
    assert len(done(answers)) == 1
    assert Checklist.objects.onboardings().filter(person=cast.nora).count() == 1


def test_the_applications_clock_wrong_by_eight_days_changes_nothing(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    mia, rita = act_as(cast.mia), act_as(cast.rita)
    for wrong, voter in [(timedelta(days=8), mia), (timedelta(days=-8), rita)]:
        with time_machine.travel(clock.now() + wrong):
            workflow.cast(vote, Choice.YES, by=voter)
            tasks.close_due_votes()
    vote.refresh_from_db()
    assert (vote.closed_at, vote.roll.voted().count()) == (None, 2)
