"""Write what counts beside the portal's own records: coordinator credits as GitHub has them, and notes of admins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.channels.connectors import ConnectorError, CoordinatorCredited, github_advisories
from members.inactivity import queries
from members.inactivity.events import InactivityEvent
from members.inactivity.models import ActivityNote, CoordinatorCredit, CreditSource
from members.inactivity.policy import NOTES, NOTING, Action, NoteAction, obstacle_to_day, require
from members.people.models import Membership, Person
from members.people.policy import Actor
from web.conflicts import Conflict

# -- coordinator credits ------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_credits(*, by: Actor) -> None:
    """Ask the worker to read every source.

    Raises `NotAllowed` for anybody but an admin, `Conflict` while nothing is connected.
    """
    who = require(Action.RUN_REVIEWS, by)
    if github_advisories() is None:
        raise Conflict("GitHub’s security advisories are not connected.")
    at = clock.now()
    for name in settings.GITHUB_ADVISORIES:
        CreditSource.objects.update_or_create(name=name, defaults={"asked_at": at})
    record(InactivityEvent.CREDITS_ASKED, target=who, by=who, at=at)


def read_credits(name: str) -> bool:
    """Ask GitHub for the coordinator credits of one source and keep them; return whether GitHub answered.

    For workers only, outside any transaction. What was read before stays when GitHub does not answer.
    """
    connector = github_advisories()
    if connector is None:
        return False
    try:
        found = connector.coordinators(name)
    except ConnectorError as error:
        _note_failure(name, str(error))
        return False
    keep_credits(name, found)
    return True


@transaction.atomic
def keep_credits(name: str, found: Iterable[CoordinatorCredited]) -> CreditSource:
    """Replace the credits of a source by those that were found, as far as they belong to people on record."""
    CreditSource.objects.get_or_create(name=name)
    source = CreditSource.objects.select_for_update().get(name=name)
    by_account = {credited.account for credited in found}
    ours = set(Person.objects.filter(github_id__in=by_account).values_list("github_id", flat=True))
    source.credits.all().delete()
    kept = CoordinatorCredit.objects.bulk_create(
        CoordinatorCredit(source=source, account=one.account, advisory=one.advisory, day=one.day)
        for one in found
        if one.account in ours
    )
    source.read_at, source.failed_at, source.error = clock.now(), None, ""
    source.save(update_fields=["read_at", "failed_at", "error"])
    record(InactivityEvent.CREDITS_READ, target=source, by=None, at=source.read_at, credits=len(kept))
    return source


def _note_failure(name: str, error: str) -> None:
    CreditSource.objects.update_or_create(name=name, defaults={"failed_at": clock.now(), "error": error[:300]})


# -- notes ------------------------------------------------------------------------------------------------------


@transaction.atomic
def note_activity(person: Person, *, day: date, text: str, by: Actor) -> ActivityNote:
    """Note that a member worked on a report outside the portal on `day` (UTC), in the words of the admin `by`.

    Raises `NotAllowed` for anybody but an admin, and about oneself; `Conflict` for somebody who is no member, for a day
    outside the period, and for what is noted already.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    who = NOTING.require(NoteAction.WRITE, by, person, at)
    if not Membership.objects.on(at.date()).filter(person=person).exists():
        raise Conflict(f"{person.name} is not a member, so there is nothing to note.")
    if obstacle := obstacle_to_day(day, queries.first_day_to_note(at), at.date()):
        raise Conflict(obstacle)
    if ActivityNote.objects.filter(person=person, day=day, text=text, withdrawn_at=None).exists():
        raise Conflict("This is noted already.")
    note = ActivityNote.objects.create(person=person, day=day, text=text, written_by=who, written_at=at)
    record(InactivityEvent.ACTIVITY_NOTED, target=note, by=who, at=at, person=person.pk)
    return note


@transaction.atomic
def withdraw_note(note: ActivityNote, *, by: Actor) -> ActivityNote:
    """Withdraw a note, which is kept and counts no more in lists that are made after this.

    Raises `NotAllowed` for anybody but an admin, and for the person it is about; `Conflict` for a withdrawn one.
    """
    note = queries.notes().select_for_update(of=("self",)).get(pk=note.pk)
    at = clock.now()
    who = NOTES.require(NoteAction.WITHDRAW, by, note, at)
    note.withdrawn_at, note.withdrawn_by = at, who
    note.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(InactivityEvent.NOTE_WITHDRAWN, target=note, by=who, at=at, person=note.person_id)
    return note
