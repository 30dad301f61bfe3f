"""The table of people and channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse

from members.boarding.models import Checklist
from members.drift.models import Finding, FindingKind, Reading
from members.drift.pages.sentences import account_of
from members.people.models import Membership, Person, Suspension

_STILL_IN = "critical"


@dataclass(frozen=True)
class DriftCell:
    """One person in one channel; `tone` is the badge's."""

    channel: str
    label: str
    tone: str
    note: str = ""


@dataclass(frozen=True)
class DriftRow:
    """One person in every channel."""

    person: Person
    url: str
    """Their checklist while one runs, their record otherwise."""
    standing: str
    """The label of the badge beside the name; empty for a member."""
    standing_tone: str
    cells: tuple[DriftCell, ...]

    @property
    def differs(self) -> bool:
        """Return whether something is to be done about the person."""
        return any(cell.tone not in {"good", ""} for cell in self.cells)

    @property
    def still_in(self) -> str:
        """Return the channels in which they are although they have left, as text."""
        return ", ".join(cell.channel for cell in self.cells if cell.tone == _STILL_IN)

    @property
    def order(self) -> tuple[bool, bool, str, str]:
        """Sort people who left and are still somewhere first, then everybody who differs, then by name."""
        still_in = any(cell.tone == _STILL_IN for cell in self.cells)
        return (not still_in, not self.differs, self.person.name.casefold(), str(self.person.pk))


#: The label of a cell, and the tone of its badge.
_CELLS = {
    FindingKind.LEFT: ("still in", _STILL_IN),
    FindingKind.MISSING: ("missing", "now"),
    FindingKind.PENDING: ("pending", "accent"),
    FindingKind.RENAMED: ("renamed", "accent"),
    FindingKind.OTHER_ADDRESS: ("other address", "accent"),
    FindingKind.NO_ACCOUNT: ("no account on record", "neutral"),
}


def rows_of(readings: Sequence[Reading], *, is_newest: bool, now: datetime) -> list[DriftRow]:
    """Return a row for each member of the checks' days and for everybody else with a finding; differences come first.

    The newest readings are judged by who has left since; an earlier check stays as it was found. One query.
    """
    findings = {
        (reading.pk, finding.person_id): finding
        for reading in readings
        for finding in reading.findings.all()
        if finding.person_id
    }
    moments = [reading.check_run.finished_at for reading in readings if reading.check_run.finished_at]
    if not moments:
        return []
    gone_at = _gone_after(min(moments), now.date()) if is_newest else None
    people = _people(moments, {person for _, person in findings}, gone_at)
    rows = [_row(person, readings, findings) for person in people]
    return sorted(rows, key=lambda row: row.order)


def _people(moments: list[datetime], found: set[Any], gone_at: QuerySet[Any] | None) -> QuerySet[Person]:
    """Return everybody in the table, with what their row says of them."""
    checklists = Checklist.objects.running().filter(person=OuterRef("pk"))
    memberships = Membership.objects.filter(person=OuterRef("pk"))
    people = Person.objects.annotate(
        was_member=Exists(memberships.filter(pk__in=_memberships_on({moment.date() for moment in moments}))),
        is_suspended=Exists(Suspension.objects.in_force().filter(person=OuterRef("pk"))),
        has_left=Exists(memberships.exclude(ended="")),
        onboarding=Subquery(checklists.onboardings().values("pk")[:1]),
        offboarding=Subquery(checklists.offboardings().values("pk")[:1]),
        gone_at=Value(None, DateTimeField()) if gone_at is None else Subquery(gone_at),
    )
    wanted = Q(was_member=True) | Q(pk__in=found)
    return people.filter(wanted | Q(gone_at__isnull=False))


def _memberships_on(days: set[date]) -> QuerySet[Any]:
    covering = Membership.objects.none()
    for day in days:
        covering = covering | Membership.objects.on(day)
    return covering.values("pk")


def _gone_after(moment: datetime, today: date) -> QuerySet[Any]:
    """Return when the person of the outer query left for the last time after `moment`, unless they have come back."""
    back = Membership.objects.on(today).values("person")
    left = Checklist.objects.offboardings().filter(person=OuterRef("pk"), begun_at__gt=moment)
    return left.exclude(person__in=back).order_by("-begun_at").values("begun_at")[:1]


def _row(person: Any, readings: Sequence[Reading], findings: dict[tuple[int, Any], Finding]) -> DriftRow:
    cells = [_cell(reading, findings.get((reading.pk, person.pk)), person) for reading in readings]
    return DriftRow(person, *_standing(person), tuple(cells))


def _standing(person: Any) -> tuple[str, str, str]:
    """Return where the name leads, and the badge beside it with its tone."""
    record = reverse("people:record", args=[person.slug])
    if person.is_suspended:
        return record, "suspended", "now"
    if person.onboarding:
        return reverse("boarding:onboarding", args=[person.onboarding]), "being onboarded", "neutral"
    if person.was_member:
        return record, "", ""
    url = reverse("boarding:offboarding", args=[person.offboarding]) if person.offboarding else record
    return url, "left the team" if person.has_left else "not a member", "neutral"


def _cell(reading: Reading, finding: Finding | None, person: Any) -> DriftCell:
    channel, read_at = reading.channel.name, reading.check_run.finished_at
    if reading.error:
        return DriftCell(channel, "not read", "")
    if person.gone_at and read_at and person.gone_at > read_at:
        return DriftCell(channel, "read before they left", "now")
    if finding is None:
        return DriftCell(channel, "in", "good") if person.was_member else DriftCell(channel, "–", "")
    label, tone = _CELLS[FindingKind(finding.kind)]
    if finding.kind == FindingKind.OTHER_ADDRESS and not reading.channel.traits.lists_addresses:
        label = "other account"
    if finding.kind == FindingKind.LEFT and not finding.identifier:
        label = "still invited"
    has_note = finding.kind in {FindingKind.RENAMED, FindingKind.OTHER_ADDRESS, FindingKind.LEFT}
    return DriftCell(channel, label, tone, account_of(finding) if has_note else "")
