"""Audiences of invitations and suspensions."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q

from audit import clock
from audit.models import Event
from members.accounts import policy
from members.accounts.models import Invitation, User
from members.people.models import Person, RoleKind, Suspension
from notifications.audiences.people import People, at_login, nobody
from notifications.queries import invitation_of
from notifications.recipients import INVITATION_PREFIX, Recipient


def invited_address(event: Event) -> list[Recipient]:
    """Return the address of an invitation while it can be accepted, unless a second person had to confirm it."""
    return _open_address(event, confirmed_at=None)


def confirmed_address(event: Event) -> list[Recipient]:
    """Return the address of an invitation while it can be accepted, once a second person has confirmed it."""
    return _open_address(event, confirmed_at__isnull=False)


def open_address(event: Event) -> list[Recipient]:
    """Return the address of an invitation while it can be accepted."""
    return _open_address(event)


def without_factor(event: Event) -> list[Recipient]:
    """Return the owner of an open login that has no second factor yet."""
    logins = User.objects.filter(pk=event.target_id, is_active=True).exclude(pk__in=User.objects.with_second_factor())
    return [recipient for login in logins.select_related("person") for recipient in at_login(login.person)]


def _open_address(event: Event, **conditions: Any) -> list[Recipient]:
    invitations = Invitation.objects.open(clock.now()).filter(pk=event.target_id, **conditions)
    return [
        Recipient(f"{INVITATION_PREFIX}{invitation.pk}", invitation.email, invitation.person.name)
        for invitation in invitations.select_related("person")
    ]


def old_address(event: Event) -> list[Recipient]:
    """Return the owner of a login at its address while a new one waits to be proven."""
    is_open = EmailAddress.objects.filter(pk=event.data["address"], verified=False).exists()
    return at_login(Person.objects.get(pk=event.data["person"])) if is_open else []


def watchers(event: Event) -> People:
    """Return all who watch whom a login is bound to: the admins and the Steering Council.

    Of one invitation they are told if its person has standing, and without that person: a thief may read the mailbox
    that was named. The one who acted is told as well: somebody else may have acted in their session.
    """
    people = policy.people_who(policy.Action.SEE_UNCONFIRMED)
    if not _is_of_one(event):
        return people
    person = invitation_of(event).person
    return people.exclude(pk=person.pk) if _is_watched(event) else nobody()


def suspended_watchers(event: Event) -> list[Recipient]:
    """Return those who would be among the `watchers` but for a suspension, at the addresses of their logins.

    One admin can suspend another; nobody can keep this news from them.
    """
    if _is_of_one(event) and not _is_watched(event):
        return []
    day = clock.now().date()
    suspended = Suspension.objects.in_force().values("person")
    admins = Person.objects.members(day).filter(pk__in=Person.objects.holding(RoleKind.ADMIN, day).values("pk"))
    council = Person.objects.holding(RoleKind.STEERING_COUNCIL, day)
    people = Person.objects.filter(Q(pk__in=admins.values("pk")) | Q(pk__in=council.values("pk")), pk__in=suspended)
    return [recipient for person in people.order_by("pk") for recipient in at_login(person)]


def _is_of_one(event: Event) -> bool:
    """Return whether `event` is about one invitation, not about a list of them."""
    return event.target.startswith("accounts.invitation:")


def _is_watched(event: Event) -> bool:
    """Return whether the person of an invitation has standing; of a list, its own event tells."""
    in_list = event.data.get("in_list", False)
    return not in_list and invitation_of(event).has_standing(clock.now())


def suspended(event: Event) -> list[Recipient]:
    """Return the person whose access was closed or given back."""
    return at_login(_suspension(event).person)


def who_end_suspensions(event: Event) -> People:
    """Return the people who may end this suspension."""
    return policy.people_who(policy.Action.END_SUSPENSION, _suspension(event).person)


def _suspension(event: Event) -> Suspension:
    return Suspension.objects.select_related("person").get(pk=event.target_id)
