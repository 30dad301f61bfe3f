"""The list of nominations, and how many queries it and the pages of one nomination take."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from members.people.models import Membership, MembershipBegan, Person
from nominations import keys, queries, workflow
from nominations.keys import make_pair
from nominations.models import (
    Comment,
    Endorsement,
    Extension,
    Interest,
    InterestKind,
    Nomination,
    Phase,
    RollEntry,
    SealedBallot,
    Vote,
)
from nominations.pages.rows import RowButton
from nominations.pages.waiting import waiting_for
from tests.cast import Browse, Cast, act_as
from tests.factories import LONG_AGO, make_person, new_person
from tests.nominations import factories
from tests.nominations.factories import DAY
from tests.nominations.test_views import LIST, latecomer, sentences, text, url

T = TypeVar("T", bound=Model)


# -- many rows, written as the verbs do, in one statement for each table ----------------------------------


def repeat(nomination: Nomination, times: int) -> None:
    """Write the nomination as often again, each of a person of its own, with its vote and its roll."""
    vote = nomination.vote_or_none
    people = [new_person(f"Nominee Number{number}", github="") for number in range(times)]
    ids = [uuid4() for _ in people]
    Person.objects.bulk_create(people)
    free = (number for number in range(100, 1000) if number not in queries.numbers_taken())
    Nomination.objects.bulk_create(
        copied(nomination, pk=pk, nominee=one, number=number)
        for pk, one, number in zip(ids, people, free, strict=False)
    )
    if vote:
        Vote.objects.bulk_create(copied(vote, pk=pk, nomination_id=pk) for pk in ids)
        entries = [copied(entry, pk=uuid4(), vote_id=pk) for pk in ids for entry in vote.roll.all()]
        RollEntry.objects.bulk_create(entries)
        SealedBallot.objects.bulk_create(SealedBallot(entry=entry) for entry in entries)


def copied(row: T, **changes: object) -> T:
    """Return the row with other values in some columns, not yet written."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = type(row)(**{name: value for name, value in values.items() if name != "id"})
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def discuss(nomination: Nomination, names: list[str]) -> None:
    """Let new members comment, endorse and declare an interest; each is on the roll, and the vote is extended."""
    at, vote = clock.now(), nomination.vote
    people = [new_person(name, github="") for name in names]
    Person.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(person=one, since=LONG_AGO, began=MembershipBegan.VOTE) for one in people)
    Comment.objects.bulk_create(
        Comment(nomination=nomination, author=one, text="I know her.", written_at=at) for one in people
    )
    Endorsement.objects.bulk_create(
        Endorsement(nomination=nomination, person=one, text="Yes.", endorsed_at=at) for one in people
    )
    Interest.objects.bulk_create(
        Interest(nomination=nomination, person=one, kind=InterestKind.EMPLOYER, declared_at=at) for one in people
    )
    RollEntry.objects.bulk_create(RollEntry(vote=vote, person=one, name=one.name) for one in people)
    Extension.objects.bulk_create(
        Extension(
            vote=vote,
            closed_before=vote.closes_at,
            closes_at=vote.closes_at + timedelta(minutes=6 * number),
            reason="A holiday.",
            extended_by=vote.opened_by,
            extended_at=at,
        )
        for number, _ in enumerate(people, 1)
    )


def test_an_empty_list_says_what_to_do(cast: Cast, browse: Browse) -> None:
    assert "Nobody is nominated" in text(browse(cast.mel).get(LIST))
    assert "Nothing waits for the Steering Council" in text(browse(cast.sam).get(LIST))
    assert "Nothing waits for you" in text(browse(cast.mel).get(LIST, {"show": "waiting"}))
    assert "None is closed yet" in text(browse(cast.mel).get(LIST, {"show": "closed"}))
    assert "Nothing found" in text(browse(cast.mel).get(LIST, {"q": "<nobody>"}))


def test_a_council_member_with_a_declared_interest_is_offered_no_decision(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.sara))
    with clock.pretend(nomination.vote.closes_at):
        workflow.close_vote(nomination.vote)
        clients = {person: browse(person) for person in (cast.sam, cast.sara)}
        buttons = [client.get(LIST).context["rows"][0].button for client in clients.values()]
        assert [button and button.label for button in buttons] == ["Decide", None]
        link = f'href="{url("decide", nomination)}"'
        assert [link in text(client.get(url("detail", nomination))) for client in clients.values()] == [True, False]
        answer = clients[cast.sara].get(url("decide", nomination))
        assert sentences(clients[cast.sara], answer) == [
            "You have declared an interest here; another member of the council records the decision."
        ]


def test_a_row_ends_with_the_one_thing_to_do(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)

    def button(person: Person) -> str | None:
        [row] = browse(person).get(LIST).context["rows"]
        return row.button.label if row.button else None

    assert [button(cast.mel), button(cast.mia)] == ["Vote", "Change vote"]
    assert button(latecomer()) is None
    workflow.withdraw(nomination, by=act_as(cast.mel))
    [row] = browse(cast.mel).get(LIST, {"show": "closed"}).context["rows"]
    assert row.button is None


def test_a_row_says_whether_its_reader_has_voted(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    said = {cast.mia: "you have voted", cast.mel: "you have not voted", latecomer(): "you are not on its roll"}
    assert {who: browse(who).get(LIST).context["rows"][0].own_part for who in said} == said
    assert f"4 of 7 have voted · {said[cast.mel]} ·" in text(browse(cast.mel).get(LIST))
    assert nomination.reference in text(browse(cast.mel).get(LIST))


def test_only_what_ends_within_a_day_is_marked_and_has_a_filled_button(cast: Cast, browse: Browse) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    later, soon = (False, "neutral", "secondary", 0), (True, "now", "primary", 1)
    for before, expected in [(timedelta(hours=25), later), (DAY, soon)]:
        with clock.pretend(vote.closes_at - before):
            page = browse(cast.mel).get(LIST)
        [row] = page.context["rows"]
        assert (row.is_due, row.tone, row.button.tone, page.context["due"]) == expected


def test_what_waits_for_the_reader_is_what_their_dashboard_says(cast: Cast, browse: Browse) -> None:
    for phase in Phase:
        factories.make(phase, cast, make_person(phase.label, github=""))
    counts = {}
    for person in (cast.ada, cast.mel, cast.mia, cast.sam):
        page = browse(person).get(LIST, {"show": "waiting"})
        rows = page.context["rows"]
        waiting = waiting_for(act_as(person), clock.now())
        assert len(rows) == len(waiting) == page.context["chips"][1].count
        counts[person] = len(rows)
    assert counts == {cast.ada: 6, cast.mel: 1, cast.mia: 0, cast.sam: 2}


def test_a_lapsed_question_waits_for_the_nominator_and_an_unanswered_office_for_the_officer(
    cast: Cast, browse: Browse
) -> None:
    asked = factories.make(Phase.CONSENT, cast)
    with clock.pretend(asked.consent_until):
        [row] = browse(cast.mia).get(LIST).context["rows"]
        assert (row.badge, row.waits_for) == ("No answer", "Waiting for Mel Member to ask again")
    workflow.withdraw(asked, by=act_as(cast.mel))
    proposed = factories.make(Phase.PROPOSED, cast)
    workflow.ask_officer(proposed, cast.mia, by=act_as(cast.ada))
    [row] = browse(cast.mel).get(LIST).context["rows"]
    assert (row.badge, row.waits_for) == ("Needs a key", "Waiting for Mia Member, who is asked to keep the key")
    assert row.button is None
    [own] = browse(cast.mia).get(LIST).context["rows"]
    assert own.button == RowButton(url("office", proposed), "Your key", "secondary")


def test_a_count_waits_for_its_officer_by_name_and_leads_them_to_it(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    factories.keeps_key(nomination, cast.mia, make_pair()[1], by=cast.ada)
    vote = factories.open_vote(nomination, cast.ada)
    with clock.pretend(vote.closes_at):
        [row] = browse(cast.mel).get(LIST).context["rows"]
        assert (row.badge, row.waits_for) == ("Needs its key", "The count waits for Mia Member, who holds the key")
        [own] = browse(cast.mia).get(LIST).context["rows"]
        assert own.button == RowButton(url("office", nomination), "Count the votes", "primary")


def test_what_stands_in_the_way_of_joining_is_what_is_waited_for(cast: Cast, browse: Browse) -> None:
    factories.veto_waits(cast)
    [row] = browse(cast.mel).get(LIST).context["rows"]
    assert row.badge == "Veto to confirm"
    assert row.waits_for.startswith("A veto is recorded; a second member of the Steering Council")
    key_gone = factories.make(Phase.CLOSING, cast, cast.emil)
    keys.destroy(key_gone.vote.pk)
    rows = {one.nomination: one for one in browse(cast.mel).get(LIST).context["rows"]}
    assert rows[key_gone].waits_for == "The key is gone; waiting for an admin"


def test_a_search_finds_names_without_accents_and_numbers_in_all_parts(cast: Cast, browse: Browse) -> None:
    lukasz = factories.make(Phase.OPEN, cast, make_person("Łukasz Ønskė", github=""))
    benedikt = factories.make(Phase.WITHDRAWN, cast, make_person("Bénédikt Strauß", github=""))
    client = browse(cast.mel)
    found = {
        typed: [row.nomination for row in client.get(LIST, {"q": typed}).context["rows"]]
        for typed in ["lukasz", "ONSKE", "Łuk", "benedikt", "strauss", lukasz.reference, f" {benedikt.number} ", "b"]
    }
    assert found == {
        **{typed: [lukasz] for typed in ["lukasz", "ONSKE", "Łuk", lukasz.reference]},
        **{typed: [benedikt] for typed in ["benedikt", "strauss", f" {benedikt.number} ", "b"]},
    }
    page = client.get(LIST, {"q": "benedikt"})
    assert [(chip.count, chip.query, chip.is_current) for chip in page.context["chips"]] == [
        (0, "show=running&q=benedikt", False), (0, "show=waiting&q=benedikt", False),
        (1, "show=closed&q=benedikt", False),
    ]  # fmt: skip
    assert [row.group for row in page.context["rows"]] == ["Closed"]
    assert client.get(LIST, {"q": "benedikt", "show": "running"}).context["rows"] == []


def test_a_long_or_odd_search_is_an_empty_list(cast: Cast, browse: Browse) -> None:
    factories.make(Phase.OPEN, cast)
    for typed in ["x" * 5000, "%", "_", "\\", "N-", "' OR 1=1", "9" * 40]:
        response = browse(cast.mel).get(LIST, {"q": typed})
        assert (response.status_code, response.context["rows"]) == (200, [])


def test_lists_are_paged_and_no_page_number_is_an_error(cast: Cast, browse: Browse) -> None:
    repeat(factories.proposed(cast), 30)
    client = browse(cast.mel)
    sizes = [len(client.get(LIST, {"page": page}).context["rows"]) for page in ["1", "2", "0", "99", "x"]]
    assert sizes == [30, 1, 1, 1, 30]
    second = text(client.get(LIST, {"page": "2", "show": "running"}))
    assert 'href="?show=running&amp;page=1"' in second


# -- queries -----------------------------------------------------------------------------------------


def own_queries(client: Client, path: str) -> tuple[int, int]:
    """The number of queries of a page, and of those that read tables of this app."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured), sum('FROM "nominations_' in query["sql"] for query in captured.captured_queries)


def test_the_list_takes_as_many_queries_for_thirty_rows_as_for_one(cast: Cast, browse: Browse) -> None:
    """Of nominations one for those that run, one for the number of the others; Sara could be asked about each."""
    nomination = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada).nomination
    clients = {person: browse(person) for person in (cast.mel, cast.mia, cast.sara)}
    counts: dict[Person, list[tuple[int, int]]] = {person: [] for person in clients}
    for made in (1, 30):
        repeat(nomination, made - 1)
        for person, client in clients.items():
            assert len(client.get(LIST).context["rows"]) == made
            counts[person].append(own_queries(client, LIST))
    assert {own for found in counts.values() for _, own in found} == {2}
    assert [one for one, thirty in counts.values() if one != thirty] == []


def test_one_page_takes_as_many_queries_for_thirty_of_everything_as_for_one(cast: Cast, browse: Browse) -> None:
    """The nomination, then roll, extensions, comments and their number, endorsements and interests.

    And who can still act, because somebody has declared an interest.
    """
    nomination = factories.make(Phase.OPEN, cast)
    client, counts = browse(cast.mia), []
    for members in (["Member Number0"], [f"Member Number{number}" for number in range(1, 30)]):
        discuss(nomination, members)
        counts.append(own_queries(client, url("detail", nomination)))
    assert nomination.comments.count() == nomination.vote.extensions.count() == 30
    assert counts[0] == counts[1]
    assert counts[0][1] == 8


def test_the_voting_page_reads_the_nomination_once(cast: Cast, browse: Browse) -> None:
    """And its endorsements and interests; the receipt page neither."""
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mia)
    assert own_queries(client, url("vote", nomination))[1] == 3
