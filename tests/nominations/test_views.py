"""The pages on nominations: who gets which, and what is on them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from members.boarding.models import Checklist
from members.boarding.workflow import cancel_onboarding
from members.people.models import Person
from members.people.policy import ANONYMOUS
from nominations import queries, workflow
from nominations.models import Nomination, Phase, Vote
from nominations.policy import Action, allowed
from tests.cast import Browse, act_as
from tests.factories import complete, give_login, make_member
from tests.nominations import factories
from tests.nominations.phases import Phases

PAGES = ["open", "vote", "withdraw", "decide", "confirm"]
ACTIONS = [Action.OPEN, Action.VOTE, Action.WITHDRAW, Action.DECIDE, Action.CONFIRM]
LIST = "/nominations/"


def url(name: str, nomination: Nomination) -> str:
    return reverse(f"nominations:{name}", args=[nomination.pk])


def text(response: Any) -> str:
    """The page as one line."""
    return " ".join(response.content.decode().split())


def post(client: Client, path: str, **data: str) -> Any:
    return client.post(path, data)


def sentences(client: Client, response: Any) -> list[str]:
    """The text of the page after a redirect."""
    return [str(message) for message in client.get(response["Location"]).context["messages"]]


def latecomer() -> Person:
    """A member who joined after every vote had been opened."""
    person = make_member("Lena Late")
    give_login(person)
    return person


# -- hidden is missing -------------------------------------------------------------------------------


def test_a_hidden_nomination_answers_like_a_missing_one(phases: Phases, browse: Browse) -> None:
    cast = phases.cast
    to_the_council = [Phase.PROPOSED, Phase.OPEN, Phase.CLOSING, Phase.FAILED, Phase.WITHDRAWN]
    for person, hidden in [(cast.olga, list(Phase)), (cast.emil, [Phase.OPEN]), (cast.sam, to_the_council)]:
        client = browse(person)
        for name, method in [("detail", "GET"), *((act, method) for act in PAGES for method in ("GET", "POST"))]:
            missing = client.generic(method, reverse(f"nominations:{name}", args=[uuid4()]))
            for phase in hidden:
                found = client.generic(method, url(name, phases.nominations[phase]))
                assert (found.status_code, found.content, dict(found.headers)) == (
                    404,
                    missing.content,
                    dict(missing.headers),
                )


def test_one_nomination_is_what_the_list_has_for_each_reader(phases: Phases) -> None:
    """The statement is kept for all readers of the same rights: nothing of an earlier reader may come along."""
    phases.nominations[Phase.OPEN].vote.roll.filter(person=phases.cast.mia).update(has_voted=True)
    people = [*Person.objects.order_by("pk"), *Person.objects.order_by("-pk")]
    visible = 0
    for person in people:
        actor = act_as(person)
        listed = {nomination.pk: facts_of(nomination) for nomination in queries.for_reader(actor)}
        for nomination in phases.nominations.values():
            one = queries.one_for_reader(nomination.pk, actor)
            assert (facts_of(one) if one else None) == listed.get(nomination.pk), (person, nomination)
        visible += len(listed)
    assert (visible > 100, queries.one_for_reader(nomination.pk, ANONYMOUS)) == (True, None)


def facts_of(nomination: Nomination) -> dict[str, Any]:
    """Return the columns, the annotations, and what was joined."""
    joined = nomination._state.fields_cache
    return {**vars(nomination), "_state": None} | {
        name: vars(row) | {"_state": None} for name, row in joined.items() if row
    }


def test_hidden_and_missing_cost_the_same_queries(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.OPEN]
    client = browse(phases.cast.sam)
    counts = []
    for path in [url("detail", nomination), reverse("nominations:detail", args=[uuid4()])]:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_stranger_is_sent_to_the_sign_in_whatever_the_address(phases: Phases, browse: Browse) -> None:
    nominations, client = phases.nominations.values(), browse(None)
    paths = [LIST, reverse("nominations:propose")]
    paths += [url(name, nomination) for nomination in nominations for name in ["detail", *PAGES]]
    assert {path: client.get(path)["Location"] for path in paths} == {
        path: f"/accounts/login/?next={path}" for path in paths
    }


# -- one nomination ----------------------------------------------------------------------------------


def test_the_page_says_who_why_and_where_it_stands(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.PROPOSED]
    page = text(browse(phases.cast.mia).get(url("detail", nomination)))
    assert "Nomination of Proposed Nominee" in page
    assert "Waits for an admin who is not Mel Member to open the vote." in page
    assert "<strong>Mel Member</strong> nominated Proposed Nominee" in page


@pytest.mark.rule("JOIN-03")
@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING])
def test_before_the_count_nobody_sees_a_result_or_who_voted(phases: Phases, browse: Browse, phase: Phase) -> None:
    nomination = phases[phase]
    for person in [phases.cast.ada, phases.cast.mel, phases.cast.mia, phases.cast.sara]:
        response = browse(person).get(url("detail", nomination))
        assert (response.context["tally"], response.context["board"]) == (None, [])
        page = text(response)
        for word in ["Result", "The board", "Took part"]:
            assert word not in page


def test_while_the_vote_is_open_the_turnout_is_a_number(phases: Phases, browse: Browse) -> None:
    page = text(browse(phases.cast.mel).get(url("detail", phases[Phase.OPEN])))
    assert "Have voted: 4 of 7" in page
    assert "You have not voted yet." in page


def test_after_the_count_the_sum_is_there_and_the_board_for_the_roll(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.FAILED]
    page = text(browse(phases.cast.mel).get(url("detail", nomination)))
    assert "Not passed: 1 of 2 voted yes, 2 were needed." in page
    assert "3 × 1 = 3 &lt; 2 × 2 = 4" in page
    assert "5 of 7 did not vote" in page
    assert "0 abstained (not counted)" in page
    for ballot in nomination.vote.board():
        assert f"<code>{ballot.receipt_in_groups}</code>" in page
    assert nomination.vote.board_hash in page
    assert "2 of 7 voted. PEP 811 sets no minimum, so the result stands." in page
    later = text(browse(latecomer()).get(url("detail", nomination)))
    assert "Not passed: 1 of 2 voted yes, 2 were needed." in later
    assert "The board" not in later
    assert "Took part" not in later


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [
        (Phase.VETO_WINDOW, "The members have accepted. The Steering Council can veto until"),
        (
            Phase.AWAITING_CONFIRMATION,
            "time for a veto pass. An admin confirms, then the onboarding of Awaiting_Confirmation Nominee begins",
        ),
        (Phase.VETOED, "Steering Council: veto"),
        (Phase.JOINED, "Steering Council: no veto"),
    ],
)
def test_the_council_reads_what_passed_with_result_and_board(
    phases: Phases, browse: Browse, phase: Phase, sentence: str
) -> None:
    response = browse(phases.cast.sam).get(url("detail", phases[phase]))
    page = text(response)
    assert sentence in page
    assert "Passed: 2 of 3 voted yes, 2 were needed." in page
    assert len(response.context["board"]) == 4


def test_a_withdrawn_vote_shows_neither_roll_nor_result(phases: Phases, browse: Browse) -> None:
    page = text(browse(phases.cast.mia).get(url("detail", phases[Phase.WITHDRAWN])))
    assert "The ballots were destroyed unread." in page
    assert "Took part" not in page
    assert "Result" not in page


def test_an_empty_board_says_so(phases: Phases, browse: Browse) -> None:
    nomination = factories.counted(phases.cast, {}, opened=8 * factories.DAY).nomination
    assert "Nobody voted." in text(browse(phases.cast.mel).get(url("detail", nomination)))


def test_admins_are_led_on_to_the_onboarding_of_who_was_accepted(phases: Phases, browse: Browse) -> None:
    joined = phases[Phase.JOINED]
    assert joined.onboarding is not None
    link = f'href="{joined.onboarding.get_absolute_url()}"'
    assert link in text(browse(phases.cast.ada).get(url("detail", joined)))
    assert link not in text(browse(phases.cast.mel).get(url("detail", joined)))


def test_members_read_how_far_the_onboarding_is(phases: Phases, browse: Browse) -> None:
    joined = phases[Phase.JOINED]
    assert joined.onboarding is not None
    mel = browse(phases.cast.mel)
    assert "Joined Nominee is on the way in" in text(mel.get(url("detail", joined)))
    complete(joined.onboarding, by=phases.cast.ada)
    assert "Joined Nominee has been a member since" in text(mel.get(url("detail", joined)))
    gone = factories.make(Phase.JOINED, phases.cast, phases.cast.olga)
    assert gone.onboarding is not None
    cancel_onboarding(gone.onboarding, "She changed her mind.", by=act_as(phases.cast.ada))
    assert "The onboarding was given up." in text(mel.get(url("detail", gone)))


def test_reading_changes_nothing(phases: Phases, browse: Browse) -> None:
    nominations = [phases[phase] for phase in Phase]
    before = (list(Nomination.objects.values()), list(Vote.objects.values()))
    for person in [phases.cast.ada, phases.cast.mel, phases.cast.sara]:
        client = browse(person)
        for nomination in nominations:
            actions = allowed(act_as(person), nomination, clock.now())
            for act in [name for name, action in zip(PAGES, ACTIONS, strict=True) if action in actions]:
                assert client.get(url(act, nomination)).status_code == 200
                assert client.head(url(act, nomination)).status_code == 200
    assert (list(Nomination.objects.values()), list(Vote.objects.values())) == before


# -- open, withdraw, confirm -------------------------------------------------------------------------


def test_the_page_before_opening_shows_the_roll(phases: Phases, browse: Browse) -> None:
    page = browse(phases.cast.ada).get(url("open", phases[Phase.PROPOSED]))
    assert {voter.person for voter in page.context["voters"]} == set(phases.cast.members)
    assert "7 members today" in text(page)


def test_an_admin_opens_the_vote_and_a_second_click_is_harmless(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.PROPOSED]
    client = browse(phases.cast.ada)
    first, second = (post(client, url("open", nomination), keeper="portal") for _ in range(2))
    assert first["Location"] == second["Location"] == url("detail", nomination)
    assert sentences(client, second) == [
        f"Vote {phases.nominations[Phase.PROPOSED].reference} is open; 7 can vote.",
        "This is not possible now: the vote is open.",
    ]
    assert Vote.objects.filter(nomination=nomination).count() == 1


def test_the_nominator_withdraws_on_a_page_that_says_what_it_does(phases: Phases, browse: Browse) -> None:
    client = browse(phases.cast.mel)
    nomination = phases[Phase.OPEN]
    assert "All ballots are destroyed unread" in text(client.get(url("withdraw", nomination)))
    proposed = phases[Phase.PROPOSED]
    assert "No vote will be opened" in text(client.get(url("withdraw", proposed)))
    response = post(client, url("withdraw", nomination))
    assert sentences(client, response) == ["You have withdrawn the nomination of Open Nominee."]
    assert factories.fresh(nomination).phase(clock.now()) == Phase.WITHDRAWN


def test_an_admin_confirms_silence_once(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.AWAITING_CONFIRMATION]
    client = browse(phases.cast.abel)
    assert "The membership begins when access is complete" in text(client.get(url("confirm", nomination)))
    post(client, url("confirm", nomination))
    again = post(client, url("confirm", nomination))
    assert sentences(client, again) == [
        "Awaiting_Confirmation Nominee is on the way in.",
        "This is not possible now: the team has said yes, and the onboarding has begun.",
    ]
    assert Checklist.objects.onboardings().filter(person=nomination.nominee).count() == 1


@pytest.mark.parametrize(
    ("phase", "act", "others"),
    [
        (Phase.PROPOSED, "open", ["mel", "mia", "sara"]),
        (Phase.PROPOSED, "withdraw", ["mia", "sara"]),
        (Phase.VETO_WINDOW, "decide", ["mel", "mia"]),
        (Phase.AWAITING_CONFIRMATION, "confirm", ["mel", "sara", "sam"]),
    ],
)
def test_an_act_of_others_is_refused_by_get_and_post(
    phases: Phases, browse: Browse, phase: Phase, act: str, others: list[str]
) -> None:
    nomination = phases[phase]
    for name in others:
        client = browse(getattr(phases.cast, name))
        assert client.get(url(act, nomination)).status_code == 403
        assert post(client, url(act, nomination)).status_code == 403
    assert factories.fresh(nomination).phase(clock.now()) == phase


def test_an_admin_passes_on_a_veto_on_that_page_and_nothing_else(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.VETO_WINDOW]
    client, path = browse(phases.cast.ada), url("decide", nomination)
    facts = {"decided_on": str(clock.now().date()), "link": "https://discuss.python.org/t/31337"}
    assert [value for value, _ in client.get(path).context["form"].fields["kind"].choices] == ["veto"]
    refused = post(client, path, kind="no_veto", **facts)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["kind"])
    assert factories.fresh(nomination).phase(clock.now()) == Phase.VETO_WINDOW
    assert post(client, path, kind="veto", **facts).status_code == 302
    veto = factories.fresh(nomination).pending_veto
    assert veto is not None
    assert (veto.recorded_by, veto.in_favour, factories.fresh(nomination).phase(clock.now())) == (
        phases.cast.ada, None, Phase.VETO_WINDOW,
    )  # fmt: skip


@pytest.mark.parametrize("act", PAGES)
def test_every_act_asks_for_the_second_factor_again(phases: Phases, browse: Browse, act: str) -> None:
    nomination = phases[Phase.OPEN]
    client = browse(phases.cast.ada, fresh=False)
    assert client.get(url(act, nomination))["Location"].startswith("/accounts/2fa/reauthenticate/")
    refused = client.post(url(act, nomination), {"choice": "yes"})
    assert ("Send it again" in refused.content.decode(), refused.status_code) == (
        (False, 302) if act == "vote" else (True, 403)
    )
    assert factories.fresh(nomination).phase(clock.now()) == Phase.OPEN


def test_withdrawing_while_somebody_votes_tells_the_voter(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.OPEN]
    client = browse(phases.cast.mia)
    assert client.get(url("vote", nomination)).status_code == 200
    workflow.withdraw(nomination, by=act_as(phases.cast.mel))
    response = post(client, url("vote", nomination), choice="yes")
    assert sentences(client, response) == ["This is not possible now: it was withdrawn."]
