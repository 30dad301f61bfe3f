"""The page of the audit log: a sentence an event, grouped by day, and whether the log is whole."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.urls import reverse

from advisories.reports.models import Report
from audit.events import AuditEvent
from audit.models import Event, label
from audit.queries import last_of
from members.accounts.models import Invitation, User
from members.boarding.models import Checklist, Memorial
from members.channels.models import Channel
from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.inactivity.models import ActivityNote, ReviewDecision, ReviewEntry
from members.people.models import Membership, Person, Role, Suspension
from members.people.policy import Actor
from nominations.models import Nomination, Resolution, Vote
from psrt_portal.audit_log.sentences import SHOWN, Sentence

#: The schedule verifies once a day; later than this is late.
LATE = timedelta(hours=36)
#: Where a row is gone, or is nobody's any more.
_UNKNOWN = "somebody or something that is not on record any more"


@dataclass(frozen=True)
class Fragment:
    """A piece of a sentence; a name is set off from the words around it, and may lead somewhere."""

    text: str
    is_name: bool = False
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One event."""

    at: datetime
    parts: tuple[Fragment, ...]
    group: str
    initials: str
    """Of the person who acted; empty for the portal and for a reporter."""


@dataclass(frozen=True)
class Day:
    """The lines of one day in UTC, latest first."""

    day: date
    name: str
    """``Today`` or ``Yesterday``, or empty."""
    lines: tuple[Line, ...]


def days_of(events: Iterable[Event], actor: Actor, now: datetime) -> list[Day]:
    """Return the lines of `events`, grouped by day: one query for each kind of thing that is named."""
    events = list(events)
    names = _Names(events, actor)
    today = now.astimezone(UTC).date()
    names_of_days = {today: "Today", today - timedelta(days=1): "Yesterday"}
    by_day = groupby(events, key=lambda event: event.at.astimezone(UTC).date())
    return [
        Day(day, names_of_days.get(day, ""), tuple(_line(event, names) for event in of_day)) for day, of_day in by_day
    ]


def _line(event: Event, names: _Names) -> Line:
    sentence = SHOWN[event.kind]
    by = names.of_actor(event.actor)
    return Line(event.at, tuple(_parts(event, sentence, by, names)), sentence.group.label, _initials(by))


def _parts(event: Event, sentence: Sentence, by: Fragment, names: _Names) -> Iterator[Fragment]:
    """Yield the sentence in pieces; the words of a place may have places of their own."""
    template = sentence.text
    for place, choices in sentence.wording.items():
        template = template.replace(f"{{{place}}}", choices.get(_datum(event, place), choices[None]))
    for literal, name, _format, _conversion in string.Formatter().parse(template):
        if literal:
            yield Fragment(literal)
        if name == "by":
            yield by
        elif name:
            model, key = sentence.things[name]
            yield names.of(model, _key_of(event, key))


def _key_of(event: Event, key: str) -> str:
    return str(_datum(event, key)) if key else event.target_id


def _datum(event: Event, key: str) -> str | int | None:
    """Return one value of the data; None for anything else, so that no forged row can keep the page from its reader."""
    value = event.data.get(key) if isinstance(event.data, dict) else None
    return value if isinstance(value, str | int) else None


def _is_key(model: type[Model], key: str) -> bool:
    try:
        return model._meta.pk.to_python(key) is not None
    except ValidationError:
        return False


def _initials(by: Fragment) -> str:
    parts = by.text.split() if by.is_name else []
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


# -- names ---------------------------------------------------------------------------------------------

#: Where the name of a person stands, seen from what an event is about.
_PERSON_OF: Mapping[type[Model], str] = {
    ActivityNote: "person",
    Checklist: "person",
    Invitation: "person",
    Membership: "person",
    Memorial: "person",
    Nomination: "nominee",
    Resolution: "person",
    ReviewDecision: "entry__person",
    ReviewEntry: "person",
    Role: "person",
    Suspension: "person",
    User: "person",
    Vote: "nomination__nominee",
}


class _Names:
    """The names of everybody and everything in some events."""

    def __init__(self, events: list[Event], actor: Actor) -> None:
        self._actor = actor
        wanted: dict[type[Model], set[str]] = {Person: set()}
        person = label(Person(pk=""))
        for event in events:
            if event.actor.startswith(person):
                wanted[Person].add(event.actor.removeprefix(person))
            for model, key in SHOWN[event.kind].things.values():
                wanted.setdefault(model, set()).add(_key_of(event, key))
        self._parts = {
            model: self._read(model, {key for key in keys if _is_key(model, key)}) for model, keys in wanted.items()
        }

    def of_actor(self, actor: str) -> Fragment:
        """Return who acted."""
        if actor == "system":
            return Fragment("The portal")
        if actor == "reporter":
            return Fragment("The reporter")
        return self.of(Person, actor.partition(":")[2])

    def of(self, model: type[Model], key: str) -> Fragment:
        """Return the name of a row."""
        return self._parts[model].get(key, Fragment(_UNKNOWN))

    def _read(self, model: type[Model], keys: set[str]) -> dict[str, Fragment]:
        if not keys:
            return {}
        if model is Report:
            rows = Report.objects.visible_to(self._actor).filter(pk__in=keys).values_list("pk", "reference")
            return {str(pk): Fragment(number, True, reverse("reports:detail", args=[number])) for pk, number in rows}
        if model is Channel:
            channels = Channel.objects.filter(pk__in=keys).values_list("pk", "name")
            return {str(pk): Fragment(name, True) for pk, name in channels}
        if model in {Acceptance, DocumentVersion}:
            return dict(_documents(model, keys))
        return dict(_people(model, keys))


def _people(model: type[Model], keys: set[str]) -> Iterator[tuple[str, Fragment]]:
    prefix = f"{_PERSON_OF[model]}__" if model is not Person else ""
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=keys)
    for pk, name, slug in rows.values_list("pk", f"{prefix}name", f"{prefix}slug"):
        yield str(pk), Fragment(name, True, reverse("people:record", args=[slug]))


def _documents(model: type[Model], keys: set[str]) -> Iterator[tuple[str, Fragment]]:
    prefix = "version__" if model is Acceptance else ""
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=keys)
    for pk, kind, number in rows.values_list("pk", F(f"{prefix}kind"), F(f"{prefix}number")):
        yield str(pk), Fragment(f"{DocumentKind(kind).label}, version {number}", True)


# -- whether it is whole ---------------------------------------------------------------------------------


class CheckState(StrEnum):
    """The state of the log by the last check of it."""

    NONE = "none"  # the schedule has not run yet
    WHOLE = "whole"
    LATE = "late"  # it was whole, and should have been verified since
    CHANGED = "changed"  # the check found differences
    FILE = "file"  # no checkpoint could be kept


#: The state after each kind of event that ends a check.
CHECKS = {
    AuditEvent.CHECKPOINT_KEPT: CheckState.WHOLE,
    AuditEvent.CHECKPOINT_FAILED: CheckState.FILE,
    AuditEvent.VERIFICATION_FAILED: CheckState.CHANGED,
}


def state_after(kind: str | None, *, is_late: bool) -> CheckState:
    """Return the state of the log after the last check, an event of `kind`; None if there was none."""
    state = CHECKS[AuditEvent(kind)] if kind else CheckState.NONE
    return CheckState.LATE if state is CheckState.WHOLE and is_late else state


@dataclass(frozen=True)
class Check:
    """The last check of the log, and the last checkpoint there is."""

    last: Event | None
    kept: Event | None
    state: CheckState


def last_check(now: datetime) -> Check:
    """Return what the schedule found last, by the log itself: one query, two when that was no checkpoint."""
    last = last_of(*CHECKS)
    is_kept = last is not None and last.kind == AuditEvent.CHECKPOINT_KEPT
    kept = last if is_kept or last is None else last_of(AuditEvent.CHECKPOINT_KEPT)
    is_late = last is not None and now - last.at > LATE
    return Check(last, kept, state_after(last.kind if last else None, is_late=is_late))
