"""Read who of the team and the Steering Council can sign in, and what stands in the way of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.accounts.enums import TO_CONFIRM, InvitationPhase
from members.accounts.models import Invitation, User, has_factor
from members.bring_in.enums import SignInState
from members.bring_in.registry import bounced
from members.people.models import Membership, Person, RoleKind, Suspension
from members.people.queries.people import find


@dataclass(frozen=True)
class SignIn:
    """One member or council member, with how far they are on the way to a login."""

    person: Person
    is_member: bool
    membership: Membership | None
    """The membership of today; None for a council member from outside the team."""
    state: SignInState
    email: str
    """The address of the login, or the last one that was named; empty for none."""
    invitation: Invitation | None
    """The newest one."""


def people_to_bring_in(day: date) -> QuerySet[Person]:
    """Return the members and the Steering Council of `day` (UTC), by name."""
    members = Person.objects.members(day).values("pk")
    council = Person.objects.holding(RoleKind.STEERING_COUNCIL, day).values("pk")
    return Person.objects.filter(Q(pk__in=members) | Q(pk__in=council))


def not_asked(at: datetime) -> QuerySet[Person]:
    """Return the members who have no login and no link that works or waits for a second person."""
    members = Person.objects.filter(pk__in=Person.objects.members(at.date()).values("pk"))
    asked = Invitation.objects.pending().filter(expires_at__gt=at).values("person")
    suspended = Suspension.objects.in_force().values("person")
    logins = User.objects.filter(is_active=True).values("person")
    return members.exclude(pk__in=asked).exclude(pk__in=suspended).exclude(pk__in=logins)


def who_can_sign_in(day: date) -> QuerySet[User]:
    """Return the logins of members that have a second factor and wait for nobody's word. Suspended ones are none."""
    members = Person.objects.members(day).values("pk")
    suspended = Suspension.objects.in_force().values("person")
    logins = User.objects.with_second_factor().filter(is_active=True, is_unconfirmed=False, person__in=members)
    return logins.exclude(person__in=suspended)


def sign_ins(at: datetime, *, text: str = "") -> list[SignIn]:
    """Return everybody to bring in, by name; with `text`, those who have it in their name. Four queries, or five."""
    day = at.date()
    rows = people_to_bring_in(day)
    if text:
        rows = rows.filter(pk__in=find(text).values("pk"))
    people = list(_with_logins(rows))
    memberships = {row.person_id: row for row in Membership.objects.on(day).filter(person__in=people)}
    invitations = _newest_invitations(people, at)
    back = bounced(invitation.pk for invitation in invitations.values())
    return [_sign_in(person, memberships.get(person.pk), invitations.get(person.pk), back, at) for person in people]


def _with_logins(people: QuerySet[Person]) -> QuerySet[Any]:
    of_person = {"person": OuterRef("pk")}
    return people.select_related("user").annotate(
        is_suspended=Exists(Suspension.objects.in_force().filter(**of_person)),
        has_factor=Exists(User.objects.filter(has_factor(), **of_person)),
    )


def _newest_invitations(people: Sequence[Person], at: datetime) -> dict[UUID, Invitation]:
    rows = Invitation.objects.with_standing(at).filter(person__in=people).select_related("invited_by", "person__user")
    return {row.person_id: row for row in rows.order_by("invited_at", "pk")}


def _sign_in(
    person: Any, membership: Membership | None, invitation: Invitation | None, back: Iterable[UUID], at: datetime
) -> SignIn:
    login: User | None = getattr(person, "user", None)
    is_open = login is not None and login.is_active
    named = invitation.email if invitation is not None else ""
    email = login.email if login is not None and (is_open or not named) else named
    state = _state(person, invitation, back, at, is_open=is_open, email=email)
    return SignIn(person, membership is not None, membership, state, email, invitation)


def _state(
    person: Any, invitation: Invitation | None, back: Iterable[UUID], at: datetime, *, is_open: bool, email: str
) -> SignInState:
    if person.is_suspended:
        return SignInState.SUSPENDED
    phase = invitation.phase(at) if invitation else None
    if is_open:
        if person.user.is_unconfirmed:
            return SignInState.UNCONFIRMED
        return SignInState.COMPLETE if person.has_factor else SignInState.NO_FACTOR
    if phase in TO_CONFIRM:
        return SignInState.UNCONFIRMED
    if phase == InvitationPhase.OPEN and invitation is not None:
        return SignInState.BOUNCED if invitation.pk in back else SignInState.INVITED
    return SignInState.NOT_INVITED if email else SignInState.NO_ADDRESS
