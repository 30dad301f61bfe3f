"""The policy of a report, in each of its states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from advisories.reports.doors import LinkHolder, Viewer
from advisories.reports.enums import Determination
from advisories.reports.models import Report
from advisories.reports.policy import Action, allowed, allows, obstacle, people_who, possible, require
from audit import clock
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import every_state, holder_of, in_state
from tests.cast import Cast, act_as
from web.conflicts import Conflict, NotAllowed

NOW = datetime(2026, 9, 3, tzinfo=UTC)
SEE, REPLY, NOTE, MESSAGE = Action.SEE, Action.REPLY, Action.NOTE, Action.MESSAGE
EDIT, CORRECT = Action.EDIT_MESSAGE, Action.CORRECT
TAKE, OFFER, EMBARGO, SPLIT = Action.COORDINATE, Action.OFFER, Action.SET_EMBARGO, Action.SPLIT
ACCEPT, DECLINE, TAKE_BACK = Action.ACCEPT, Action.DECLINE, Action.TAKE_OFFER_BACK
DETERMINE, END, UNDO, REOPEN = Action.DETERMINE, Action.END_FORWARD, Action.UNDO, Action.REOPEN
#: Of every member, in every state.
TALK = {SEE, NOTE, MESSAGE, EDIT, CORRECT}
#: Of coordinators and admins while a report is unfinished.
WORK = {OFFER, EMBARGO, SPLIT}

#: state: (its coordinator, an admin, rita, any other member) may, besides `TALK`; rita is asked in "offered".
TABLE: dict[str, tuple[set[Action], set[Action], set[Action], set[Action]]] = {
    "received": ({TAKE}, {TAKE} | WORK, {TAKE}, {TAKE}),
    "triage": (WORK | {DETERMINE}, WORK | {DETERMINE}, set(), set()),
    "offered": (WORK | {DETERMINE, TAKE_BACK}, WORK | {DETERMINE, TAKE_BACK}, {ACCEPT, DECLINE}, set()),
    **dict.fromkeys(("vulnerability", "drafted", "approved"), (WORK | {REOPEN}, WORK | {REOPEN}, set(), set())),
    "forwarded": (WORK | {END, REOPEN}, WORK | {END, REOPEN}, set(), set()),
    "published": (set(), set(), set(), set()),
    "undoable": ({UNDO}, {UNDO}, set(), set()),
    "closed": ({REOPEN}, {REOPEN}, set(), set()),
}


@pytest.mark.rule("PSRT-17", "PSRT-34")
@pytest.mark.parametrize("state", TABLE)
def test_actions_of_members_by_state(cast: Cast, state: str) -> None:
    report = in_state(cast, state)
    coordinator, admin, asked, other = (TALK | more for more in TABLE[state])
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
        "release manager": asked,
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
        (state, action): obstacle(action, report, clock.now()) for state, report in reports.items() for action in Action
    }
    assert {key: sentences[key] for key in EXPECTED} == EXPECTED
    assert not any(sentences[state, action] for state in reports for action in (SEE, REPLY, *TALK))


EXPECTED = {
    ("triage", TAKE): "Mel Member coordinates this report already; it can be handed over.",
    ("published", OFFER): "This report is finished.",
    ("closed", EMBARGO): "This report is finished.",
    ("triage", TAKE_BACK): "The offer has ended.",
    ("received", DETERMINE): "Somebody has to coordinate this report first.",
    ("drafted", DETERMINE): "This report is determined already: vulnerability.",
    ("triage", END): "This report waits for no other project.",
    ("closed", END): "This report is finished.",
    ("closed", UNDO): "It is too late to undo this; it can be reopened, with a reason.",
    ("triage", UNDO): "Nothing was closed that could be undone.",
    ("published", UNDO): "The advisory is published; what is public cannot be taken back.",
    ("triage", REOPEN): "This report is not determined yet.",
    ("undoable", REOPEN): "The reporter does not know of it yet: undo it instead.",
    ("published", REOPEN): "The advisory is published; what is public cannot be taken back.",
}


def test_a_forwarding_does_not_end_before_its_reporter_knows_of_it(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.FORWARDED)
    assert obstacle(END, report) == "The reporter is told of the forwarding first; until then, undo it."


def test_an_offer_to_somebody_who_left_can_be_accepted_by_nobody(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    former = replace(act_as(cast.mia), is_member=False)
    assert allowed(former, report) == frozenset()


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
