"""Questions of channels to the app above that checks them, which channels cannot import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PastedList:
    """The newest pasted content of a list that has no server."""

    channel_id: int
    source: str
    """Where the content came from, as text for a page."""
    pasted_at: datetime


@dataclass(frozen=True)
class ChecksState:
    """The state of the checks of all servers."""

    is_connected: bool = False
    """Whether a check has anything to read."""
    finished_at: datetime | None = None
    """When the newest one finished; None before the first."""
    waiting_since: datetime | None = None
    """When the one was asked for that runs or waits; None without one."""


@dataclass(frozen=True)
class CheckAnswers:
    """The answers of the app above, as functions."""

    newest_lists: Callable[[], list[PastedList]]
    checks_state: Callable[[], ChecksState]


_answers: list[CheckAnswers] = []


def answer_checks(answers: CheckAnswers) -> None:
    """Register the one app that checks channels; called in `AppConfig.ready`."""
    _answers[:] = [answers]


def newest_lists() -> dict[int, PastedList]:
    """Return the newest pasted list of each list in use, by the key of its channel. At most one query."""
    return {pasted.channel_id: pasted for answers in _answers for pasted in answers.newest_lists()}


def checks_state() -> ChecksState:
    """Return when the servers were last checked, and whether a check is under way. At most one query."""
    return next((answers.checks_state() for answers in _answers), ChecksState())
