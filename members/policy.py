"""Who somebody is right now, and what they may do to people, memberships and invitations.

An `Actor` is made afresh from live rows for every request and again for every mail; it is never
kept in a session. Roles that outlive a membership are how other sites were broken into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import PermissionDenied

from members.models import Invitation, Membership, Onboarding, Person, Role, RoleKind, Suspension


class NotAllowed(PermissionDenied):
    """The actor may see the thing, but not do this to it. Becomes the 403 page."""


class Conflict(Exception):  # noqa: N818  reads as a sentence: raise Conflict("...")
    """The thing is no longer in a state that allows this; the message is a sentence for the actor.

    Becomes the 409 page unless the view has a better place for the sentence.
    """


@dataclass(frozen=True)
class Actor:
    """Somebody on one day: who they are, whether a member, with which roles."""

    person: Person | None = None
    is_member: bool = False
    roles: frozenset[RoleKind] = field(default_factory=frozenset)

    @property
    def is_anonymous(self) -> bool:
        """Nobody is signed in."""
        return self.person is None

    @property
    def is_admin(self) -> bool:
        """An admin is a *member* the Steering Council has designated (PEP 811)."""
        return self.is_member and RoleKind.ADMIN in self.roles

    @property
    def is_steering(self) -> bool:
        """Sits on the Steering Council, member or not."""
        return RoleKind.STEERING_COUNCIL in self.roles

    def is_person(self, person: Person | None) -> bool:
        """Whether the actor is this person; nobody is not nobody."""
        return self.person is not None and person is not None and self.person.pk == person.pk


ANONYMOUS = Actor()


def actor_of(person: Person | None, day: date) -> Actor:
    """The actor `person` is on `day` (UTC). Two queries, none for nobody.

    Who is suspended is nothing, whatever they hold: the membership goes on, the access does not.
    """
    if person is None:
        return ANONYMOUS
    suspended = Suspension.objects.in_force().values("person")
    return Actor(
        person=person,
        is_member=Membership.objects.on(day).filter(person=person).exclude(person__in=suspended).exists(),
        roles=frozenset(
            RoleKind(kind)
            for kind in Role.objects.on(day)
            .filter(person=person)
            .exclude(person__in=suspended)
            .values_list("kind", flat=True)
        ),
    )


class Action(StrEnum):
    """What can be done in this app beyond reading public pages."""

    # people, logins, periods
    INVITE = "person:invite"
    REVOKE = "invitation:revoke"
    SEE_INVITATIONS = "invitation:list"
    SEE_PEOPLE = "person:list"
    CORRECT_PEOPLE = "person:correct"
    RECORD_PERIODS = "membership:record"
    CORRECT_DAYS = "membership:correct"
    RECORD_ROLES = "role:record"
    # documents
    SEE_DOCUMENTS = "document:history"
    PUBLISH_DOCUMENTS = "document:publish"
    # the way in, the way out
    SEE_BOARDING = "boarding:list"
    ONBOARD = "onboarding:run"
    OFFBOARD = "offboarding:run"
    RESIGN = "membership:resign"
    SUSPEND = "suspension:begin"
    END_SUSPENSION = "suspension:end"
    # channels and drift
    SEE_CHANNELS = "channel:list"
    KEEP_CHANNELS = "channel:keep"
    SEE_DRIFT = "drift:see"
    CHECK_DRIFT = "drift:check"
    APPLY_DRIFT = "drift:apply"
    # the yearly report
    SEE_YEARLY = "yearly:see"
    RUN_YEARLY = "yearly:run"
    ANSWER_YEARLY = "yearly:answer"
    DECIDE_YEARLY = "yearly:decide"


def _member(actor: Actor) -> bool:
    return actor.is_member


def _admin(actor: Actor) -> bool:
    return actor.is_admin


def _steering(actor: Actor) -> bool:
    return actor.is_steering


def _admin_or_steering(actor: Actor) -> bool:
    return actor.is_admin or actor.is_steering


#: Who may do what, whatever the row; what a row adds is asked by `may`, by `allowed` and by the verbs.
WHO: Mapping[Action, Callable[[Actor], bool]] = {
    Action.INVITE: _admin,
    Action.REVOKE: _admin,
    Action.SEE_INVITATIONS: _admin,
    Action.SEE_PEOPLE: _admin,
    Action.CORRECT_PEOPLE: _admin,
    Action.RECORD_PERIODS: _admin,
    Action.CORRECT_DAYS: _admin,
    Action.RECORD_ROLES: _admin,
    Action.SEE_DOCUMENTS: _member,
    Action.PUBLISH_DOCUMENTS: _admin,
    Action.SEE_BOARDING: _admin,
    Action.ONBOARD: _admin,
    Action.OFFBOARD: _admin,
    Action.RESIGN: _member,
    Action.SUSPEND: _admin,
    Action.END_SUSPENSION: _admin_or_steering,
    Action.SEE_CHANNELS: _admin,
    Action.KEEP_CHANNELS: _admin,
    Action.SEE_DRIFT: _admin,
    Action.CHECK_DRIFT: _admin,
    Action.APPLY_DRIFT: _admin,
    Action.SEE_YEARLY: _admin_or_steering,
    Action.RUN_YEARLY: _admin,
    Action.ANSWER_YEARLY: _admin,
    Action.DECIDE_YEARLY: _steering,
}


#: What nobody does to themselves, whatever they are.
NOT_ON_ONESELF = frozenset({
    Action.RECORD_PERIODS,
    Action.RECORD_ROLES,
    Action.CORRECT_DAYS,
    Action.SUSPEND,
    Action.END_SUSPENSION,
    Action.OFFBOARD,
    Action.ANSWER_YEARLY,
    Action.DECIDE_YEARLY,
})  # fmt: skip


def general(actor: Actor) -> frozenset[Action]:
    """What `actor` may do as far as it does not depend on a row."""
    return frozenset(action for action, who in WHO.items() if who(actor))


def allowed(actor: Actor, invitation: Invitation | None = None) -> frozenset[Action]:
    """What `actor` may do; an invitation is revoked while it is open."""
    is_open = invitation is not None and invitation.accepted_at is None and invitation.revoked_at is None
    actions = general(actor)
    return actions if is_open else actions - {Action.REVOKE}


def may(action: Action, actor: Actor, concerning: Person) -> bool:
    """Whether `actor` may do this about one person."""
    return WHO[action](actor) and not (action in NOT_ON_ONESELF and actor.is_person(concerning))


def check(action: Action, actor: Actor, concerning: Person | None = None) -> Person:
    """Who does it; raises `NotAllowed` for anybody who may not, or not to the person it concerns."""
    is_allowed = WHO[action](actor) if concerning is None else may(action, actor, concerning)
    if actor.person is None or not is_allowed:
        raise NotAllowed(action)
    return actor.person


def may_accept(actor: Actor) -> bool:
    """Who takes the responsibilities on: members, and people on the way in."""
    return actor.is_member or Onboarding.objects.running().filter(person=actor.person).exists()


def check_accept(actor: Actor) -> Person:
    """Who accepts; raises `NotAllowed` for others."""
    if actor.person is None or not may_accept(actor):
        raise NotAllowed("document:accept")
    return actor.person


def require(action: StrEnum, actions: frozenset[StrEnum]) -> None:
    """Raise `NotAllowed` unless `action` is among `actions`."""
    if action not in actions:
        raise NotAllowed(action)
