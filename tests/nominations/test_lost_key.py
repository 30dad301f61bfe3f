"""A vote whose private key is gone: its pages and the dashboard say so, and what to do."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from pytest_django import Settings

from audit import clock
from members.people.models import Person
from nominations import keys, workflow
from nominations.models import Nomination, Phase
from nominations.pages.waiting import waiting_for
from tests.cast import Browse, Cast, act_as
from tests.members.people.test_public_views import text
from tests.nominations import factories

TITLE = "The key of this vote is gone"


def lose_key(nomination: Nomination) -> None:
    keys.path_of(nomination.vote.pk).unlink()


def page(browse: Browse, person: Person, nomination: Nomination, name: str = "detail") -> str:
    return text(browse(person).get(reverse(f"nominations:{name}", args=[nomination.pk])).content)


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING])
def test_a_vote_whose_key_is_gone_says_so_to_admins_and_voters(cast: Cast, browse: Browse, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    assert [TITLE in page(browse, person, nomination) for person in (cast.ada, cast.mia)] == [False, False]
    lose_key(nomination)
    admins, voters = page(browse, cast.ada, nomination), page(browse, cast.mia, nomination)
    assert [TITLE in admins, TITLE in voters] == [True, True]
    assert "ballots are being counted" not in admins + voters
    act = {Phase.OPEN: "cancel", Phase.CLOSING: "annul"}[phase]
    path = reverse(f"nominations:{act}", args=[nomination.pk])
    assert [path in admins, path in voters] == [True, False]
    assert ["put it back" in admins, "put it back" in voters] == [True, False]


def test_a_voter_is_told_before_they_cast_a_ballot(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    assert TITLE not in page(browse, cast.mia, nomination, "vote")
    lose_key(nomination)
    assert TITLE in page(browse, cast.mia, nomination, "vote")


@pytest.mark.parametrize(
    ("phase", "lost"),
    [
        (Phase.OPEN, ("Key is gone", "The vote on Nora Nominee ({}) cannot be counted")),
        (Phase.CLOSING, ("Not counted", "The vote on Nora Nominee ({}) waits to be counted")),
    ],
)
def test_the_dashboard_of_an_admin_says_so(cast: Cast, phase: Phase, lost: tuple[str, str]) -> None:
    nomination = factories.make(phase, cast)
    [before] = waiting_for(act_as(cast.ada), clock.now())
    assert "VOTE_KEY_DIR" not in before.detail
    lose_key(nomination)
    [item] = waiting_for(act_as(cast.ada), clock.now())
    assert (item.urgency, item.title) == (lost[0], lost[1].format(nomination.reference))
    assert "VOTE_KEY_DIR" in item.detail


def test_a_damaged_key_is_a_lost_one_and_a_folder_that_comes_back_mends_it(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    path = keys.path_of(vote.pk)
    secret = path.read_bytes()
    assert vote.has_lost_key is False
    path.write_bytes(b"")
    assert vote.has_lost_key is True
    path.write_bytes(secret)
    assert vote.has_lost_key is False


def test_a_folder_that_is_not_a_folder_is_a_lost_key_and_no_error(cast: Cast, settings: Settings) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    settings.VOTE_KEY_DIR = keys.path_of(vote.pk)
    assert vote.has_lost_key is True


def test_a_key_that_an_officer_keeps_is_not_lost(cast: Cast) -> None:
    nomination = factories.propose(cast.nora, cast.mel)
    factories.keeps_key(nomination, cast.olga, keys.make_pair()[1], by=cast.ada)
    assert factories.open_vote(nomination, cast.abel).has_lost_key is False


def test_a_key_that_nobody_needs_any_more_is_not_lost(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    lose_key(nomination)
    assert nomination.vote.has_lost_key is False


def test_after_the_key_is_gone_the_vote_is_annulled_and_held_again(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.CLOSING, cast)
    lose_key(nomination)
    workflow.ask_to_annul(nomination, "The key was lost with the disk.", by=act_as(cast.ada))
    workflow.confirm_annulment(nomination, by=act_as(cast.abel))
    assert TITLE not in page(browse, cast.mia, nomination)
    again = factories.propose(cast.nora, cast.mel)
    vote = factories.open_vote(again, cast.ada, at=clock.now() - 8 * factories.DAY)
    factories.cast_ballots(vote, factories.passing(cast))
    assert factories.close(vote).tally is not None


def test_the_page_of_a_vote_that_waits_for_its_officer_names_them(cast: Cast, browse: Browse) -> None:
    nomination = factories.propose(cast.nora, cast.mel, at=clock.now() - 8 * factories.DAY)
    with clock.pretend(clock.now() - 8 * factories.DAY):
        factories.keeps_key(nomination, cast.olga, keys.make_pair()[1], by=cast.ada)
    factories.open_vote(nomination, cast.abel, at=clock.now() - 8 * factories.DAY)
    shown = re.sub(r"\s+", " ", page(browse, cast.mia, nomination))
    assert TITLE not in shown
    assert "count waits for Olga Outsider, who holds the key" in shown
