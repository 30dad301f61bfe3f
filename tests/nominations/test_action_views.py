"""The pages that open, withdraw and confirm, and what their forms do."""

from __future__ import annotations

import pytest

from audit import clock
from members.boarding.models import Checklist
from nominations import workflow
from nominations.models import Phase, Vote
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.pages import post, sentences, text, url

ACTS = ["open", "vote", "withdraw", "decide", "confirm"]


def test_the_page_before_opening_shows_the_roll(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).get(url("open", factories.make(Phase.PROPOSED, cast)))
    assert set(page.context["voters"]) == set(cast.members)
    assert "the 7 people below may vote" in text(page)


def test_an_admin_opens_the_vote_and_a_second_click_is_harmless(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    client = browse(cast.ada)
    first, second = (post(client, url("open", nomination), keeper="portal") for _ in range(2))
    assert first["Location"] == second["Location"] == url("detail", nomination)
    assert sentences(client, second) == [
        "The vote on Nora Nominee is open; 7 may vote.",
        "This is not possible now: the vote is open.",
    ]
    assert Vote.objects.count() == 1


def test_the_nominator_withdraws_on_a_page_that_says_what_it_does(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    nomination = factories.make(Phase.OPEN, cast)
    assert "All ballots are destroyed unread" in text(client.get(url("withdraw", nomination)))
    proposed = factories.make(Phase.PROPOSED, cast, cast.olga)
    assert "No vote will be opened" in text(client.get(url("withdraw", proposed)))
    response = post(client, url("withdraw", nomination))
    assert sentences(client, response) == ["You have withdrawn the nomination of Nora Nominee."]
    assert factories.fresh(nomination).phase(clock.now()) == Phase.WITHDRAWN


def test_an_admin_confirms_silence_once(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    client = browse(cast.abel)
    assert "The membership begins when access is complete" in text(client.get(url("confirm", nomination)))
    post(client, url("confirm", nomination))
    again = post(client, url("confirm", nomination))
    assert sentences(client, again) == [
        "Nora Nominee is on the way in.",
        "This is not possible now: the team has said yes, and the onboarding has begun.",
    ]
    assert Checklist.objects.onboardings().filter(person=cast.nora).count() == 1


@pytest.mark.parametrize(
    ("phase", "act", "others"),
    [
        (Phase.PROPOSED, "open", ["mel", "mia", "sara"]),
        (Phase.PROPOSED, "withdraw", ["mia", "sara"]),
        (Phase.VETO_WINDOW, "decide", ["ada", "mel", "mia"]),
        (Phase.AWAITING_CONFIRMATION, "confirm", ["mel", "sara", "sam"]),
    ],
)
def test_an_act_of_others_is_refused_by_get_and_post(
    cast: Cast, browse: Browse, phase: Phase, act: str, others: list[str]
) -> None:
    nomination = factories.make(phase, cast)
    for name in others:
        client = browse(getattr(cast, name))
        assert client.get(url(act, nomination)).status_code == 403
        assert post(client, url(act, nomination)).status_code == 403
    assert factories.fresh(nomination).phase(clock.now()) == phase


@pytest.mark.parametrize("act", ACTS)
def test_every_act_asks_for_the_second_factor_again(cast: Cast, browse: Browse, act: str) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.ada, fresh=False)
    assert client.get(url(act, nomination))["Location"].startswith("/accounts/2fa/reauthenticate/")
    refused = client.post(url(act, nomination), {"choice": "yes"})
    assert ("Send it again" in refused.content.decode(), refused.status_code) == (
        (False, 302) if act == "vote" else (True, 403)
    )
    assert factories.fresh(nomination).phase(clock.now()) == Phase.OPEN


def test_withdrawing_while_somebody_votes_tells_the_voter(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mia)
    assert client.get(url("vote", nomination)).status_code == 200
    workflow.withdraw(nomination, by=act_as(cast.mel))
    response = post(client, url("vote", nomination), choice="yes")
    assert sentences(client, response) == ["This is not possible now: it was withdrawn."]
