"""Confirm or refuse, as the second person, the addresses that bind people with standing to a login."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts.enums import TO_CONFIRM
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation, User
from members.accounts.policy import INVITATIONS, Action, InvitationAction, require
from members.accounts.workflow import access
from members.accounts.workflow.inviting import validity
from members.people.models import Person
from members.people.policy import Actor, actor_of
from members.people.workflow import lock_admins
from web.conflicts import Conflict


@transaction.atomic
def confirm_addresses(invitations: Iterable[UUID], *, by: Actor) -> list[Invitation]:
    """Confirm that these addresses belong to these people: the private links go out, the logins open.

    All or none. Raises `NotAllowed` for anybody but an admin or a Steering Council member, and for who named one of the
    addresses or would be let in by one; `Conflict` for one that no longer waits, and when whoever named it may no more.
    """
    rows, at, who = _locked(invitations, by)
    for row in rows:
        INVITATIONS.require(InvitationAction.CONFIRM, actor_of(who, at.date()), row, at)
        _confirm(row, who, at)
    record(AccountEvent.ADDRESSES_CONFIRMED, target=who, by=who, at=at, invitations=[row.pk for row in rows])
    return rows


@transaction.atomic
def refuse_addresses(invitations: Iterable[UUID], *, by: Actor) -> list[Invitation]:
    """Refuse these addresses: no link goes out, and a login that rests on one of them is closed.

    All or none. Raises as `confirm_addresses`, but whatever became of who named the address.
    """
    rows, at, who = _locked(invitations, by)
    for row in rows:
        INVITATIONS.require(InvitationAction.REFUSE, actor_of(who, at.date()), row, at)
        if row.accepted_at is not None:
            access.lock_out(User.objects.get(person=row.person))
        row.revoked_at, row.refused_by = at, who
        row.save(update_fields=["revoked_at", "refused_by"])
        record(AccountEvent.INVITATION_REFUSED, target=row, by=who, at=at, person=row.person_id)
    record(AccountEvent.ADDRESSES_REFUSED, target=who, by=who, at=at, invitations=[row.pk for row in rows])
    return rows


@transaction.atomic
def confirm_on_server(person: Person, address: str) -> None:
    """Confirm the login of `person` by the operator's word: they have repeated the `address` it has.

    Raises `Conflict` when it has another one by now.
    """
    login = User.objects.select_for_update().get(person=person)
    if login.email != address.lower():
        raise Conflict(f"{person.name} signs in with another address by now.")
    if not login.is_unconfirmed:
        return
    at = clock.now()
    row = Invitation.objects.filter(person=person, accepted_at__isnull=False, revoked_at=None).get()
    _confirm(row, None, at)


def _locked(invitations: Iterable[UUID], by: Actor) -> tuple[list[Invitation], datetime, Person]:
    """Return the rows, locked in one order, the moment, and the person who acts.

    Raises `NotAllowed`, and `Conflict` when one is gone or none was chosen.
    """
    who = require(Action.SEE_UNCONFIRMED, by)
    lock_admins()
    wanted = set(invitations)
    people = Invitation.objects.filter(pk__in=wanted).values("person")
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("person__user", "invited_by")
    rows = list(locked.filter(pk__in=wanted).order_by("pk"))
    if not wanted:
        raise Conflict("Tick at least one address.")
    at = clock.now()
    if len(rows) != len(wanted) or any(row.phase(at) not in TO_CONFIRM for row in rows):
        raise Conflict("One of these no longer waits: somebody has decided on it, or named another address.")
    return rows, at, who


def _confirm(row: Invitation, who: Person | None, at: datetime) -> None:
    row.confirmed_at, row.confirmed_by = at, who
    if row.accepted_at is None:
        row.expires_at = at + validity()
    row.save(update_fields=["confirmed_at", "confirmed_by", "expires_at"])
    if row.accepted_at is not None:
        User.objects.filter(person=row.person_id).update(is_unconfirmed=False)
    record(AccountEvent.INVITATION_CONFIRMED, target=row, by=who, at=at, person=row.person_id)
