"""A verb looks at the row it changes while nobody else can."""

from __future__ import annotations

from advisories.reports.models import Report


def locked(report: Report) -> Report:
    """The report as it is now, with what policies look at, locked until the transaction ends.

    Its messages, its advisory and that one's credits are changed under this lock only.
    """
    rows = Report.objects.system("a verb locks what it changes")
    # Two statements: one that waits for its lock sees joined rows as they were before it waited.
    rows.select_for_update().only("pk").get(pk=report.pk)
    return rows.whole().get(pk=report.pk)
