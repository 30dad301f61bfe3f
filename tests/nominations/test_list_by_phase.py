"""The list of nominations with one in every phase: its groups, its chips, and what it has for whom."""

from __future__ import annotations

import re

from nominations.models import Phase
from nominations.pages.badges import deadline
from tests.cast import Browse
from tests.nominations.phases import Phases
from tests.nominations.test_views import LIST, text


def test_members_and_the_council_have_a_list_and_nobody_else(phases: Phases, browse: Browse) -> None:
    cast = phases.cast
    people = [cast.ada, cast.mel, cast.sara, cast.sam, cast.emil, cast.olga]
    assert [browse(person).get(LIST).status_code for person in people] == [200, 200, 200, 200, 403, 403]


def test_the_list_has_what_runs_and_closed_ones_behind_their_chip(phases: Phases, browse: Browse) -> None:
    client, nominations = browse(phases.cast.mel), phases.nominations
    running = [
        *(Phase.OPEN, Phase.CONSENT, Phase.PROPOSED, Phase.CLOSING),
        *(Phase.AWAITING_CONFIRMATION, Phase.VETO_WINDOW, Phase.COUNCIL_UNTOLD),
    ]
    for query in [{}, {"show": "running"}, {"show": "no-such-part"}, {"phase": "open' OR 1=1"}]:
        rows = client.get(LIST, query).context["rows"]
        assert {row.nomination for row in rows} == {nominations[phase] for phase in running}
        assert [row.group for row in rows] == ["Vote open", *["Before the vote"] * 2, *["After the vote"] * 4]
    rows = client.get(LIST, {"show": "closed"}).context["rows"]
    assert {row.nomination for row in rows} == {nominations[phase] for phase in set(Phase) - set(running)}
    ends = [row.nomination.ended_at for row in rows]
    assert ends == sorted(ends, reverse=True)


def test_the_council_gets_only_what_passed_in_its_list(phases: Phases, browse: Browse) -> None:
    client = browse(phases.cast.sam)
    shown = {
        "running": {"council_untold", "veto_window", "awaiting_confirmation"},
        "closed": {"vetoed", "joined", "annulled"},
    }
    for show, phases_shown in shown.items():  # the annulled one had passed, and they were told
        page = client.get(LIST, {"show": show})
        expected = {phases.nominations[Phase(one)] for one in phases_shown}
        assert {row.nomination for row in page.context["rows"]} == expected
        assert [chip.count for chip in page.context["chips"]] == [3, 2, 3]
        assert b"Nominate somebody" not in page.content


def test_a_search_finds_nothing_that_its_reader_may_not_know_of(phases: Phases, browse: Browse) -> None:
    hidden = phases.nominations[Phase.FAILED]
    client = browse(phases.cast.sam)
    for typed in [hidden.reference, hidden.nominee.name, "Failed"]:
        page = client.get(LIST, {"q": typed})
        assert (list(page.context["rows"]), [chip.count for chip in page.context["chips"]]) == ([], [0, 0, 0])
    passed = phases.nominations[Phase.VETO_WINDOW]
    assert [row.nomination for row in client.get(LIST, {"q": passed.reference}).context["rows"]] == [passed]


def test_a_row_says_who_is_waited_for_and_since_when(phases: Phases, browse: Browse) -> None:
    rows = {row.nomination: row for row in browse(phases.cast.mel).get(LIST).context["rows"]}

    def said(phase: Phase) -> tuple[str, str, list[str]]:
        row = rows[phases.nominations[phase]]
        return row.badge.replace("\xa0", " "), row.waits_for, [moment.label for moment in row.moments]

    council = "Waiting for the Steering Council"
    badge, *others = said(Phase.OPEN)
    assert (re.fullmatch(r"\d days left", badge) is not None, others) == (True, ["", ["closes"]])
    answer = "Waiting for Consent Nominee to answer"
    assert said(Phase.CONSENT) == ("Asked", answer, ["proposed", "time to answer ends"])
    assert said(Phase.PROPOSED) == ("Ready to open", "Waiting for an admin to open the vote", ["accepted"])
    assert said(Phase.CLOSING) == ("Being counted", "The ballots are being counted", ["voting ended"])
    assert said(Phase.VETO_WINDOW) == ("Veto window", council, ["counted", "veto window ends"])
    assert said(Phase.AWAITING_CONFIRMATION) == (
        *("Awaiting confirmation", "Waiting for an admin to confirm"),
        ["counted", "veto window ended"],
    )
    for phase in (Phase.OPEN, Phase.CLOSING):
        [moment] = rows[phases.nominations[phase]].moments
        assert moment.when == phases[phase].vote.closes_at


def test_what_ends_is_an_open_vote_or_a_veto_window(phases: Phases) -> None:
    is_open, has_veto_window = phases[Phase.OPEN].vote, phases[Phase.VETO_WINDOW].vote
    ends = {Phase.OPEN: is_open.closes_at, Phase.VETO_WINDOW: has_veto_window.veto_until}
    assert all(ends.values())
    assert {phase: deadline(phases[phase], phase) for phase in Phase} == {phase: ends.get(phase) for phase in Phase}


def test_a_row_of_a_passed_vote_prints_the_end_of_the_veto_window(phases: Phases, browse: Browse) -> None:
    until = phases[Phase.VETO_WINDOW].vote.veto_until
    assert until is not None
    assert f'datetime="{until:%Y-%m-%dT%H:%M}' in text(browse(phases.cast.sam).get(LIST))
