"""The table of people and channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from members.drift.models import ChangePhase, Finding, FindingKind, Reading
from members.drift.pages.sentences import account_of
from members.drift.queries.people import people_in_table
from members.drift.queries.plans import change_of
from members.people.models import Person

_STILL_IN = "critical"
#: The findings about people, by the key of the reading and the person.
_Findings = dict[tuple[int, Any], list[Finding]]


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
        return (not still_in, not self.differs, self.person.sort_key, str(self.person.pk))


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
    findings: _Findings = defaultdict(list)
    for reading in readings:
        for finding in reading.findings.all():
            if finding.person_id:
                findings[reading.pk, finding.person_id].append(finding)
    moments = [reading.check_run.finished_at for reading in readings if reading.check_run.finished_at]
    if not moments:
        return []
    found = {person for _, person in findings}
    people = people_in_table(moments, found, gone_by=now.date() if is_newest else None)
    rows = [_row(person, readings, findings) for person in people]
    return sorted(rows, key=lambda row: row.order)


def _row(person: Any, readings: Sequence[Reading], findings: _Findings) -> DriftRow:
    cells = [_cell(reading, findings.get((reading.pk, person.pk), []), person) for reading in readings]
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


def _cell(reading: Reading, findings: Sequence[Finding], person: Any) -> DriftCell:
    channel, read_at = reading.channel.name, reading.check_run.finished_at
    if reading.error:
        return DriftCell(channel, "not read", "")
    if person.gone_at and read_at and person.gone_at > read_at:
        return DriftCell(channel, "read before they left", "now")
    if not findings:
        return DriftCell(channel, "in", "good") if person.was_member else DriftCell(channel, "–", "")
    open_ones = [finding for finding in findings if not _is_settled(finding)]
    if not open_ones:
        return DriftCell(channel, "changed, to be checked", "accent", account_of(findings[0]))
    finding = open_ones[0]
    label, tone = _CELLS[FindingKind(finding.kind)]
    if finding.kind == FindingKind.OTHER_ADDRESS and not reading.channel.traits.lists_addresses:
        label = "other account"
    if finding.kind == FindingKind.LEFT:
        label = _left(open_ones)
    has_note = finding.kind in {FindingKind.RENAMED, FindingKind.OTHER_ADDRESS, FindingKind.LEFT}
    return DriftCell(channel, label, tone, account_of(finding) if has_note else "")


def _is_settled(finding: Finding) -> bool:
    """Return whether the portal has made the change that answers the finding; the check that follows says more."""
    change = change_of(finding)
    return change is not None and change.phase == ChangePhase.MADE


def _left(findings: Sequence[Finding]) -> str:
    """Return the label of somebody who has left, with the privileges that they still have."""
    roles = ", ".join(finding.role for finding in findings if finding.role)
    if roles:
        return f"left ({roles})"
    return "still in" if findings[0].identifier else "still invited"
