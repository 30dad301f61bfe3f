"""The lock of a report."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from advisories.reports.models import Report

_REASON = "a verb locks what it changes"


def locked(report: Report) -> Report:
    """Return the report as it is now, with what policies look at, locked until the transaction ends.

    Its messages, its advisory and that one's credits are changed under this lock only.
    """
    lock_rows([report.pk])
    # Two statements: one that waits for its lock sees joined rows as they were before it waited.
    return Report.objects.system(_REASON).whole().get(pk=report.pk)


def lock_rows(keys: Iterable[UUID]) -> None:
    """Lock several reports, in the order of their keys, so that two verbs never wait for each other."""
    rows = Report.objects.system(_REASON).filter(pk__in=list(keys)).order_by("pk")
    list(rows.select_for_update().only("pk"))
