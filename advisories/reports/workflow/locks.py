"""Two guards against concurrent writes: the lock on a report, and the mark of a form that is sent twice."""

from __future__ import annotations

import json
from typing import Any

from django.utils.crypto import salted_hmac

from advisories.reports.models import Report


def locked(report: Report) -> Report:
    """Return the report as it is now, with what policies look at, locked until the transaction ends.

    Its messages, its advisory and that one's credits are changed under this lock only.
    """
    rows = Report.objects.system("a verb locks what it changes")
    # Two statements: one that waits for its lock sees joined rows as they were before it waited.
    rows.select_for_update().only("pk").get(pk=report.pk)
    return rows.whole().get(pk=report.pk)


def fingerprint(purpose: str, *content: Any) -> str:
    """Return a keyed hash of `content`, 64 hexadecimal digits: it tells nothing to a reader of the database."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return salted_hmac(f"advisories.{purpose}", text, algorithm="sha256").hexdigest()
