"""Suspend a member in an emergency, and end a suspension; the membership goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.accounts.policy import Action, people_who, require, require_any
from members.accounts.queries.logins import who_can_sign_in
from members.accounts.workflow import access
from members.accounts.workflow.inviting import NamedAddress, offer
from members.people.models import Person, Suspension
from members.people.policy import Actor, actor_of
from members.people.workflow import lock_admins
from web.conflicts import Conflict


@transaction.atomic
def suspend(person: Person, reason: str, *, by: Actor) -> Suspension:
    """Close a member's access at once. The Steering Council and the admins are told.

    Raises `NotAllowed` for anybody but an admin, and for oneself: somebody who loses a device asks
    another admin. Raises `Conflict` for somebody who is no member, or suspended already, and when nobody besides `by`
    could end it.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    who = _check(Action.SUSPEND, by, person, at)
    require_who_ends(person, who)
    suspension = Suspension.objects.create(person=person, reason=reason, begun_at=at, begun_by=who)
    access.close(person)
    record(AccountEvent.SUSPENDED, target=suspension, by=who, at=at, person=person.pk)
    return suspension


def require_who_ends(person: Person, who: Person) -> None:
    """Raise `Conflict` unless somebody else than `who` could end a suspension of `person`, and any other in force."""
    others = people_who(Action.END_SUSPENSION, person).exclude(pk=who.pk)
    if not who_can_sign_in(others).exists():
        raise Conflict(
            f"Nobody but you could end it: besides {person.name} no admin and no council member has a login that "
            "works. Whoever runs the portal can close a login: manage.py reset_second_factor."
        )


def _check(action: Action, by: Actor, person: Person, at: datetime) -> Person:
    """Return the person behind `by` if they may at `at`, a moment since which nobody else changes who is an admin.

    Of two admins who suspend each other, the second is no admin any more. Raises as `require`.
    """
    require_any(action, by)  # who signed in with a login on one word has no role, whatever they are today
    return require(action, actor_of(by.person, at.date()), person, at)


@transaction.atomic
def end_suspension(suspension: Suspension, reason: str, *, by: Actor) -> Suspension:
    """End it; the old password and factors are gone, and the address they had waits for a second person.

    `by` gives the first word for that address; an invitation opens the login once there is a second one. Raises
    `NotAllowed` for anybody but an admin or a Steering Council member, and for the suspended themselves, `Conflict`
    when it has ended.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=suspension.person_id)
    at = clock.now()
    return finish_suspension(suspension, reason, _check(Action.END_SUSPENSION, by, person, at), at)


@transaction.atomic
def finish_suspension(suspension: Suspension, reason: str, who: Person | None, at: datetime) -> Suspension:
    """End it by the word of `who`, None for the operator; the caller holds the locks and has asked the policy."""
    suspension = Suspension.objects.select_related("person").get(pk=suspension.pk)
    if suspension.ended_at is not None:
        raise Conflict("This suspension has ended already.")
    suspension.ended_at, suspension.ended_by, suspension.end_reason = at, who, reason
    suspension.save()
    person = suspension.person
    record(AccountEvent.SUSPENSION_ENDED, target=suspension, by=who, at=at, person=person.pk)
    login = User.objects.filter(person=person).first()
    if login is not None:
        access.empty(login)
        if actor_of(person, at.date()).has_access:
            offer(NamedAddress(person, login.email, f"Their address before the suspension. {reason}"), who)
    return suspension
