"""The pages on nominations: who gets which, and what is on them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from members.boarding.workflow import cancel_onboarding
from members.people.models import Person
from nominations import workflow
from nominations.models import InterestKind, Nomination, Phase, RollEntry, Vote
from nominations.policy import Action, allowed
from tests.cast import Browse, Cast, act_as
from tests.factories import complete, give_login, make_member, make_person
from tests.nominations import factories
from tests.nominations.pages import sentences, text, url

ACTS = ["open", "vote", "withdraw", "decide", "confirm"]
ACTIONS = [Action.OPEN, Action.VOTE, Action.WITHDRAW, Action.DECIDE, Action.CONFIRM]
LIST = "/nominations/"


def latecomer() -> Person:
    """A member who joined after every vote had been opened."""
    person = make_member("Lena Late")
    give_login(person)
    return person


# -- hidden is missing -------------------------------------------------------------------------------


def test_what_is_hidden_answers_exactly_like_what_does_not_exist(cast: Cast, browse: Browse) -> None:
    hidden = {phase: factories.make(phase, cast, make_person(phase.label, github="")) for phase in Phase}
    to_the_council = [Phase.PROPOSED, Phase.OPEN, Phase.CLOSING, Phase.FAILED, Phase.WITHDRAWN]
    for person, phases in [(cast.olga, list(Phase)), (cast.emil, [Phase.OPEN]), (cast.sam, to_the_council)]:
        client = browse(person)
        for name, method in [("detail", "GET"), *((act, method) for act in ACTS for method in ("GET", "POST"))]:
            missing = client.generic(method, reverse(f"nominations:{name}", args=[uuid4()]))
            for phase in phases:
                found = client.generic(method, url(name, hidden[phase]))
                assert (found.status_code, found.content, dict(found.headers)) == (
                    404,
                    missing.content,
                    dict(missing.headers),
                )


def test_hidden_and_missing_cost_the_same_queries(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.sam)
    counts = []
    for path in [url("detail", nomination), reverse("nominations:detail", args=[uuid4()])]:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("phase", Phase)
def test_a_stranger_is_sent_to_the_sign_in_whatever_the_address(cast: Cast, browse: Browse, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    paths = [LIST, reverse("nominations:propose"), *(url(name, nomination) for name in ["detail", *ACTS])]
    for path in paths:
        assert browse(None).get(path)["Location"] == f"/accounts/login/?next={path}"


# -- the list ----------------------------------------------------------------------------------------


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
    known = passed | {"annulled"}  # it had passed, and they were told
    assert {row.nomination.nominee.name for row in page.context["rows"]} == {f"Someone {one}" for one in known}
    assert {phase.value for phase in page.context["phases"]} == known
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


# -- one nomination ----------------------------------------------------------------------------------


def test_the_page_says_who_why_and_where_it_stands(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    page = text(browse(cast.mia).get(url("detail", nomination)))
    assert "Nomination of Nora Nominee" in page
    assert "Waits for an admin who is not Mel Member to open the vote." in page
    assert "Mel Member’s words" in page


@pytest.mark.rule("JOIN-03")
@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING])
def test_before_the_count_nobody_sees_a_result_or_who_voted(cast: Cast, browse: Browse, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    for person in [cast.ada, cast.mel, cast.mia, cast.sara]:
        response = browse(person).get(url("detail", nomination))
        assert (response.context["tally"], response.context["board"]) == (None, [])
        page = text(response)
        for word in ["Result", "The board", "Took part"]:
            assert word not in page


def test_while_the_vote_is_open_the_turnout_is_a_number(cast: Cast, browse: Browse) -> None:
    page = text(browse(cast.mel).get(url("detail", factories.make(Phase.OPEN, cast))))
    assert "<dt>Turnout so far</dt><dd>4 of 7</dd>" in page
    assert "You have not voted yet." in page


def test_after_the_count_the_sum_is_there_and_the_board_for_the_roll(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.FAILED, cast)
    page = text(browse(cast.mel).get(url("detail", nomination)))
    assert "1 yes, 1 no: 3 &lt; 4, fails" in page
    for ballot in nomination.vote.board():
        assert f"<code>{ballot.receipt_in_groups}</code>" in page
    assert nomination.vote.board_hash in page
    assert "2 of 7 voted. PEP 811 sets no minimum, so the result stands." in page
    later = text(browse(latecomer()).get(url("detail", nomination)))
    assert "1 yes, 1 no: 3 &lt; 4, fails" in later
    assert "The board" not in later
    assert "Took part" not in later


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.VETO_WINDOW, "The members have accepted. The Steering Council may veto until"),
        (
            Phase.AWAITING_CONFIRMATION,
            "let its time for a veto pass. An admin confirms, then the onboarding of Nora Nominee begins.",
        ),
        (Phase.VETOED, "Steering Council: veto"),
        (Phase.JOINED, "Steering Council: no veto"),
    ],
)
def test_the_council_reads_what_passed_with_result_and_board(
    cast: Cast, browse: Browse, phase: Phase, words: str
) -> None:
    response = browse(cast.sam).get(url("detail", factories.make(phase, cast)))
    page = text(response)
    assert words in page
    assert "2 yes, 1 no: 6 &gt;= 6, passes" in page
    assert len(response.context["board"]) == 4


def test_a_withdrawn_vote_shows_neither_roll_nor_result(cast: Cast, browse: Browse) -> None:
    page = text(browse(cast.mia).get(url("detail", factories.make(Phase.WITHDRAWN, cast))))
    assert "The ballots were destroyed unread." in page
    assert "Took part" not in page
    assert "Result" not in page


def test_an_empty_board_says_so(cast: Cast, browse: Browse) -> None:
    nomination = factories.counted(cast, {}, opened=8 * factories.DAY).nomination
    assert "Nobody voted." in text(browse(cast.mel).get(url("detail", nomination)))


def test_admins_are_led_on_to_the_onboarding_of_who_was_accepted(cast: Cast, browse: Browse) -> None:
    joined = factories.make(Phase.JOINED, cast)
    assert joined.onboarding is not None
    link = f'href="{joined.onboarding.get_absolute_url()}"'
    assert link in text(browse(cast.ada).get(url("detail", joined)))
    assert link not in text(browse(cast.mel).get(url("detail", joined)))


def test_members_read_how_far_the_onboarding_is(cast: Cast, browse: Browse) -> None:
    joined = factories.make(Phase.JOINED, cast)
    assert joined.onboarding is not None
    mel = browse(cast.mel)
    assert "Nora Nominee is on the way in" in text(mel.get(url("detail", joined)))
    complete(joined.onboarding, by=cast.ada)
    assert "Nora Nominee is a member since" in text(mel.get(url("detail", joined)))
    gone = factories.make(Phase.JOINED, cast, cast.olga)
    assert gone.onboarding is not None
    cancel_onboarding(gone.onboarding, "She changed her mind.", by=act_as(cast.ada))
    assert "The onboarding was given up." in text(mel.get(url("detail", gone)))


def test_reading_changes_nothing(cast: Cast, browse: Browse) -> None:
    nominations = [factories.make(phase, cast, make_person(phase.label, github="")) for phase in Phase]
    before = (list(Nomination.objects.values()), list(Vote.objects.values()))
    for person in [cast.ada, cast.mel, cast.sara]:
        client = browse(person)
        for nomination in nominations:
            actions = allowed(act_as(person), nomination, clock.now())
            for act in [name for name, action in zip(ACTS, ACTIONS, strict=True) if action in actions]:
                assert client.get(url(act, nomination)).status_code == 200
                assert client.head(url(act, nomination)).status_code == 200
    assert (list(Nomination.objects.values()), list(Vote.objects.values())) == before


# -- queries -----------------------------------------------------------------------------------------


def own_queries(client: Client, path: str) -> tuple[int, int]:
    """How many queries a page takes, and how many of them read tables of this app."""
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
    """The nomination, then roll, extensions, comments and their number, endorsements, interests, decision, opener."""
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
