"""The parts of the page of one nomination: jump list, what can be done now, history."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from members.people.models import Person
from nominations import workflow
from nominations.models import COUNTED, Nomination, Phase, Vote
from nominations.pages.history import SHOWN_AT_FIRST, history_of
from tests.architecture.markup import Page
from tests.cast import Browse, act_as
from tests.nominations import factories
from tests.nominations.phases import Phases


def jumps(page: Page) -> list[str]:
    """The anchors of the jump list: links to the page's own sections."""
    return [link["href"] for link in page.all("a") if link["href"].startswith("#") and link["href"] != "#main"]


def test_the_title_names_the_vote_and_the_nominee(phases: Phases, browse: Browse) -> None:
    nomination = phases[Phase.OPEN]
    html = browse(phases.cast.mel).get(nomination.get_absolute_url()).content.decode()
    assert f"<title>{nomination.reference} {nomination.nominee.name} · Nomination · " in " ".join(html.split())


@pytest.mark.parametrize("phase", Phase)
def test_each_part_is_found_from_the_top_of_the_page(phases: Phases, browse: Browse, phase: Phase) -> None:
    html = browse(phases.cast.mel).get(phases[phase].get_absolute_url()).content.decode()
    page = Page(html)
    has_vote = phase not in {Phase.CONSENT, Phase.PROPOSED, Phase.DECLINED}
    first = ["#result"] if phase in COUNTED else []
    vote = ["#vote"] if has_vote and not first else []
    assert jumps(page) == [*first, "#statement", "#discussion", *vote, "#history"]
    assert (page.dangling, [one for one, times in Counter(page.ids).items() if times > 1]) == ([], [])
    places = [html.index(f'id="{anchor[1:]}"') for anchor in jumps(page)]
    assert places == sorted(places)


def test_the_council_has_no_jump_to_a_discussion_that_it_does_not_see(phases: Phases, browse: Browse) -> None:
    page = Page(browse(phases.cast.sam).get(phases[Phase.VETO_WINDOW].get_absolute_url()).content.decode())
    assert (jumps(page), page.dangling) == (["#result", "#statement", "#history"], [])


def test_the_part_on_the_vote_leads_to_the_ballot_while_the_reader_can_vote(phases: Phases, browse: Browse) -> None:
    """The jump list has a "Vote" too: who takes it for the button finds the ballot where it leads."""
    nomination = factories.make(Phase.OPEN, phases.cast)
    ballot = reverse("nominations:vote", args=[nomination.pk])

    def leads_there(reader: Person, shown: Nomination) -> bool:
        html = browse(reader).get(shown.get_absolute_url()).content.decode()
        return ballot in html[html.index('id="vote"') : html.index('id="history"')]

    assert leads_there(phases.cast.mel, nomination)
    nomination.refresh_from_db()
    with clock.pretend(nomination.vote.closes_at + timedelta(minutes=1)):
        assert not leads_there(phases.cast.mel, nomination)


@pytest.mark.parametrize(
    ("phase", "left"), [(Phase.OPEN, "left to vote"), (Phase.VETO_WINDOW, "left for a veto"), (Phase.PROPOSED, "")]
)
def test_the_time_left_says_what_it_is_for(phases: Phases, browse: Browse, phase: Phase, left: str) -> None:
    shown = browse(phases.cast.mel).get(phases[phase].get_absolute_url()).context["time_left"]
    assert (shown.endswith(left), bool(shown)) == (True, bool(left))


def test_the_last_minute_of_a_vote_has_words_too(phases: Phases, browse: Browse) -> None:
    cast = phases.cast
    nomination = factories.make(Phase.OPEN, cast)
    Vote.objects.filter(pk=nomination.vote.pk).update(closes_at=clock.now() + timedelta(seconds=30))
    shown = browse(cast.mel).get(nomination.get_absolute_url()).context["time_left"]
    assert shown == "Less than a minute left to vote"


def test_the_history_is_newest_first_with_the_rest_behind_a_fold(phases: Phases, browse: Browse) -> None:
    vetoed = phases[Phase.VETOED]
    history = history_of(vetoed)
    everything = [*history.latest, *history.earlier]
    assert (len(history.latest), history.count) == (SHOWN_AT_FIRST, len(everything))
    assert [entry.at for entry in everything] == sorted((entry.at for entry in everything), reverse=True)
    # Of one moment: the nomination and its acceptance.
    assert ("Mel Member", "made the nomination") in {(entry.who, entry.what) for entry in history.earlier}
    assert ("Sara Steering", "confirmed the veto") in {(entry.who, entry.what) for entry in history.latest}
    page = " ".join(browse(phases.cast.mel).get(vetoed.get_absolute_url()).content.decode().split())
    assert f"<summary>Show all {history.count} entries</summary>" in page
    short = phases[Phase.CONSENT]
    assert "<summary>Show all" not in browse(phases.cast.mel).get(short.get_absolute_url()).content.decode()


def test_the_history_says_nothing_of_who_voted_or_what_members_said(phases: Phases) -> None:
    cast = phases.cast
    nomination = factories.make(Phase.OPEN, cast)
    before = history_of(factories.fresh(nomination)).count
    workflow.comment(nomination, "Canary.", by=act_as(cast.mia))
    workflow.endorse(nomination, "Canary.", by=act_as(cast.rita))
    factories.cast_ballots(nomination.vote, {cast.ada: factories.YES}, at=clock.now())
    assert history_of(factories.fresh(nomination)).count == before


def test_an_interest_can_be_taken_back_from_the_page(phases: Phases, browse: Browse) -> None:
    cast = phases.cast
    nomination = factories.make(Phase.OPEN, cast)
    client, path = browse(cast.mia), nomination.get_absolute_url()
    assert f'action="{path}interest/take-back/"' not in client.get(path).content.decode()
    assert f'href="{path}interest/"' in client.get(path).content.decode()
    client.post(f"{path}interest/", {"kind": "other", "text": "We wrote a book."})
    assert f'action="{path}interest/take-back/"' in client.get(path).content.decode()
    assert client.post(f"{path}interest/take-back/").status_code == 302
    assert f'action="{path}interest/take-back/"' not in client.get(path).content.decode()
