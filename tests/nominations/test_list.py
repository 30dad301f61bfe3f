"""The list of nominations, and how many queries it and the pages of one nomination take."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from members.people.models import Person
from nominations import workflow
from nominations.models import InterestKind, Nomination, Phase, RollEntry
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member, make_person
from tests.nominations import factories
from tests.nominations.test_views import LIST, latecomer, sentences, text, url


def test_members_and_the_council_have_a_list_and_nobody_else(cast: Cast, browse: Browse) -> None:
    people = [cast.ada, cast.mel, cast.sara, cast.sam, cast.emil, cast.olga]
    assert [browse(person).get(LIST).status_code for person in people] == [200, 200, 200, 200, 403, 403]


def test_the_list_can_be_narrowed_to_a_phase(cast: Cast, browse: Browse) -> None:
    for phase in Phase:
        factories.make(phase, cast, make_person(f"Someone {phase.value}", github=""))
    client = browse(cast.mel)
    for phase in Phase:
        rows = client.get(LIST, {"phase": phase.value}).context["rows"]
        assert [row.nomination.nominee.name for row in rows] == [f"Someone {phase.value}"]
    for nonsense in ["", "no-such-phase", "open' OR 1=1"]:
        assert len(client.get(LIST, {"phase": nonsense}).context["rows"]) == len(Phase)


def test_the_council_gets_only_what_passed_in_its_list(cast: Cast, browse: Browse) -> None:
    for phase in Phase:
        factories.make(phase, cast, make_person(f"Someone {phase.value}", github=""))
    page = browse(cast.sam).get(LIST)
    passed = {"veto_window", "awaiting_confirmation", "vetoed", "joined"}
    visible = passed | {"annulled"}  # it had passed, and they were told
    assert {row.nomination.nominee.name for row in page.context["rows"]} == {f"Someone {one}" for one in visible}
    assert {phase.value for phase in page.context["phases"]} == visible
    assert b"Nominate somebody" not in page.content


def test_an_empty_list_says_what_to_do(cast: Cast, browse: Browse) -> None:
    assert "Nobody has been nominated yet" in text(browse(cast.mel).get(LIST))
    assert "Nothing waits for the Steering Council" in text(browse(cast.sam).get(LIST))
    assert "None in this phase" in text(browse(cast.mel).get(LIST, {"phase": "open"}))


@pytest.mark.parametrize("phase", Phase)
def test_a_row_says_until_when_there_is_something_to_do(cast: Cast, browse: Browse, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    [row] = browse(cast.mel).get(LIST).context["rows"]
    vote = nomination.vote_or_none
    deadlines = {Phase.OPEN: vote and vote.closes_at, Phase.VETO_WINDOW: vote and vote.veto_until}
    assert row.deadline == deadlines.get(phase)
    assert (row.deadline is None) is (phase not in {Phase.OPEN, Phase.VETO_WINDOW})


def test_a_row_of_a_passed_vote_prints_the_end_of_the_veto_window(cast: Cast, browse: Browse) -> None:
    until = factories.make(Phase.VETO_WINDOW, cast).vote.veto_until
    assert until is not None
    assert f'datetime="{until:%Y-%m-%dT%H:%M}' in text(browse(cast.sam).get(LIST))


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

    assert [button(cast.mel), button(cast.mia)] == ["Vote", "Change"]
    assert button(latecomer()) is None
    workflow.withdraw(nomination, by=act_as(cast.mel))
    assert button(cast.mel) is None


def test_thirty_rows_cost_as_many_queries_as_one(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mia)
    made = 0
    counts = set()
    for wanted in (1, 30):
        while made < wanted:
            nominee = make_person(f"Nominee Number{made}", github="")
            factories.open_vote(factories.propose(nominee, cast.mel), cast.ada)
            made += 1
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(LIST).context["rows"]) == wanted
        counts.add(len(queries))
    assert len(counts) == 1


def test_lists_are_paged_and_no_page_number_is_an_error(cast: Cast, browse: Browse) -> None:
    for number in range(31):
        factories.proposed(cast, make_person(f"Nominee Number{number}", github=""))
    client = browse(cast.mel)
    sizes = [len(client.get(LIST, {"page": page}).context["rows"]) for page in ["1", "2", "0", "99", "x"]]
    assert sizes == [30, 1, 1, 1, 30]


# -- queries -----------------------------------------------------------------------------------------


def own_queries(client: Client, path: str) -> tuple[int, int]:
    """The number of queries of a page, and of those that read tables of this app."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured), sum('FROM "nominations_' in query["sql"] for query in captured.captured_queries)


def test_the_list_takes_two_queries_of_nominations_for_one_row_as_for_thirty(cast: Cast, browse: Browse) -> None:
    """One for the rows, one for their number; Sara could be asked whether she may decide each."""
    clients = {person: browse(person) for person in (cast.mel, cast.sara)}
    counts: dict[Person, set[tuple[int, int]]] = {person: set() for person in clients}
    for made in (1, 30):
        for number in range(Nomination.objects.count(), made):
            nominee = make_person(f"Nominee Number{number}", github="")
            factories.open_vote(factories.propose(nominee, cast.mel), cast.ada)
        for person, client in clients.items():
            assert len(client.get(LIST).context["rows"]) == made
            counts[person].add(own_queries(client, LIST))
    assert {own for found in counts.values() for _, own in found} == {2}
    assert [len(found) for found in counts.values()] == [1, 1]


def test_one_page_takes_as_many_queries_for_thirty_of_everything_as_for_one(cast: Cast, browse: Browse) -> None:
    """The nomination, then roll, extensions, comments and their number, endorsements and interests.

    And who can still act, because somebody has declared an interest.
    """
    nomination = factories.make(Phase.OPEN, cast)
    client, counts = browse(cast.mia), []
    for made in (1, 30):
        for number in range(nomination.comments.count(), made):
            member = make_member(f"Member Number{number}", github="")
            workflow.comment(nomination, "I know her.", by=act_as(member))
            workflow.endorse(nomination, "Yes.", by=act_as(member))
            workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(member))
            workflow.extend(nomination, hours=0.1, reason="A holiday.", by=act_as(cast.ada))
            RollEntry.objects.create(vote=nomination.vote, person=member, name=member.name)
        counts.append(own_queries(client, url("detail", nomination)))
    assert counts[0] == counts[1]
    assert counts[0][1] == 8


def test_the_voting_page_reads_the_nomination_once(cast: Cast, browse: Browse) -> None:
    """And its endorsements and interests; the receipt page neither."""
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mia)
    assert own_queries(client, url("vote", nomination))[1] == 3
