"""While a vote is open nothing the portal keeps or says holds a choice or a receipt.

The word looked for is "abstain": unlike "yes" and "no" it occurs nowhere by chance. A receipt is
looked for as shown, as stored after the count, and as the bytes inside a sealed ballot.
"""

from __future__ import annotations

import contextlib
import logging
import random
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter

from audit import clock
from members.people.models import Person
from nominations import keys, sealing, workflow
from nominations.models import Ballot, Nomination, Phase, SealedBallot, Vote
from nominations.sealing import SealingError
from nominations.tally import Choice
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member, make_person
from tests.nominations import factories
from tests.nominations.factories import ABSTAIN, NO, YES
from tests.nominations.searching import every_cell, every_message, every_page, every_row, holding, shape, traces_of
from tests.workers import empty_broker

RECEIPT = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")


def betrayals(receipt: str, *more: str) -> list[bytes]:
    """The places that hold the choice or the receipt."""
    said = [message.message().as_bytes() for message in mail.outbox]
    return holding([b"abstain", *traces_of(receipt)], [*every_cell(), *said, *(one.encode() for one in more)])


def vote(client: Client, nomination: Nomination, choice: str) -> str:
    page = reverse("nominations:vote", args=[nomination.pk])
    response: Any = client.post(page, {"choice": choice}, follow=True)
    [receipt] = set(RECEIPT.findall(response.content.decode()))
    return str(receipt)


@pytest.mark.rule("JOIN-03")
def test_nothing_kept_or_said_holds_the_choice_while_the_vote_is_open(
    cast: Cast, browse: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    nomination = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada).nomination
    client = browse(cast.mia)
    with caplog.at_level(logging.DEBUG):
        caplog.handler.setLevel(logging.DEBUG)
        receipts = [vote(client, nomination, "abstain") for _ in range(2)]
    pages = [
        browse(person).get(path).content.decode()
        for person in [cast.ada, cast.mel, cast.mia, cast.sara]
        for path in ["/nominations/", nomination.get_absolute_url(), "/dashboard/"]
    ]
    sql = [record.getMessage() for record in caplog.records if record.name == "django.db.backends"]
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    for receipt in receipts:
        assert betrayals(receipt, *said, *sql, *pages) == []
    assert factories.close(nomination.vote).tally is not None
    assert betrayals(receipts[-1]) != []  # the search does find it where it may be


def test_an_error_while_voting_reports_no_choice(cast: Cast, browse: Browse, caplog: pytest.LogCaptureFixture) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    SealedBallot.objects.filter(entry__person=cast.mel).delete()  # the portal itself never does this
    reports: list[str] = []

    def report(sender: object, request: Any, **_: object) -> None:
        kind, error, trace = sys.exc_info()
        reports.append(ExceptionReporter(request, kind, error, trace).get_traceback_text())

    got_request_exception.connect(report)
    try:
        client = browse(cast.mel)
        client.raise_request_exception = False
        answer = client.post(reverse("nominations:vote", args=[nomination.pk]), {"choice": "abstain"})
    finally:
        got_request_exception.disconnect(report)
    assert answer.status_code == 500
    assert len(reports) == 1
    assert "abstain" not in reports[0].lower()
    assert "abstain" not in caplog.text.lower()
    assert b"abstain" not in answer.content.lower()


def test_all_sealed_ballots_look_alike(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    factories.cast_ballots(vote, {cast.mia: YES, cast.rita: NO, cast.abel: ABSTAIN})
    sealed = [bytes(slot.ciphertext) for slot in SealedBallot.objects.filter(revision=1)]
    assert {len(one) for one in sealed} == {59}
    assert len(set(sealed)) == 3


def test_the_private_key_is_not_in_the_database(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    secret = keys.read(vote.pk)
    assert [cell for cell in every_cell() if secret in cell or secret.hex().encode() in cell] == []


def test_a_ballot_has_no_person_time_or_order() -> None:
    assert {field.name for field in Ballot._meta.get_fields()} == {"id", "vote", "choice", "receipt"}


def test_names_of_voters_are_on_no_page_before_the_close(cast: Cast, browse: Browse) -> None:
    """Two worlds: Mia has voted in one and Rita in the other; nobody else can tell which is which."""
    nomination = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada).nomination

    def pages() -> list[str]:
        token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
        found = []
        for person in [cast.ada, cast.mel, cast.sara, cast.sam]:
            client = browse(person)
            for path in ["/nominations/", nomination.get_absolute_url(), f"{nomination.get_absolute_url()}vote/"]:
                found.append(token.sub("", client.get(path).content.decode()))
        return found

    def world(voter: Person) -> list[str]:
        vote = nomination.vote
        vote.roll.update(has_voted=False)
        vote.roll.filter(person=voter).update(has_voted=True)
        return pages()

    assert world(cast.mia) == world(cast.rita)


# -- while the vote is open: three ballots, one of each choice ---------------------------------------------


@dataclass(frozen=True)
class OpenVote:
    """Olga, who has a login, is voted on; three people have voted by the page.

    Opened three and a half hours ago: pages say "3 hours ago" however long the test takes.
    """

    nomination: Nomination
    ballots: dict[Person, Choice]
    receipts: list[str]


@pytest.fixture
def open_vote(cast: Cast, browse: Browse) -> OpenVote:
    at = clock.now() - timedelta(hours=3.5)
    proposed = factories.propose(cast.olga, cast.mel, at=at - factories.DAY)
    nomination = factories.open_vote(proposed, cast.ada, at=at).nomination
    ballots = {cast.mia: YES, cast.rita: NO, cast.abel: ABSTAIN}
    return OpenVote(nomination, ballots, [vote(browse(who), nomination, what) for who, what in ballots.items()])


@pytest.mark.no_cover  # hundreds of pages over the same lines
def test_no_page_shows_anybody_a_receipt_or_differs_by_the_choices(
    cast: Cast, browse: Browse, open_vote: OpenVote
) -> None:
    principals = [*cast.members, cast.sam, cast.emil, cast.olga, None]
    everything = every_page(browse, open_vote.nomination, principals)
    first = {asked: page for asked, page in everything.items() if page.status == 200}
    turned = dict(zip(open_vote.ballots, [NO, ABSTAIN, YES], strict=True))
    receipts = [vote(browse(who), open_vote.nomination, choice) for who, choice in turned.items()]
    second = every_page(browse, open_vote.nomination, principals, only=first)
    traces = [trace for receipt in [*open_vote.receipts, *receipts] for trace in traces_of(receipt)]
    assert holding(traces, [page.text for page in [*everything.values(), *second.values()]]) == []
    assert (str(cast.mia), open_vote.nomination.get_absolute_url()) in first
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_no_table_session_mail_queue_or_log_holds_a_receipt(
    cast: Cast, browse: Browse, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    empty_broker()
    with caplog.at_level(logging.DEBUG):
        caplog.handler.setLevel(logging.DEBUG)
        open_vote: OpenVote = request.getfixturevalue("open_vote")
        queued = list(every_message())
        deliver_due_notices()
    mails = [message.message().as_bytes() for message in mail.outbox]
    logged = [f"{record.getMessage()} {record.args!r}".encode() for record in caplog.records]
    assert len(queued) >= 3
    assert sum(b"ballot" in one for one in mails) >= 3
    for receipt in open_vote.receipts:
        assert holding(traces_of(receipt), [*every_cell(), *mails, *queued, *logged]) == []
    assert holding([b"abstain"], [*mails, *queued, *logged]) == []
    factories.close(open_vote.nomination.vote)
    assert [len(holding(traces_of(receipt), list(every_cell()))) for receipt in open_vote.receipts] == [1, 1, 1]


def test_the_rows_that_a_ballot_writes_are_alike_for_all_choices(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    written = []
    for person, choice in [(cast.mia, YES), (cast.rita, NO), (cast.abel, ABSTAIN)]:
        before = set(every_row())
        workflow.cast(vote, choice, by=act_as(person))
        written.append(sorted(shape(row) for row in set(every_row()) - before))
    tables = [row[0] for row in written[0]]
    assert written[0] == written[1] == written[2]
    assert {"nominations_sealedballot", "nominations_rollentry", "audit_event", "notifications_notice"} <= set(tables)


def test_nothing_in_the_database_opens_a_ballot(open_vote: OpenVote) -> None:
    cells = set(every_cell())
    keys_tried = {cell[start : start + 32] for cell in cells for start in range(len(cell) - 31) if len(cell) < 100}
    for cell in cells:
        for word in re.findall(rb"[0-9a-fA-F]{64}", cell):
            keys_tried.add(bytes.fromhex(word.decode()))
    sealed = SealedBallot.objects.filter(revision=1)
    vote = open_vote.nomination.vote

    def opened(key: bytes) -> int:
        found = 0
        for slot in sealed:
            with contextlib.suppress(SealingError):
                sealing.unseal(bytes(slot.ciphertext), private_key=key, vote=vote.pk, slot=slot.pk)
                found += 1
        return found

    assert len(keys_tried) > 100
    assert [key for key in keys_tried if opened(key)] == []
    assert opened(keys.read(vote.pk)) == 3


def test_ballots_that_changed_places_stop_the_count_and_nothing_changes(cast: Cast) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    mia, abel = (SealedBallot.objects.get(entry__person=person) for person in (cast.mia, cast.abel))
    for slot, other in [(mia, abel), (abel, mia)]:
        SealedBallot.objects.filter(pk=slot.pk).update(ciphertext=other.ciphertext)
    before = sorted(every_row())
    with pytest.raises(SealingError, match="cannot be opened"):
        workflow.close_vote(vote)
    assert sorted(every_row()) == before
    assert keys.path_of(vote.pk).exists()


# -- after the close: what undid other systems -------------------------------------------------------------

#: A guess counts as right when it is this many places off at most: an order that is nearly kept is a leak too.
PLACES = 2
#: With a random order, all of k given voters are guessed right with probability at most 5^k (40-k)!/40!, because
#: each has 2 * PLACES + 1 = 5 right places; so k or more of the 40 with at most 40 over k times that, which is 5^k/k!.
#: For k = 30 that is 3.6e-12, and at most 200 comparisons are made: a false alarm in less than 1 of 10^9 runs.
VOTERS, TOO_MANY, COMPARISONS = 40, 30, 200
#: Every order in which the database may hand out who has voted...
PARTICIPATION = [
    *(
        f"SELECT person_id::text FROM nominations_rollentry WHERE vote_id = %(vote)s AND has_voted {order}"  # noqa: S608
        for order in ["", "ORDER BY xmin::text::bigint", "ORDER BY ctid", "ORDER BY id", "ORDER BY name"]
    ),
    *(
        "SELECT split_part(actor, ':', 2) FROM audit_event e JOIN audit_link l ON l.event_id = e.id "  # noqa: S608
        f"WHERE kind = 'ballot:recorded' AND target = 'nominations.vote:' || %(vote)s {order}"
        for order in ["", "ORDER BY e.xmin::text::bigint", "ORDER BY e.ctid", "ORDER BY e.at", "ORDER BY l.sequence"]
    ),
]
#: ... and what was chosen. (All rows have one xmin.)
BOARD = [
    f"SELECT receipt FROM nominations_ballot WHERE vote_id = %(vote)s {order}"  # noqa: S608
    for order in ["", "ORDER BY ctid", "ORDER BY id", "ORDER BY receipt"]
]


def right(guess: list[str], truth: list[str]) -> int:
    """The number of entries within PLACES of where they belong."""
    place = {one: number for number, one in enumerate(truth)}
    assert place.keys() == set(guess)
    return sum(abs(place[one] - number) <= PLACES for number, one in enumerate(guess))


def column(query: str, vote: Vote) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"vote": str(vote.pk)})
        return [row[0] for row in cursor.fetchall()]


def lived_through(cast: Cast, nominee: str, voters: list[Person], *choices: Choice) -> tuple[Vote, dict[str, str]]:
    """A vote in which everybody votes, each in a transaction of their own, closed; with the receipts."""
    vote = factories.open_vote(factories.propose(make_person(nominee), cast.mel), cast.ada)
    order = random.sample(voters, len(voters))
    receipts = {str(who.pk): workflow.cast(vote, random.choice(choices), by=act_as(who)) for who in order}
    return factories.close(vote), receipts


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_no_order_of_rows_pairs_forty_voters_with_their_ballots(cast: Cast) -> None:
    voters = [make_member(f"Voter{number:02} Pairs") for number in range(VOTERS)]
    rights = []
    for nominee in ["Nick One", "Nina Two", "Noel Three"][: COMPARISONS // (2 * len(PARTICIPATION) * len(BOARD))]:
        vote, receipts = lived_through(cast, nominee, voters, YES, NO, ABSTAIN)
        in_order_of_casting = list(receipts)
        orders = [column(query, vote) for query in PARTICIPATION]
        assert right(orders[1], in_order_of_casting) == VOTERS  # so far voters are known: when each voted
        for board in [column(query, vote) for query in BOARD]:
            for order in orders:
                truth = [receipts[person] for person in order]
                rights += [right(board, truth), right(board[::-1], truth)]
    assert len(rights) <= COMPARISONS
    assert [count for count in rights if count >= TOO_MANY] == []


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_the_board_shares_its_transaction_with_no_row_about_a_voter(cast: Cast) -> None:
    voters = [make_member(f"Voter{number:02} Pairs") for number in range(10)]
    vote, _ = lived_through(cast, "Nick One", voters, YES)
    [board] = column("SELECT DISTINCT xmin::text FROM nominations_ballot WHERE vote_id = %(vote)s", vote)
    with connection.cursor() as cursor:
        shared = set()
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE xmin::text = %s', [board])  # noqa: S608  our own tables
            shared |= {table} if cursor.fetchall() else set()
        cursor.execute("SELECT kind, actor FROM audit_event WHERE xmin::text = %s", [board])
        events = cursor.fetchall()
    assert shared == {"nominations_ballot", "audit_event", "audit_link"}
    assert events == [("vote:closed", "system")]
