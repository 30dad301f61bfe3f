"""Context of the changes that were ordered because of one check, and what the check after them says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from members.channels.models import ChannelKind
from members.drift.models import Change, ChangeAct, ChangePhase, DriftCheck, Finding, FindingKind, Reading
from members.drift.pages.sentences import change_as_text
from members.drift.queries.checks import look_after, readings_of
from members.drift.queries.plans import AT_THE_SERVER
from web.pagination import page_of


@dataclass(frozen=True)
class ChangeRow:
    """One change; `tone` is the badge's."""

    change: Change
    text: str
    label: str
    tone: str
    note: str = ""


def changes_context(request: HttpRequest, check: DriftCheck) -> dict[str, Any]:
    """Return what was ordered because of a check, how each change went, and what the check after them says."""
    ordered = Change.objects.filter(finding__reading__check_run=check)
    page = page_of(request, ordered.select_related("finding__reading__channel", "finding__person", "confirmed_by"))
    counts = ordered.aggregate(
        waiting=Count("pk", filter=Q(done_at=None, failed_at=None)),
        failed=Count("pk", filter=Q(failed_at__isnull=False)),
        total=Count("pk"),
        to_check=Count("pk", filter=Q(failed_at=None) & ~Q(finding__reading__channel__kind=ChannelKind.LIST)),
    )
    after = look_after(check) if counts["to_check"] else None
    is_finished = after is not None and after.finished_at is not None
    readings = {reading.channel_id: reading for reading in readings_of(after)} if after and is_finished else {}
    rows = [_row(change, readings) for change in page]
    # No check reads a pasted list, so none follows.
    is_expected = not is_finished and bool(counts["to_check"])
    return {"check": check, "after": after, "is_expected": is_expected, "page": page, "rows": rows, **counts}


def _row(change: Change, readings: dict[int, Reading]) -> ChangeRow:
    text = change_as_text(change.act, change.finding)
    if change.phase == ChangePhase.FAILED:
        return ChangeRow(change, text, "Not made", "now", change.error)
    if change.phase == ChangePhase.WAITING:
        return ChangeRow(change, text, "Waits", "neutral")
    if change.act not in AT_THE_SERVER:
        return ChangeRow(change, text, "Noted", "good")
    return ChangeRow(change, text, *_confirmation(change, readings.get(change.finding.reading.channel_id)))


def _confirmation(change: Change, reading: Reading | None) -> tuple[str, str, str]:
    """Return the badge of a change that the server has taken, with its tone, and what the check after it says."""
    if reading is None:
        return "Sent", "accent", "The server has taken it. A check has still to confirm it."
    if reading.error:
        return "Sent", "accent", f"The server has taken it, and the check could not read it: {reading.error}"
    kinds = {finding.kind for finding in reading.findings.all() if _is_same(change.finding, finding)}
    if FindingKind.PENDING in kinds:
        return "Invited", "accent", "They have to accept the invitation."
    if kinds & {FindingKind.MISSING, FindingKind.LEFT, FindingKind.UNKNOWN}:
        is_added = change.act == ChangeAct.ADD
        return (
            "Not seen yet",
            "now",
            f"The check {'does not see' if is_added else 'still sees'} them. Check again later.",
        )
    return ("Added" if change.act == ChangeAct.ADD else "Removed"), "good", "Confirmed by the check."


def _is_same(before: Finding, after: Finding) -> bool:
    """Return whether a finding of the check after a change is about the same person or account."""
    if before.person_id:
        return after.person_id == before.person_id and after.role == before.role
    return (after.identifier, after.shown, after.role) == (before.identifier, before.shown, before.role)
