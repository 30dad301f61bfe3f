"""The page of work outside the portal: from where coordinator credits are read, and who cannot be found there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from members.channels.connectors import missing_for_advisories
from members.inactivity import queries
from members.inactivity.policy import NOTING, Action, NoteAction, possible
from members.people.policy import Actor

#: Names in the sentence about members without a number; the rest is counted.
_NAMES_MOST = 12


def credits_context() -> dict[str, Any]:
    """Return whether coordinator credits are connected, from where they were read and when, and what failed."""
    return {"missing": missing_for_advisories(), "sources": queries.credit_sources()}


def work_page(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the page, without the notes."""
    without = list(queries.members_without_number(now.date()))
    return {
        **credits_context(),
        "without_number": [person.name for person in without[:_NAMES_MOST]],
        "more_without": len(without[_NAMES_MOST:]),
        "may_read": Action.RUN_REVIEWS in possible(actor),
        "may_note": NoteAction.WRITE in NOTING.possible(actor),
    }
