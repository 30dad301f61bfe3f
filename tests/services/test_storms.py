"""Votes in a storm: many ballots at once over HTTP, a close among them, and workers killed while they count."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any, LiteralString

import pytest
from django.db import connection

from audit import clock
from audit.models import Event
from audit.verify import verify
from nominations import keys, tasks, workflow
from nominations.events import NominationEvent
from nominations.models import Ballot, Phase, SealedBallot, Vote
from nominations.tally import Choice, Tally
from nominations.workflow.voting import BALLOTS_AN_HOUR
from tests.bench.load import Web
from tests.cast import Cast
from tests.databases import owner
from tests.nominations import factories
from tests.services.storm import Answer, Booth, Voter, at_once, sign_in_voters
from tests.waiting import PATIENCE, wait_until
from tests.workers import Worker, database_url
from web.conflicts import Conflict

pytestmark = [pytest.mark.server_versions, pytest.mark.django_db(transaction=True)]

CHOICES = list(Choice)
VOTERS = 250
#: How often each of them votes; 20 is the full storm (docs/testing.md).
ATTEMPTS = int(os.environ.get("STORM_ATTEMPTS", "1"))


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Web]:
    """gunicorn on the test database: two processes with four threads each, as an operator gets it."""
    web = Web(
        "psrt_portal.wsgi:application",
        {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()},
    )
    web.wait_for("/healthz", {"Host": f"localhost:{web.port}"})
    yield web
    web.stop()


@pytest.fixture
def chain() -> Iterator[None]:
    """The audit log fits together after the storm as well."""
    yield
    assert verify().is_whole


def open_vote(cast: Cast, *, closes_in: timedelta = factories.WEEK) -> Vote:
    at = clock.now() - factories.WEEK + closes_in
    return factories.open_vote(factories.propose(cast.nora, cast.mel, at=at - factories.DAY), cast.ada, at=at)


def count_of(kind: NominationEvent) -> int:
    return Event.objects.filter(kind=kind).count()


def board_of(vote: Vote) -> dict[str, Choice]:
    return {ballot.receipt_in_groups: Choice(ballot.choice) for ballot in vote.board()}


# -- over HTTP ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("chain")
def test_many_attempts_of_250_voters_at_once_are_250_ballots(cast: Cast, web: Web) -> None:
    voters = sign_in_voters(VOTERS)
    vote = open_vote(cast)
    booth = Booth(web.port, vote.nomination)
    answers = at_once(
        partial(booth.post, voter, CHOICES[(number + attempt) % 3])
        for number, voter in enumerate(voters)
        for attempt in range(ATTEMPTS)
    )
    assert Counter((answer.status, len(answer.receipts)) for answer in answers) == {(200, 1): VOTERS * ATTEMPTS}
    slots = SealedBallot.objects.filter(revision__gt=0)
    assert list(slots.values_list("revision", flat=True)) == [ATTEMPTS] * VOTERS
    have_voted = {entry.person_id for entry in vote.roll.voted()}
    assert have_voted == {entry.person_id for entry in vote.roll.filter(slot__in=slots)}
    assert have_voted == {voter.person.pk for voter in voters}
    vote = factories.close(vote)
    shown = {answer.receipts[0]: answer for answer in answers}
    board = board_of(vote)
    counted = [shown[receipt] for receipt in board]
    assert len(shown) == VOTERS * ATTEMPTS == count_of(NominationEvent.BALLOT_RECORDED)
    assert Counter(answer.voter.person.pk for answer in counted) == dict.fromkeys(have_voted, 1)
    assert [answer.choice for answer in counted] == list(board.values())
    assert vote.tally == Tally.of(board.values())
    assert [answer for answer in counted if was_replaced(answer, answers)] == []


def was_replaced(counted: Answer, answers: list[Answer]) -> bool:
    """Return whether the voter began another attempt after this answer: then that one must count."""
    return any(one.voter == counted.voter and one.began > counted.ended for one in answers)


@pytest.mark.usefixtures("chain")
def test_a_close_in_the_middle_of_a_storm_counts_what_was_answered_with_a_receipt(cast: Cast, web: Web) -> None:
    voters = sign_in_voters(24)
    vote = open_vote(cast, closes_in=timedelta(seconds=2.5))
    booth = Booth(web.port, vote.nomination)
    early_closes: list[Conflict] = []

    def storm(group: list[Voter]) -> list[Answer]:
        """Two vote in turns until one is refused; then the third comes too late, and all try once more."""
        answers = [booth.post(group[0], CHOICES[0])]
        while answers[-1].status == 200:
            answers.append(booth.post(group[len(answers) % 2], CHOICES[len(answers) % 3]))
        return answers + [booth.post(voter, Choice.YES) for voter in reversed(group)]

    def close() -> list[Answer]:
        while Vote.objects.get(pk=vote.pk).closed_at is None:
            try:
                workflow.close_vote(vote)
            except Conflict as conflict:
                early_closes.append(conflict)
            tasks.close_due_votes()
            time.sleep(0.1 if clock.now() < vote.closes_at - timedelta(seconds=0.3) else 0)
        return []

    storms: list[Callable[[], list[Answer]]] = [partial(storm, voters[start : start + 3]) for start in range(0, 24, 3)]
    found = at_once([close, close, *storms])
    answers = [answer for group in found for answer in group]
    accepted = {answer.voter.person.pk: answer for group in found for answer in group if answer.receipts}
    vote.refresh_from_db()
    assert board_of(vote) == {answer.receipts[0]: answer.choice for answer in accepted.values()}
    assert {entry.person_id for entry in vote.roll.voted()} == set(accepted)
    assert vote.tally == Tally.of(answer.choice for answer in accepted.values())
    assert 0 < vote.tally.cast == len(accepted) <= 16
    assert count_of(NominationEvent.BALLOT_RECORDED) == sum(answer.status == 200 for answer in answers)
    assert (count_of(NominationEvent.CLOSED), early_closes != []) == (1, True)
    refused = [answer for answer in answers if not answer.receipts]
    page = vote.nomination.get_absolute_url()
    assert {(answer.status, answer.location) for answer in refused} == {(302, page)}
    assert {answer.voter for answer in refused} == set(voters)
    assert "This is not possible now: " in booth.get(voters[2], page)
    for group in found:  # nobody gets a receipt after the first refusal
        assert [answer.status for answer in group] == sorted(answer.status for answer in group)
    last = Event.objects.filter(kind=NominationEvent.BALLOT_RECORDED).latest("at")
    assert last.at < vote.closes_at <= clock.now()


@pytest.mark.usefixtures("chain")
def test_one_form_posted_twenty_times_at_once_is_one_ballot(cast: Cast, web: Web) -> None:
    [voter] = sign_in_voters(1)
    vote = open_vote(cast)
    booth = Booth(web.port, vote.nomination)
    [form] = re.findall(r'<form[^>]*>(?:(?!</form>).)*type="radio".*?</form>', booth.get(voter, booth.page))
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    together = threading.Barrier(BALLOTS_AN_HOUR)

    def post() -> Answer:
        together.wait(PATIENCE)
        return booth.post(voter, Choice.NO, token=token)

    answers = at_once([post] * BALLOTS_AN_HOUR, threads=BALLOTS_AN_HOUR)
    receipts = {receipt for answer in answers for receipt in answer.receipts}
    assert (Counter(answer.status for answer in answers), len(receipts)) == ({200: BALLOTS_AN_HOUR}, BALLOTS_AN_HOUR)
    slot = SealedBallot.objects.get(revision__gt=0)
    assert (slot.entry.person, slot.revision) == (voter.person, BALLOTS_AN_HOUR)
    assert vote.roll.voted().get() == slot.entry
    vote = factories.close(vote)
    [(receipt, choice)] = board_of(vote).items()
    assert (receipt in receipts, choice, vote.tally) == (True, Choice.NO, Tally(yes=0, no=1, abstain=0))


# -- a worker that is killed ---------------------------------------------------------------------------

#: The last thing a close writes before it commits is its event; slots and board have been written by then.
EVENTS = "LOCK TABLE audit_event IN SHARE MODE"
#: After the commit the key goes, by a transaction that first locks the nomination.
NOMINATIONS = "LOCK TABLE nominations_nomination IN EXCLUSIVE MODE"


class Obstacle:
    """A lock in the way of a worker, held by the owner of the tables: the portal's role may take none on the log."""

    def __init__(self, statement: LiteralString) -> None:
        self.connection = owner()
        self.statement = statement
        self.pid = self.connection.info.backend_pid

    def stand(self) -> None:
        self.connection.execute(self.statement)

    @property
    def is_queued(self) -> bool:
        """Return whether the obstacle waits for its own lock."""
        return rows("SELECT cardinality(pg_blocking_pids(%s)) > 0", self.pid) == [(True,)]

    @property
    def stopped(self) -> dict[int, str]:
        """Return the sessions of the database that wait for the lock, with their statements."""
        return dict(rows("SELECT pid, query FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))", self.pid))

    def go(self) -> None:
        """Release the lock, if it is still held."""
        self.connection.close()


@pytest.fixture
def obstacle() -> Iterator[Callable[[LiteralString], Obstacle]]:
    """Return a function that makes obstacles; they are released after the test at the latest."""
    with ExitStack() as stack:

        def make(statement: LiteralString) -> Obstacle:
            made = Obstacle(statement)
            stack.callback(made.go)
            return made

        yield make


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def start_close(worker: Worker) -> None:
    worker.start()
    tasks.close_due_votes.delay()


def kill_behind(worker: Worker, obstacle: Obstacle, statement: str) -> None:
    """Kill -9 while `statement` waits, then let the database find out: a session ends when it tries to answer."""
    wait_until(lambda: any(query.startswith(statement) for query in obstacle.stopped.values()))
    sessions = list(obstacle.stopped)
    worker.kill()
    obstacle.go()
    wait_until(lambda: rows("SELECT 1 FROM pg_stat_activity WHERE pid = ANY(%s)", sessions) == [])


def facts(vote: Vote) -> dict[str, Any]:
    """Return everything that a close changes."""
    return {
        "vote": Vote.objects.filter(pk=vote.pk).values().get(),
        "slots": {slot.pk: bytes(slot.ciphertext) for slot in SealedBallot.objects.all()},
        "board": sorted(Ballot.objects.values_list("receipt", "choice")),
        "events": Counter(Event.objects.values_list("kind", flat=True)),
        "key": keys.path_of(vote.pk).exists() and keys.read(vote.pk),
    }


@pytest.mark.usefixtures("chain")
def test_a_worker_killed_within_the_close_leaves_a_vote_that_the_next_run_closes_once(
    cast: Cast, worker: Worker, obstacle: Callable[[LiteralString], Obstacle]
) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    untouched = facts(vote)
    stop = obstacle(EVENTS)
    stop.stand()
    start_close(worker)
    kill_behind(worker, stop, 'INSERT INTO "audit_event"')
    assert facts(vote) == untouched
    start_close(worker)
    wait_until(lambda: not keys.path_of(vote.pk).exists() and count_of(NominationEvent.KEY_DESTROYED) == 1)
    assert_closed_once(vote, untouched)


@pytest.mark.usefixtures("chain")
def test_a_worker_killed_after_the_count_leaves_the_key_to_the_next_run(
    cast: Cast, worker: Worker, obstacle: Callable[[LiteralString], Obstacle]
) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    untouched = facts(vote)
    before, after = obstacle(EVENTS), obstacle(NOMINATIONS)
    before.stand()
    start_close(worker)
    wait_until(lambda: before.stopped != {})
    with ThreadPoolExecutor(1) as pool:  # a lock on a table is given in the order of asking, at the close's commit
        queued = pool.submit(after.stand)
        wait_until(lambda: after.is_queued)
        before.go()
        queued.result(PATIENCE)
    kill_behind(worker, after, 'SELECT "nominations_nomination"')
    counted = facts(vote)
    assert (counted["key"], counted["slots"], len(counted["board"])) == (untouched["key"], {}, 4)
    assert (counted["vote"]["key_destroyed_at"], count_of(NominationEvent.KEY_DESTROYED)) == (None, 0)
    start_close(worker)
    wait_until(lambda: count_of(NominationEvent.KEY_DESTROYED) == 1)
    assert_closed_once(vote, untouched)
    assert facts(vote)["board"] == counted["board"]


def assert_closed_once(vote: Vote, before: dict[str, Any]) -> None:
    now = facts(vote)
    vote.refresh_from_db()
    assert (now["slots"], now["key"], len(now["board"])) == ({}, False, 4)
    assert vote.tally == Tally(yes=2, no=1, abstain=1)
    new = {NominationEvent.CLOSED.value: 1, NominationEvent.KEY_DESTROYED.value: 1}
    assert {kind: count for kind, count in (now["events"] - before["events"]).items() if kind in new} == new
