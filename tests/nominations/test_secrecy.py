"""While a vote is open nothing the portal keeps or says holds a choice or a receipt.

The word looked for is "abstain": unlike "yes" and "no" it occurs nowhere by chance. A receipt is
looked for as shown, as stored after the count, and as the bytes inside a sealed ballot.
"""

from __future__ import annotations

import base64
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter

from members.models import Person
from nominations import keys, workflow
from nominations.models import Ballot, Nomination, Phase, SealedBallot
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member
from tests.nominations import factories
from tests.nominations.factories import ABSTAIN, NO, YES

RECEIPT = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")


def every_cell() -> Iterator[bytes]:
    """Every value of every table, as a reader of the database finds it; sessions are decoded as well."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables
            for row in cursor.fetchall():
                yield from (bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row)
    for session in Session.objects.all():
        yield repr(session.get_decoded()).encode()


def betrayals(receipt: str, *more: str) -> list[bytes]:
    """Everything kept or said that holds the choice or the receipt."""
    plain = receipt.replace("-", "")
    traces = [b"abstain", receipt.encode(), plain.encode(), base64.b32decode(plain)]
    said = [message.message().as_bytes() for message in mail.outbox]
    return [text for text in [*every_cell(), *said, *(one.encode() for one in more)] if any(t in text for t in traces)]


def vote(client: Client, nomination: Nomination, choice: str) -> str:
    response: Any = client.post(reverse("nominations:vote", args=[nomination.pk]), {"choice": choice})
    [receipt] = RECEIPT.findall(response.content.decode())
    return str(receipt)


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


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_after_the_close_row_versions_and_positions_do_not_pair_voters_with_ballots(cast: Cast) -> None:
    """What undid other systems: rows of one transaction share `xmin`, and `ctid` keeps the order of writing."""
    voters = [make_member(f"Voter{number:02} Pairs") for number in range(20)]
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    receipts = {person: workflow.cast(vote, YES, by=act_as(person)) for person in voters}
    factories.close(vote)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM nominations_ballot")
        versions = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM nominations_rollentry WHERE xmin::text = ANY(%s)", [list(versions)])
        paired = cursor.fetchone()
        cursor.execute("SELECT receipt FROM nominations_ballot ORDER BY ctid")
        by_position = [row[0] for row in cursor.fetchall()]
    in_order_of_casting = list(receipts.values())
    assert (len(versions), paired) == (1, (0,))
    assert by_position != in_order_of_casting
    guessed = sum(found == cast_ for found, cast_ in zip(by_position, in_order_of_casting, strict=True))
    assert guessed < 10  # of 20; by chance more than nine right happens once in a million closes


def test_the_private_key_is_not_in_the_database(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    secret = keys.read(vote.pk)
    assert [cell for cell in every_cell() if secret in cell or secret.hex().encode() in cell] == []


def test_a_ballot_has_no_person_time_or_order() -> None:
    assert {field.name for field in Ballot._meta.get_fields()} == {"id", "vote", "choice", "receipt"}


def test_who_has_voted_is_on_no_page_before_the_close(cast: Cast, browse: Browse) -> None:
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
