"""The one shape of every policy, and that each of its conditions says the same of an actor and as a filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from django.utils import timezone

from members.accounts import workflow as accounts
from members.people.models import Person
from members.people.permissions import Policy, Rule, Who, the_person
from members.people.policy import ADMIN, ANONYMOUS, MEMBER, ONESELF, STEERING
from tests.cast import Cast, act_as
from tests.members.boarding.pages import begin
from tests.policy_things import THINGS, depends_on_a_thing, every_policy
from web.conflicts import Conflict, NotAllowed

POLICIES = every_policy()
NOW = datetime(2026, 5, 4, tzinfo=UTC)


# -- every policy of the project ----------------------------------------------------------------------


def test_the_policies_of_the_project_are_found() -> None:
    assert {
        "members.accounts.policy.INVITATIONS",
        "members.accounts.policy.POLICY",
        "members.people.policy.POLICY",
    } <= set(POLICIES)


def test_every_policy_that_looks_at_things_is_tried_on_things() -> None:
    missing = [name for name, policy in POLICIES.items() if depends_on_a_thing(policy) and name not in THINGS]
    assert missing == [], "add a function that makes their things to tests/policy_things.py"
    assert set(THINGS) <= set(POLICIES)


@pytest.mark.parametrize("name", list(POLICIES))
def test_each_policy_says_the_same_of_an_actor_and_as_a_filter(cast: Cast, name: str) -> None:
    """First the table as a whole, then each rule alone, with people who are suspended or have just begun."""
    policy = POLICIES[name]
    things = THINGS[name](cast) if name in THINGS else []
    _the_people_who_may_act_are_those_who_are_allowed(policy, things)
    if not depends_on_a_thing(policy):
        things.append(None)
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    accounts.suspend(cast.sara, "Another one.", by=act_as(cast.abel))
    begin(cast.nora)
    _each_rule_holds_of_those_whom_its_filter_finds(policy, things)


def _the_people_who_may_act_are_those_who_are_allowed(policy: Policy[Any, Any], things: list[Any]) -> None:
    actors = {person.pk: act_as(person) for person in Person.objects.all()}
    for thing in things:
        may = {pk: policy.allowed(actor, thing) for pk, actor in actors.items()}
        for action in {rule.action for rule in policy.rules}:
            allowed = {pk for pk in may if action in may[pk]}
            assert set(policy.people_who(action, thing).values_list("pk", flat=True)) == allowed, (action, thing)


def _each_rule_holds_of_those_whom_its_filter_finds(policy: Policy[Any, Any], things: list[Any]) -> None:
    actors = {person.pk: act_as(person) for person in Person.objects.all()}
    now = timezone.now()
    actions: dict[Who, list[str]] = {}  # many rules ask for the same condition
    for rule in policy.rules:
        actions.setdefault(rule.who, []).append(rule.action)
    for who, of in actions.items():
        for thing in things:
            by_actor = {pk for pk, actor in actors.items() if who.holds(actor, thing)}
            as_filter = set(Person.objects.filter(who.people(thing, now)).values_list("pk", flat=True))
            assert by_actor == as_filter, (of, thing)
            assert not who.holds(ANONYMOUS, thing), (of, thing)


# -- the shape ----------------------------------------------------------------------------------------


class Deed(StrEnum):
    SEE = "parcel:see"
    OPEN = "parcel:open"
    SEND = "parcel:send"


@dataclass(frozen=True)
class Parcel:
    """Something with a phase and with one person who is related to it."""

    owner: Person
    phase: str = "packed"
    label: str = "an address"


OWNER = the_person(lambda parcel: parcel.owner)

PARCELS: Policy[Deed, Parcel] = Policy(
    Rule(Deed.SEE, MEMBER),
    Rule(Deed.OPEN, OWNER, phases=frozenset({"packed", "arrived"})),
    Rule(Deed.OPEN, ADMIN & ~OWNER, phases=frozenset({"lost"})),
    Rule(Deed.SEND, OWNER | STEERING, phases=frozenset({"packed"}), otherwise=lambda parcel, _now: _missing(parcel)),
    phase_of=lambda parcel, _now: parcel.phase,
    instead={"lost": "It is lost.", "packed": "It is packed.", "arrived": "It has arrived."},
    see=Deed.SEE,
)


def _missing(parcel: Parcel) -> str:
    return "" if parcel.label else "It has no label."


def test_an_action_is_allowed_by_any_of_its_rules_in_the_rules_phases(cast: Cast) -> None:
    def allowed(person: Person, **facts: Any) -> frozenset[Deed]:
        return PARCELS.allowed(act_as(person), Parcel(cast.mel, **facts), NOW)

    assert allowed(cast.mel) == {Deed.SEE, Deed.OPEN, Deed.SEND}
    assert allowed(cast.mel, phase="arrived") == {Deed.SEE, Deed.OPEN}
    assert allowed(cast.mel, phase="lost") == {Deed.SEE}
    assert allowed(cast.ada, phase="lost") == {Deed.SEE, Deed.OPEN}
    assert allowed(cast.ada) == {Deed.SEE}
    assert allowed(cast.mel, label="") == {Deed.SEE, Deed.OPEN}


def test_without_seeing_a_thing_nothing_is_allowed(cast: Cast) -> None:
    parcel = Parcel(cast.mel)
    assert PARCELS.allowed(act_as(cast.sam), parcel, NOW) == frozenset()
    with pytest.raises(NotAllowed, match="parcel:see"):
        PARCELS.require(Deed.SEND, act_as(cast.sam), parcel, NOW)
    assert PARCELS.allowed(act_as(cast.sara), parcel, NOW) == {Deed.SEE, Deed.SEND}


def test_an_action_of_another_phase_is_a_conflict_and_the_rest_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match=r"It has arrived\."):
        PARCELS.require(Deed.SEND, act_as(cast.mel), Parcel(cast.mel, phase="arrived"), NOW)
    with pytest.raises(Conflict, match=r"It has no label\."):
        PARCELS.require(Deed.SEND, act_as(cast.mel), Parcel(cast.mel, label=""), NOW)
    with pytest.raises(NotAllowed, match="parcel:send"):
        PARCELS.require(Deed.SEND, act_as(cast.mia), Parcel(cast.mel), NOW)
    assert PARCELS.require(Deed.SEND, act_as(cast.mel), Parcel(cast.mel), NOW) == cast.mel


def test_an_obstacle_is_given_only_when_nobody_can_act(cast: Cast) -> None:
    assert PARCELS.obstacle(Deed.SEND, Parcel(cast.mel), NOW) == ""
    assert PARCELS.obstacle(Deed.SEND, Parcel(cast.mel, phase="lost"), NOW) == "It is lost."
    assert PARCELS.obstacle(Deed.OPEN, Parcel(cast.mel, phase="lost"), NOW) == ""
    assert list(PARCELS.people_who(Deed.SEND, Parcel(cast.mel, phase="lost"), NOW)) == []


def test_possible_actions_depend_on_the_actor_alone(cast: Cast) -> None:
    assert PARCELS.possible(act_as(cast.mel)) == {Deed.SEE}
    assert PARCELS.possible(act_as(cast.ada)) == {Deed.SEE, Deed.OPEN}
    assert PARCELS.possible(act_as(cast.sara)) == {Deed.SEE, Deed.SEND}
    assert PARCELS.require_any(Deed.OPEN, act_as(cast.ada)) == cast.ada
    with pytest.raises(NotAllowed):
        PARCELS.require_any(Deed.OPEN, act_as(cast.mel))


@pytest.mark.parametrize("now", [None, NOW])
def test_a_question_that_forgets_a_thing_the_rules_look_at_is_an_error(cast: Cast, now: datetime | None) -> None:
    for ask in (PARCELS.allows, PARCELS.require):
        with pytest.raises(TypeError, match="depends on a thing"):
            ask(Deed.SEND, act_as(cast.mel), None, now)
    with pytest.raises(TypeError, match="depends on a thing"):
        PARCELS.people_who(Deed.SEND, None, now)
    assert PARCELS.allows(Deed.SEE, act_as(cast.mel), None, now)


def test_conditions_combine_alike_on_an_actor_and_as_a_filter(cast: Cast) -> None:
    cases = {
        "both": (MEMBER & STEERING, {"sara"}),
        "either": (ADMIN | STEERING, {"ada", "abel", "sara", "sam"}),
        "not": (STEERING & ~MEMBER, {"sam"}),
        "oneself": (ADMIN & ~ONESELF, {"abel"}),
        "only oneself": (MEMBER & ONESELF, {"ada"}),
    }
    for name, (who, expected) in cases.items():
        assert {person.github for person in Person.objects.filter(who.people(cast.ada, timezone.now()))} == expected, (
            name
        )
        holders = {person.github for person in Person.objects.all() if who.holds(act_as(person), cast.ada)}
        assert holders == expected, name
