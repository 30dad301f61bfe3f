"""Who somebody is right now, and what they may do to people, memberships and invitations.

An `Actor` is made afresh from live rows for every request and again for every mail; it is never
kept in a session. Roles that outlive a membership are how other sites were broken into.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import PermissionDenied

from members.models import Invitation, Membership, Person, Role, RoleKind


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
    """The actor `person` is on `day` (UTC). Two queries, none for nobody."""
    if person is None:
        return ANONYMOUS
    return Actor(
        person=person,
        is_member=Membership.objects.on(day).filter(person=person).exists(),
        roles=frozenset(
            RoleKind(kind) for kind in Role.objects.on(day).filter(person=person).values_list("kind", flat=True)
        ),
    )


class Action(StrEnum):
    """What can be done in this app beyond reading public pages."""

    INVITE = "person:invite"
    REVOKE = "invitation:revoke"
    SEE_INVITATIONS = "invitation:list"


def allowed(actor: Actor, invitation: Invitation | None = None) -> frozenset[Action]:
    """What `actor` may do about invitations, or about one of them."""
    if not actor.is_admin:
        return frozenset()
    actions = {Action.SEE_INVITATIONS, Action.INVITE}
    if invitation is not None and invitation.accepted_at is None and invitation.revoked_at is None:
        actions.add(Action.REVOKE)
    return frozenset(actions)


def require(action: StrEnum, actions: frozenset[StrEnum]) -> None:
    """Raise `NotAllowed` unless `action` is among `actions`; every verb and guarded view calls it."""
    if action not in actions:
        raise NotAllowed(action)
