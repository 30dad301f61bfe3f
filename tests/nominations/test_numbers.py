"""The numbers that name votes: neutral, drawn by chance, and no way in."""

from __future__ import annotations

import re
from datetime import UTC
from uuid import uuid4

import pytest
from django.core import mail
from django.utils.formats import date_format

from nominations import numbers, queries, workflow
from nominations.links import nominee_path
from nominations.models import Nomination, Phase
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person
from tests.nominations import factories
from tests.nominations.test_views import LIST, text, url
from tests.notifications.mailroom import deliver, everything_in

THREE = frozenset(range(100, 1000))


def test_a_number_is_drawn_from_those_that_are_free() -> None:
    free = frozenset(range(300, 800))
    drawn = {numbers.draw(THREE - free) for _ in range(300)}
    assert drawn <= free
    assert len(drawn) > 100  # 300 draws of 500 by chance give some 225 of them
    assert sorted(drawn) != list(range(min(drawn), max(drawn) + 1))


def test_a_fourth_digit_comes_when_half_of_three_are_taken() -> None:
    assert numbers.draw(frozenset(range(100, 549))) < 1000
    assert numbers.draw(frozenset(range(100, 550))) >= 1000


def test_the_next_number_does_not_say_how_many_there_are(cast: Cast) -> None:
    made = [factories.ask(make_person(f"Number{number} Nominee", github=""), cast.mel) for number in range(12)]
    found = [nomination.number for nomination in made]
    assert len(set(found)) == 12
    assert queries.numbers_taken() == frozenset(found)
    assert found != sorted(found)  # by chance once in 479 million


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("N-482", 482), ("n-482", 482), (" N482 ", 482), ("482", 482), ("N–482", 482), ("N 1482", 1482),
        ("", None), ("N-", None), ("N-48", None), ("N-0482", None), ("48x", None), ("٤٨٢", None), ("9" * 30, None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed: str, number: int | None) -> None:
    assert numbers.read(typed) == number
    assert number is None or numbers.read(numbers.shown(number)) == number


def test_a_number_is_no_address(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mel)
    shown = [nomination.reference, str(nomination.number), nomination.reference.lower()]
    assert {client.get(f"{LIST}{one}/").status_code for one in shown} == {404}
    assert client.get(f"{LIST}{uuid4()}/").status_code == 404


def test_the_pages_of_a_vote_have_its_number(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    pages = [LIST, url("detail", nomination), url("vote", nomination)]
    client = browse(cast.mia)
    assert [nomination.reference in text(client.get(page)) for page in pages] == [True, True, True]
    proposed = factories.make(Phase.PROPOSED, cast, cast.emil)
    for name in ("open", "detail"):
        assert proposed.reference in text(browse(cast.ada).get(url(name, proposed)))


def test_mail_of_a_vote_begins_with_its_number_and_mail_to_the_nominee_never_has_it(cast: Cast) -> None:
    factories.ask(cast.olga, cast.mel)
    deliver()
    votes = [factories.open_vote(factories.propose(who, cast.mel), cast.ada) for who in (cast.nora, cast.emil)]
    deliver()
    to_mia = sorted(message.subject for message in mail.outbox if message.to == ["mia@example.org"])
    workflow.withdraw(votes[0].nomination, by=act_as(cast.mel))
    deliver()
    day = date_format(votes[0].closes_at.astimezone(UTC), "j F")
    assert to_mia == sorted(f"{vote.nomination.reference}: a vote is open until {day}" for vote in votes)
    to_nominee = [everything_in(message) for message in mail.outbox if message.to[0].startswith(("nominee@", "olga@"))]
    assert len(to_nominee) == 2  # the question, and the end by withdrawal
    references = [nomination.reference for nomination in Nomination.objects.all()]
    assert not any(reference in written for reference in references for written in to_nominee)


@pytest.mark.attack
@pytest.mark.parametrize("phase", list(Phase))
def test_no_answer_to_the_nominee_or_to_an_outsider_has_the_number(cast: Cast, browse: Browse, phase: Phase) -> None:
    """Neither a page nor an error, a header or an address, at any time: who has it finds the vote in others' mail."""
    nomination = factories.make(phase, cast, cast.olga)
    Nomination.objects.filter(pk=nomination.pk).update(number=987654)
    page, olga = nominee_path(nomination), browse(cast.olga)
    answers = [olga.get(page), *(olga.post(page, {"answer": answer}) for answer in ("accept", "x", ""))]
    answers += [olga.get(path) for path in (LIST, f"{LIST}?q=N-987654", url("detail", nomination), "/dashboard/")]
    answers += [olga.get(url(name, nomination)) for name in ("vote", "board", "receipt", "office")]
    answers.append(olga.get(page))
    written = [f"{answer.content.decode()} {answer.headers}" for answer in answers]
    assert not any("987654" in one for one in written)


@pytest.mark.attack
def test_a_search_by_number_tells_the_council_nothing_of_what_it_may_not_know(cast: Cast, browse: Browse) -> None:
    hidden = factories.make(Phase.FAILED, cast)
    sam = browse(cast.sam)
    of_hidden, of_nothing = (
        sam.get(LIST, {"q": f"N-{number}"}).content.decode().replace(str(number), "")
        for number in (hidden.number, max(THREE - {hidden.number}))
    )
    assert re.sub(r'nonce="[^"]*"|value="[^"]{40,}"', "", of_hidden) == re.sub(
        r'nonce="[^"]*"|value="[^"]{40,}"', "", of_nothing
    )
