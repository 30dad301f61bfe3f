"""A question of this app to the apps above it, which it cannot import.

An app that knows an answer registers a function in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

MailSource = Callable[[datetime, datetime], bool]


_mail_sources: list[MailSource] = []


def answer_mail_held(source: MailSource) -> None:
    """Register a source of whether mail was held back at any moment from the first one to the second."""
    if source not in _mail_sources:
        _mail_sources.append(source)


def was_mail_held(since: datetime, until: datetime) -> bool:
    """Return whether mail was held back at any moment from `since` to `until`, so that somebody may not have heard."""
    return any(source(since, until) for source in _mail_sources)
