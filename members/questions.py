"""What this app asks of the apps above it, which it cannot import.

An app that knows the answer registers it in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PublicCredit:
    """One credit on a published advisory, as a person's public page shows it."""

    title: str
    url: str
    role: str


CreditSource = Callable[[UUID], Iterable[PublicCredit]]
_credit_sources: list[CreditSource] = []


def answer_credits(source: CreditSource) -> None:
    """Register who knows the published credits of a person, given the person's id."""
    if source not in _credit_sources:
        _credit_sources.append(source)


def credits_of(person_id: UUID) -> list[PublicCredit]:
    """Every published credit of one person."""
    return [credit for source in _credit_sources for credit in source(person_id)]
