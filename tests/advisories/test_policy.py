"""Who may do what to a report, in each of its states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisories.reports.doors import LinkHolder, Viewer
from advisories.reports.models import Determination, Report
from advisories.reports.policy import Action, allowed, missing, require
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import DRAFT, every_state, holder_of, in_state
from tests.cast import Cast, act_as
from web.conflicts import Conflict, NotAllowed

SEE, REPLY, NOTE, MESSAGE = Action.SEE, Action.REPLY, Action.NOTE, Action.MESSAGE
TAKE, HAND, EMBARGO = Action.COORDINATE, Action.HAND_OVER, Action.SET_EMBARGO
DETERMINE, REOPEN = Action.DETERMINE, Action.REOPEN
WRITE, APPROVE, PUBLISH = Action.DRAFT, Action.APPROVE, Action.PUBLISH
TALK = {SEE, NOTE, MESSAGE}

#: state: (its coordinator, an admin, any other member) may ...
TABLE: dict[str, tuple[set[Action], set[Action], set[Action]]] = {
    "received": (TALK | {TAKE}, TALK | {TAKE, EMBARGO}, TALK | {TAKE}),
    "triage": (TALK | {HAND, EMBARGO, DETERMINE}, TALK | {HAND, EMBARGO, DETERMINE}, TALK),
    "vulnerability": (TALK | {HAND, EMBARGO, REOPEN, WRITE}, TALK | {HAND, EMBARGO, REOPEN}, TALK),
    "drafted": (TALK | {HAND, EMBARGO, REOPEN, WRITE}, TALK | {HAND, EMBARGO, REOPEN, APPROVE}, TALK | {APPROVE}),
    "approved": (TALK | {HAND, EMBARGO, REOPEN, WRITE, PUBLISH}, TALK | {HAND, EMBARGO, REOPEN, PUBLISH}, TALK),
    "published": (TALK, TALK, TALK),
    "closed": (TALK | {REOPEN}, TALK | {REOPEN}, TALK),
}


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
def test_what_is_allowed_to_be_seen_is_what_the_door_shows(cast: Cast, state: str) -> None:
    reports = every_state(cast)
    report = reports[state]
    people = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    viewers: list[Viewer] = [ANONYMOUS, *map(act_as, people), *(holder_of(one) for one in reports.values())]
    for viewer in viewers:
        is_shown = Report.objects.visible_to(viewer).filter(pk=report.pk).exists()
        assert is_shown == (SEE in allowed(viewer, report)), viewer


def test_a_coordinator_who_left_the_team_may_do_nothing(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    former = replace(act_as(cast.mel), is_member=False)
    assert allowed(former, report) == frozenset()


def test_an_admin_who_is_no_member_is_none(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert allowed(replace(act_as(cast.ada), is_member=False), report) == frozenset()


def test_an_admin_does_not_approve_what_they_wrote(cast: Cast) -> None:
    report = factories.drafted(cast.ada)
    assert APPROVE not in allowed(act_as(cast.ada), report)
    assert APPROVE in allowed(act_as(cast.abel), report)


@pytest.mark.parametrize("incomplete", ["title", "description", "cve_id", "vector", "version_ranges", "references"])
def test_an_incomplete_draft_is_neither_approved_nor_published(cast: Cast, incomplete: str) -> None:
    empty = type(getattr(DRAFT, incomplete))()
    report = factories.drafted(cast.mel, draft=replace(DRAFT, **{incomplete: empty}))
    assert APPROVE not in allowed(act_as(cast.mia), report)
    assert PUBLISH not in allowed(act_as(cast.mel), report)
    assert missing(APPROVE, report).startswith("The draft still needs a")


def test_a_draft_whose_credits_are_open_is_not_approved(cast: Cast) -> None:
    report = factories.drafted(cast.mel, draft=replace(DRAFT, credits_settled=False))
    assert missing(APPROVE, report) == "The draft still needs settled credits."


def test_every_refusal_has_its_sentence(cast: Cast) -> None:
    reports = every_state(cast)
    said = {(state, action): missing(action, report) for state, report in reports.items() for action in Action}
    assert {key: said[key] for key in EXPECTED} == EXPECTED
    assert not any(said[state, action] for state in reports for action in (SEE, REPLY, NOTE, MESSAGE))


EXPECTED = {
    ("triage", TAKE): "Mel Member coordinates this report already; it can be handed over.",
    ("received", HAND): "Nobody coordinates this report yet.",
    ("published", HAND): "This report is finished.",
    ("closed", EMBARGO): "This report is finished.",
    ("received", DETERMINE): "Somebody has to coordinate this report first.",
    ("drafted", DETERMINE): "This report is determined already: vulnerability.",
    ("triage", REOPEN): "This report is not determined yet.",
    ("published", REOPEN): "The advisory is published; what is public cannot be taken back.",
    ("closed", WRITE): "Only a vulnerability gets an advisory.",
    ("published", WRITE): "The advisory is published already.",
    ("triage", APPROVE): "Somebody has to say first that it is a vulnerability.",
    ("closed", APPROVE): "Only a vulnerability gets an advisory.",
    ("vulnerability", APPROVE): "There is no draft yet.",
    ("approved", APPROVE): "Mia Member has approved this draft.",
    ("triage", PUBLISH): "Somebody has to say first that it is a vulnerability.",
    ("vulnerability", PUBLISH): "There is no draft yet.",
    ("drafted", PUBLISH): "The draft still needs the approval of a second member.",
    ("published", PUBLISH): "The advisory is published already.",
}


def test_a_report_closed_without_a_coordinator_cannot_be_taken(cast: Cast) -> None:
    """It cannot come to that by the verbs; the rule holds all the same."""
    report = factories.determined(cast.mel, Determination.INVALID)
    report.coordinator = None
    assert missing(TAKE, report) == "This report is finished."


def test_require_tells_what_is_not_yours_from_what_is_not_possible_now(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    require(DETERMINE, act_as(cast.mel), report)
    with pytest.raises(NotAllowed):
        require(DETERMINE, act_as(cast.mia), report)
    with pytest.raises(Conflict, match=r"^Somebody has to say first that it is a vulnerability\.$"):
        require(PUBLISH, act_as(cast.mel), report)
    with pytest.raises(NotAllowed):
        require(PUBLISH, act_as(cast.mia), report)
