"""The team's rules under which the demo's history is made.

It was written for the rules below and is played under them, whatever the settings say. What still runs -
the votes that are open, a veto window - goes by the settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings

#: As the settings hold them; the defaults of the day on which the history was written.
OF_THE_HISTORY: Mapping[str, Any] = {
    "VOTING_PERIOD_HOURS": 168.0,
    "VOTE_THRESHOLD": (2, 3),
    "VOTE_BASE": "yes_no",
    "LOW_TURNOUT": (1, 3),
    "EXTENSION_MAX_HOURS": 336.0,
    "VETO_WINDOW_HOURS": 168.0,
    "CONSENT_DAYS": 14,
    "RENOMINATION_WAIT_DAYS": 90,
    "RETURN_BY_DECISION": False,
    "INVITATION_DAYS": 14,
    "YEARLY_NOTICE_DAYS": 14,
}


def of_today() -> dict[str, Any]:
    """Return the rules in the settings."""
    return {name: getattr(settings, name) for name in OF_THE_HISTORY}


@contextmanager
def in_force(rules: Mapping[str, Any]) -> Iterator[None]:
    """Put `rules` into the settings inside the block. For the demo's command, a process with one thread."""
    before = {name: getattr(settings, name) for name in rules}
    try:
        for name, value in rules.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
