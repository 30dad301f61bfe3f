"""The one shape of every policy: a table of rules that says who may do what, when, and why not now.

An app's `policy.py` makes a `Policy` from `Rule` objects and `Who` predicates. Views and verbs ask `require`, pages ask
`allowed`, and mail asks `people_who`; all of them read the same table. Each `Who` holds one condition in two
forms, on an actor and as a `Q`; tests/members/people/test_permissions.py compares the two on every rule of every app.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from audit import clock
from members.people.models import Person
from web.conflicts import Conflict, NotAllowed

A = TypeVar("A", bound=StrEnum)
T = TypeVar("T")

NOT_ANY_MORE = "This is not possible any more."
#: Why a phase allows no action: a sentence, or a function of the thing that makes it.
Instead = str | Callable[[T], str]
#: The `Q` of nobody: ``pk__in=[]`` costs no query and combines with others.
NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class Who:
    """A condition on people, asked of one actor (`holds`) or turned into a filter (`people`); both must agree.

    The thing is None where a page asks whether an actor could do something to *some* thing. A relation to a
    missing thing does not hold, and so its negation does.
    """

    holds: Callable[[Any, Any], bool]
    """Given the actor (or another viewer that the app knows) and the thing."""
    people: Callable[[Any, datetime], Q]
    """Given the thing and the moment: a filter on `Person`."""
    relational: bool = False
    """Whether the answer depends on the thing."""

    def __and__(self, other: Who) -> Who:
        return Who(
            lambda actor, thing: self.holds(actor, thing) and other.holds(actor, thing),
            lambda thing, now: self.people(thing, now) & other.people(thing, now),
            self.relational or other.relational,
        )

    def __or__(self, other: Who) -> Who:
        return Who(
            lambda actor, thing: self.holds(actor, thing) or other.holds(actor, thing),
            lambda thing, now: self.people(thing, now) | other.people(thing, now),
            self.relational or other.relational,
        )

    def __invert__(self) -> Who:
        return Who(
            lambda actor, thing: not self.holds(actor, thing),
            lambda thing, now: ~self.people(thing, now),
            self.relational,
        )


def the_person(of: Callable[[Any], Person | None]) -> Who:
    """Return the predicate of one person: the one that `of` finds for the thing, such as its coordinator."""

    def people(thing: Any, _now: datetime) -> Q:
        person = None if thing is None else of(thing)
        return NOBODY if person is None else Q(pk=person.pk)

    return Who(
        holds=lambda actor, thing: thing is not None and actor.is_person(of(thing)), people=people, relational=True
    )


def possible_now(_thing: Any, _now: datetime) -> str:
    """Return no obstacle: the action is possible whenever its phase allows it."""
    return ""


@dataclass(frozen=True)
class Rule(Generic[A]):
    """One line of a policy table. Several lines may name one action; any of them allows it."""

    action: A
    who: Who
    phases: frozenset[Any] | None = None
    """The phases of the thing in which it is possible; None for any, and for things without phases."""
    otherwise: Callable[[Any, datetime], str] = possible_now
    """An obstacle although the phase fits, as a sentence for the actor; "" for none."""


class Policy(Generic[A, T]):
    """The rules of one app about one kind of thing.

    `phase_of` gives the phase of a thing at a moment, `instead` a sentence for each phase in which an action is not
    possible, or a function that makes the sentence from the thing. Where `see` names an action, nothing at all is
    allowed to somebody who is not allowed that one.
    """

    def __init__(
        self,
        *rules: Rule[A],
        phase_of: Callable[[T, datetime], Any] | None = None,
        instead: Mapping[Any, Instead[T]] | Callable[[Any], Instead[T]] = lambda _phase: NOT_ANY_MORE,
        see: A | None = None,
    ) -> None:
        self.rules = rules
        self.phase_of = phase_of
        self.see = see
        self._instead = instead if callable(instead) else instead.__getitem__

    def allowed(self, actor: Any, thing: T | None, now: datetime | None = None) -> frozenset[A]:
        """Return everything that `actor` may do to `thing` at `now`, by default the database's present moment."""
        actions = frozenset(
            rule.action for rule in self.rules if rule.who.holds(actor, thing) and not self._obstacle(rule, thing, now)
        )
        return actions if self.see is None or self.see in actions else frozenset()

    def allows(self, action: A, actor: Any, thing: T | None = None, now: datetime | None = None) -> bool:
        """Return whether `actor` may do this; `thing` is left out for an action that concerns none."""
        self._require_thing(action, thing)
        is_visible = self.see is None or self._is_allowed(self.see, actor, thing, now)
        return is_visible and self._is_allowed(action, actor, thing, now)

    def _is_allowed(self, action: A, actor: Any, thing: T | None, now: datetime | None) -> bool:
        """Return whether a rule allows `action`, read alone: the rules of other actions may cost queries."""
        return any(
            rule.action == action and rule.who.holds(actor, thing) and not self._obstacle(rule, thing, now)
            for rule in self.rules
        )

    def possible(self, actor: Any) -> frozenset[A]:
        """Return what `actor` may do to some thing, as far as that depends on the actor alone."""
        return frozenset(rule.action for rule in self.rules if rule.who.holds(actor, None))

    def require(self, action: A, actor: Any, thing: T | None = None, now: datetime | None = None) -> Person:
        """Return the person behind `actor` if they may do this.

        Raises `Conflict` with a sentence if they could in another state of the thing, `NotAllowed` if not.
        """
        self._require_thing(action, thing)
        if self.see is not None and not self._is_allowed(self.see, actor, thing, now):
            raise NotAllowed(self.see)
        rules = [rule for rule in self.rules if rule.action == action and rule.who.holds(actor, thing)]
        if not rules:
            raise NotAllowed(action)
        obstacles = [self._obstacle(rule, thing, now) for rule in rules]
        if all(obstacles):
            raise Conflict(obstacles[0])
        return _person(actor, action)

    def who(self, action: A) -> Who:
        """Return the condition under which some rule allows `action`, whatever stands in the way at the moment."""
        return reduce(or_, (rule.who for rule in self.rules if rule.action == action))

    def require_any(self, action: A, actor: Any) -> Person:
        """Return the person behind `actor` if they may do this to some thing; raises `NotAllowed` if not.

        For a page that is asked before its thing is looked up, so that a stranger does not learn which things exist.
        """
        if action not in self.possible(actor):
            raise NotAllowed(action)
        return _person(actor, action)

    def obstacle(self, action: A, thing: T, now: datetime | None = None) -> str:
        """Return why nobody can do this to `thing` at `now`, as a sentence; "" when somebody can."""
        obstacles = [self._obstacle(rule, thing, now) for rule in self.rules if rule.action == action]
        return obstacles[0] if all(obstacles) else ""

    def people_who(self, action: A, thing: T | None = None, now: datetime | None = None) -> QuerySet[Person]:
        """Return the people who may do this at `now`; nobody while it is not possible."""
        self._require_thing(action, thing)
        now = now or clock.now()
        allowed = NOBODY
        for rule in self.rules:
            if rule.action == action and not self._obstacle(rule, thing, now):
                allowed |= rule.who.people(thing, now)
        return Person.objects.filter(allowed)

    def _require_thing(self, action: A, thing: T | None) -> None:
        """Refuse a question about one thing that forgets the thing: a mistake in the code, never in the input."""
        if thing is None and any(rule.who.relational for rule in self.rules if rule.action == action):
            raise TypeError(f"{action} depends on a thing: pass it, or ask `possible` or `require_any`")

    def _obstacle(self, rule: Rule[A], thing: T | None, now: datetime | None) -> str:
        """Return what stands in the way; the clock is read only by a rule that depends on it."""
        if thing is None or (rule.phases is None and rule.otherwise is possible_now):
            return ""
        now = now or clock.now()
        if rule.phases is not None and self.phase_of is not None:
            phase = self.phase_of(thing, now)
            if phase not in rule.phases:
                sentence = self._instead(phase)
                return sentence if isinstance(sentence, str) else sentence(thing)
        return rule.otherwise(thing, now)


def _person(actor: Any, action: StrEnum) -> Person:
    person: Person | None = actor.person
    if person is None:
        raise NotAllowed(action)
    return person
