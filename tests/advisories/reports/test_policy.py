"""The policy of a report, in each of its states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from advisories.reports.doors import LinkHolder, Viewer
from advisories.reports.enums import Determination
from advisories.reports.models import Report
from advisories.reports.policy import Action, allowed, allows, obstacle, people_who, possible, require
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import every_state, holder_of, in_state
from tests.cast import Cast, act_as
from web.conflicts import Conflict, NotAllowed

NOW = datetime(2026, 9, 3, tzinfo=UTC)
SEE, REPLY, NOTE, MESSAGE = Action.SEE, Action.REPLY, Action.NOTE, Action.MESSAGE
TAKE, HAND, EMBARGO = Action.COORDINATE, Action.HAND_OVER, Action.SET_EMBARGO
DETERMINE, REOPEN = Action.DETERMINE, Action.REOPEN
TALK = {SEE, NOTE, MESSAGE}

#: state: (its coordinator, an admin, any other member) may ...
TABLE: dict[str, tuple[set[Action], set[Action], set[Action]]] = {
    "received": (TALK | {TAKE}, TALK | {TAKE, EMBARGO}, TALK | {TAKE}),
    "triage": (TALK | {HAND, EMBARGO, DETERMINE}, TALK | {HAND, EMBARGO, DETERMINE}, TALK),
    **dict.fromkeys(
        ("vulnerability", "drafted", "approved"), (TALK | {HAND, EMBARGO, REOPEN}, TALK | {HAND, EMBARGO, REOPEN}, TALK)
    ),
    "published": (TALK, TALK, TALK),
    "closed": (TALK | {REOPEN}, TALK | {REOPEN}, TALK),
}


@pytest.mark.rule("PSRT-17", "PSRT-34")
@pytest.mark.parametrize("state", TABLE)
def test_actions_of_members_by_state(cast: Cast, state: str) -> None:
    report = in_state(cast, state)
    coordinator, admin, other = TABLE[state]
    assert {
        "coordinator": set(allowed(act_as(cast.mel), report)),
        "admin": set(allowed(act_as(cast.ada), report)),
        "member": set(allowed(act_as(cast.mia), report)),
        "release manager": set(allowed(act_as(cast.rita), report)),
        "member on the council": set(allowed(act_as(cast.sara), report)),
    } == {
        "coordinator": coordinator,
        "admin": admin,
        "member": other,
        "release manager": other,
        "member on the council": other,
    }


@pytest.mark.parametrize("state", TABLE)
def test_nobody_outside_the_team_may_do_anything_in_any_state(cast: Cast, state: str) -> None:
    reports = every_state(cast)
    report, other = reports[state], factories.received()
    strangers: list[Viewer] = [ANONYMOUS, *map(act_as, (cast.sam, cast.emil, cast.olga, cast.nora)), holder_of(other)]
    assert {len(allowed(stranger, report)) for stranger in strangers} == {0}


@pytest.mark.parametrize("state", TABLE)
def test_a_reporter_may_read_and_answer_in_every_state(cast: Cast, state: str) -> None:
    report = in_state(cast, state)
    assert allowed(holder_of(report), report) == {SEE, REPLY}
    assert allowed(LinkHolder(report.pk, "an older nonce"), report) == frozenset()


@pytest.mark.parametrize("state", TABLE)
def test_the_queryset_shows_the_reports_that_the_policy_allows(cast: Cast, state: str) -> None:
    reports = every_state(cast)
    report = reports[state]
    people = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    viewers: list[Viewer] = [ANONYMOUS, *map(act_as, people), *(holder_of(other) for other in reports.values())]
    for viewer in viewers:
        is_shown = Report.objects.visible_to(viewer).filter(pk=report.pk).exists()
        assert is_shown == (SEE in allowed(viewer, report)), viewer


@pytest.mark.parametrize("state", TABLE)
def test_the_people_who_may_act_are_those_to_whom_it_is_allowed(cast: Cast, state: str) -> None:
    """Mail asks for people, pages ask about one actor; a holder of a link is never among the people."""
    report = in_state(cast, state)
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    for action in Action:
        allowed_to = {person.github for person in everybody if allows(action, act_as(person), report)}
        assert {person.github for person in people_who(action, report)} == allowed_to, action


def test_some_report_can_be_seen_by_members_only(cast: Cast) -> None:
    holder = holder_of(factories.received())
    viewers: list[Viewer] = [act_as(cast.mel), act_as(cast.sam), act_as(cast.olga), ANONYMOUS, holder]
    assert [SEE in possible(viewer) for viewer in viewers] == [True, False, False, False, False]


def test_a_coordinator_who_left_the_team_may_do_nothing(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    former = replace(act_as(cast.mel), is_member=False)
    assert allowed(former, report) == frozenset()


def test_an_admin_who_is_no_member_may_do_nothing(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert allowed(replace(act_as(cast.ada), is_member=False), report) == frozenset()


@pytest.mark.rule("PSRT-23")
def test_every_refusal_has_its_sentence(cast: Cast) -> None:
    reports = every_state(cast)
    sentences = {
        (state, action): obstacle(action, report, NOW) for state, report in reports.items() for action in Action
    }
    assert {key: sentences[key] for key in EXPECTED} == EXPECTED
    assert not any(sentences[state, action] for state in reports for action in (SEE, REPLY, NOTE, MESSAGE))


EXPECTED = {
    ("triage", TAKE): "Mel Member coordinates this report already; it can be handed over.",
    ("received", HAND): "Nobody coordinates this report yet.",
    ("published", HAND): "This report is finished.",
    ("closed", EMBARGO): "This report is finished.",
    ("received", DETERMINE): "Somebody has to coordinate this report first.",
    ("drafted", DETERMINE): "This report is determined already: vulnerability.",
    ("triage", REOPEN): "This report is not determined yet.",
    ("published", REOPEN): "The advisory is published; what is public cannot be taken back.",
}


def test_a_report_closed_without_a_coordinator_cannot_be_taken(cast: Cast) -> None:
    """It cannot come to that by the verbs; the rule holds all the same."""
    report = factories.determined(cast.mel, Determination.INVALID)
    report.coordinator = None
    assert obstacle(TAKE, report, NOW) == "This report is finished."


def test_a_refusal_tells_what_is_not_yours_from_what_is_not_possible_now(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    assert require(DETERMINE, act_as(cast.mel), report) == cast.mel
    with pytest.raises(NotAllowed):
        require(DETERMINE, act_as(cast.mia), report)
    with pytest.raises(Conflict, match=r"^This report is not determined yet\.$"):
        require(REOPEN, act_as(cast.mel), report)
    with pytest.raises(NotAllowed):
        require(REOPEN, act_as(cast.mia), report)
