"""Questions of this app to the apps above it, which it cannot import.

An app that knows an answer registers a function in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

MailSource = Callable[[datetime, datetime], bool]
#: Whom mail about a vote has told, by the id of the person, and when the mail server took the first one to them.
CouncilSource = Callable[[UUID], Mapping[UUID, datetime]]


_mail_sources: list[MailSource] = []
_council_sources: list[CouncilSource] = []


def answer_mail_held(source: MailSource) -> None:
    """Register a source of whether mail was held back at any moment from the first one to the second."""
    if source not in _mail_sources:
        _mail_sources.append(source)


def was_mail_held(since: datetime, until: datetime) -> bool:
    """Return whether mail was held back at any moment from `since` to `until`, so that somebody may not have heard."""
    return any(source(since, until) for source in _mail_sources)


def answer_council_told(source: CouncilSource) -> None:
    """Register a source of whom on the Steering Council mail about a passed vote has reached."""
    if source not in _council_sources:
        _council_sources.append(source)


def council_told(vote: UUID) -> dict[UUID, datetime]:
    """Return who was told of a passed vote, each with the moment of the first mail."""
    told: dict[UUID, datetime] = {}
    for source in _council_sources:
        for person, at in source(vote).items():
            told[person] = min(at, told.get(person, at))
    return told
