"""Record that somebody has died: access ends with the first word, the membership with the second."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation, User
from members.accounts.queries.logins import who_can_sign_in
from members.boarding.events import BoardingEvent
from members.boarding.models import Checklist, Memorial
from members.boarding.policy import MEMORIALS, Action, MemorialAction, require
from members.boarding.queries import lost_login_since
from members.boarding.workflow.offboarding import begin_offboarding
from members.people.models import Membership, MembershipEnded, Person, Role
from members.people.policy import RECORDED_ELSEWHERE, Actor
from members.people.workflow import lock_admins
from web.conflicts import Conflict


@transaction.atomic
def record_death(person: Person, source: str, *, by: Actor) -> Memorial:
    """Record that somebody has died, by a first word. All access ends at once, and no mail goes to them any more.

    Raises `NotAllowed` for anybody but an admin, and `Conflict` for somebody who never was a member, or of whom it is
    recorded already, and when nobody else could undo or confirm it: one admin alone must lock out neither everybody
    else nor the whole council.
    """
    lock_admins()
    person, at = Person.objects.select_for_update().get(pk=person.pk), clock.now()
    who = require(Action.RECORD_DEATH, by, person, at)
    accounts_workflow.require_who_ends(person, who)
    memorial = Memorial.objects.create(
        person=person, source=source, recorded_at=at, recorded_by=who, login_was_open=_lock_out(person, at)
    )
    _require_who_confirms(memorial)
    record(BoardingEvent.MEMORIAL_RECORDED, target=memorial, by=who, at=at, person=person.pk)
    return memorial


def _require_who_confirms(memorial: Memorial) -> None:
    """Raise `Conflict` unless somebody who can sign in may give the second word, of a seat or an admin on the council.

    `require_who_ends` has found somebody for everybody else.
    """
    if not who_can_sign_in(MEMORIALS.people_who(MemorialAction.CONFIRM, memorial)).exists():
        raise Conflict(
            "Nobody else on the Steering Council has a login that works, and only a council member could confirm it. "
            "Suspend an admin instead; the people who run the server end a seat: manage.py council_seat."
        )


def _lock_out(person: Person, at: datetime) -> bool:
    """End every session, invitation and sign-in, a council seat's too; return whether the login was open."""
    Invitation.objects.pending().filter(person=person).update(revoked_at=at)
    user = User.objects.filter(person=person).first()
    if user is None:
        return False
    was_open = user.is_active
    accounts_workflow.lock_out(user)
    return was_open


@transaction.atomic
def confirm_death(memorial: Memorial, *, by: Actor) -> Memorial:
    """Confirm it, by a second word: the membership and every role end, and the checklist of the channels begins.

    Of somebody who had left before, the last membership is marked. Raises `NotAllowed` for anybody but another admin or
    a council member, `Conflict` for an admin when it is about an admin or a seat on the council, when it is confirmed
    or undone, and when too few admins would be left.
    """
    lock_admins()
    at = clock.now()
    memorial = _locked(memorial)
    who = MEMORIALS.require(MemorialAction.CONFIRM, by, memorial, at)
    person = memorial.person
    held = sorted(Role.objects.on(at.date()).filter(person=person).values_list("pk", flat=True))
    running = Membership.objects.filter(person=person, ended="").exists()
    if running:
        begin_offboarding(person, ending=MembershipEnded.MEMORIAM, authority=memorial.source, by=by, at=at)
    Role.objects.filter(pk__in=held).update(until=at.date(), end_authority=memorial.source)
    memorial.ended_roles = held
    memorial.membership = _last_membership(person)
    memorial.ended_before = "" if running else memorial.membership.ended
    memorial.membership.ended = MembershipEnded.MEMORIAM
    memorial.membership.save(update_fields=["ended"])
    memorial.confirmed_at, memorial.confirmed_by = at, who
    memorial.save()
    accounts_workflow.close(person)  # for good: the seat on the council has ended, too
    record(BoardingEvent.MEMORIAL_CONFIRMED, target=memorial, by=who, at=at, person=person.pk)
    return memorial


@transaction.atomic
def undo_death(memorial: Memorial, reason: str, *, by: Actor) -> Memorial:
    """Undo a record that was a mistake: the membership goes on as if it had not ended, or is as it was before.

    A login that the first word alone had closed opens again. After a confirmation it takes an invitation, which needs
    two people's word, and neither a seat nor the role of an admin comes back by itself.

    Raises `NotAllowed` for anybody but an admin or a council member, `Conflict` when it is undone.
    """
    lock_admins()
    at = clock.now()
    memorial = _locked(memorial)
    who = MEMORIALS.require(MemorialAction.UNDO, by, memorial, at)
    if memorial.membership is None:
        _reopen_login(memorial, at)
    else:
        _restore(memorial, memorial.membership)
    memorial.undone_at, memorial.undone_by, memorial.undo_reason = at, who, reason
    memorial.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    record(BoardingEvent.MEMORIAL_UNDONE, target=memorial, by=who, at=at, person=memorial.person_id)
    return memorial


def _locked(memorial: Memorial) -> Memorial:
    Person.objects.select_for_update().get(pk=memorial.person_id)
    related = ("person", "recorded_by", "membership")
    return Memorial.objects.select_related(*related).get(pk=memorial.pk)


def _last_membership(person: Person) -> Membership:
    """Return the membership that ended last, by the rule of `PersonQuerySet.annotate_last_end`."""
    return Membership.objects.filter(person=person).order_by(F("until").desc(nulls_last=True), "-pk")[0]


def _reopen_login(memorial: Memorial, at: datetime) -> None:
    """Open the login again that was closed by the first word, unless something else would have closed it meanwhile."""
    if memorial.login_was_open and not lost_login_since(memorial.person, memorial.recorded_at, at):
        User.objects.filter(person=memorial.person).update(is_active=True)


def _restore(memorial: Memorial, membership: Membership) -> None:
    """Let the membership and the roles go on; power comes back only by those who give it."""
    membership.ended = memorial.ended_before
    if not memorial.ended_before:
        Checklist.objects.offboardings().filter(membership=membership).delete()
        membership.until, membership.end_authority = None, ""
    membership.save(update_fields=["ended", "until", "end_authority"])
    ended = Role.objects.filter(pk__in=memorial.ended_roles).exclude(kind__in=RECORDED_ELSEWHERE)
    ended.update(until=None, end_authority="")
