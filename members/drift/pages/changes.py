"""Context of the changes that were ordered because of one check."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from members.drift.models import Change, DriftCheck
from members.drift.pages.sentences import change_as_text
from web.pagination import page_of


def changes_context(request: HttpRequest, check: DriftCheck) -> dict[str, Any]:
    """Return what was ordered because of a check, and how each change went."""
    ordered = Change.objects.filter(finding__reading__check_run=check)
    page = page_of(request, ordered.select_related("finding__reading__channel", "finding__person", "confirmed_by"))
    counts = ordered.aggregate(
        waiting=Count("pk", filter=Q(done_at=None, failed_at=None)),
        failed=Count("pk", filter=Q(failed_at__isnull=False)),
        total=Count("pk"),
    )
    rows = [(change, change_as_text(change.act, change.finding)) for change in page]
    return {"check": check, "page": page, "rows": rows, **counts}
