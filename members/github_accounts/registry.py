"""The question to GitHub, which this app cannot ask itself: the app above that has the connector answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FoundAccount:
    """An account of a person, as GitHub has it."""

    number: int
    since: datetime | None
    """When it was made."""


class NoAnswerError(Exception):
    """GitHub could not be asked, or gave no answer; the message is a sentence for a page."""


@dataclass(frozen=True)
class AccountAnswers:
    """The answers of the app above, as functions."""

    is_connected: Callable[[], bool]
    account_called: Callable[[str], FoundAccount | None]
    """Return the account that has a name now, None where GitHub has none. Raises `NoAnswerError`."""


_answers: list[AccountAnswers] = []


def answer_accounts(answers: AccountAnswers) -> None:
    """Register the one app that asks GitHub; called in `AppConfig.ready`."""
    _answers[:] = [answers]


def is_connected() -> bool:
    """Return whether there is a GitHub server to ask."""
    return any(answers.is_connected() for answers in _answers)


def account_called(name: str) -> FoundAccount | None:
    """Return the account that has `name` now, None where there is none. Raises `NoAnswerError`."""
    for answers in _answers:
        return answers.account_called(name)
    raise NoAnswerError("No GitHub server is connected.")
