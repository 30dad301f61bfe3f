"""The policy of an advisory: writing, approving and publishing it, in each state of its report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from advisories.publication.policy import Action, allowed, allows, obstacle, people_who, require
from advisories.reports.doors import Viewer
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import DRAFT, every_state, holder_of, in_state
from tests.cast import Cast, act_as
from web.conflicts import Conflict, NotAllowed

NOW = datetime(2026, 9, 3, tzinfo=UTC)
WRITE, APPROVE, PUBLISH = Action.DRAFT, Action.APPROVE, Action.PUBLISH

#: state: (its coordinator, an admin, any other member) may ...
TABLE: dict[str, tuple[set[Action], set[Action], set[Action]]] = {
    "received": (set(), set(), set()),
    "triage": (set(), set(), set()),
    "vulnerability": ({WRITE}, set(), set()),
    "drafted": ({WRITE}, {APPROVE}, {APPROVE}),
    "approved": ({WRITE, PUBLISH}, {PUBLISH}, set()),
    "published": (set(), set(), set()),
    "closed": (set(), set(), set()),
}


@pytest.mark.parametrize("state", TABLE)
def test_actions_on_advisories_by_state(cast: Cast, state: str) -> None:
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
def test_nobody_outside_the_team_may_do_anything_to_an_advisory(cast: Cast, state: str) -> None:
    report = in_state(cast, state)
    people = (cast.sam, cast.emil, cast.olga, cast.nora)
    strangers: list[Viewer] = [ANONYMOUS, holder_of(report), *map(act_as, people)]
    assert {len(allowed(stranger, report)) for stranger in strangers} == {0}


@pytest.mark.parametrize("state", TABLE)
def test_the_people_who_may_act_are_those_to_whom_it_is_allowed(cast: Cast, state: str) -> None:
    report = in_state(cast, state)
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    for action in Action:
        allowed_to = {person.github for person in everybody if allows(action, act_as(person), report)}
        assert {person.github for person in people_who(action, report)} == allowed_to, action


def test_a_coordinator_who_left_the_team_does_not_publish(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert allowed(replace(act_as(cast.mel), is_member=False), report) == frozenset()


def test_an_admin_who_is_no_member_does_not_publish(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert allowed(replace(act_as(cast.ada), is_member=False), report) == frozenset()


def test_an_admin_does_not_approve_what_they_wrote(cast: Cast) -> None:
    report = factories.drafted(cast.ada)
    assert APPROVE not in allowed(act_as(cast.ada), report)
    assert APPROVE in allowed(act_as(cast.abel), report)


@pytest.mark.rule("PEP811-44", "PSRT-10", "PSRT-53", "CNA-4.5.2.2", "CNA-5.1.3", "CNA-5.1.9", "CNA-5.1.10")
@pytest.mark.parametrize("incomplete", ["title", "description", "cve_id", "vector", "version_ranges", "references"])
def test_an_incomplete_draft_is_neither_approved_nor_published(cast: Cast, incomplete: str) -> None:
    empty = type(getattr(DRAFT, incomplete))()
    report = factories.drafted(cast.mel, draft=replace(DRAFT, **{incomplete: empty}))
    assert APPROVE not in allowed(act_as(cast.mia), report)
    assert PUBLISH not in allowed(act_as(cast.mel), report)
    assert obstacle(APPROVE, report, NOW).startswith("The draft still needs a")


def test_a_draft_whose_credits_are_open_is_not_approved(cast: Cast) -> None:
    report = factories.drafted(cast.mel, draft=replace(DRAFT, credits_settled=False))
    assert obstacle(APPROVE, report, NOW) == "The draft still needs settled credits."


def test_every_refusal_has_its_sentence(cast: Cast) -> None:
    reports = every_state(cast)
    sentences = {
        (state, action): obstacle(action, report, NOW) for state, report in reports.items() for action in Action
    }
    assert {key: sentences[key] for key in EXPECTED} == EXPECTED


EXPECTED = {
    ("received", WRITE): "Somebody has to say first that it is a vulnerability.",
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


def test_a_refusal_tells_what_is_not_yours_from_what_is_not_possible_now(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with pytest.raises(Conflict, match=r"^Somebody has to say first that it is a vulnerability\.$"):
        require(PUBLISH, act_as(cast.mel), report)
    with pytest.raises(NotAllowed):
        require(PUBLISH, act_as(cast.mia), report)
