"""Questions about a report for the app that publishes advisories, which they cannot import.

That app registers one `Remediation` in `AppConfig.ready`. Everything in it is about one report, which must have been
loaded by `ReportQuerySet.whole`, so that no answer costs a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from web.timeline import TimelineStep
from web.waiting import Waiting


@dataclass(frozen=True)
class ReportStep(TimelineStep):
    """One line of the next steps; without a `url` it is done, or not the reader's to do now, and `note` says why."""

    url: str = ""
    is_post: bool = False
    """The action needs nothing but a button."""


@dataclass(frozen=True)
class Fact:
    """One line of the facts on a report's page."""

    label: str
    value: str
    url: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class AdvisoryLink:
    """The public page of a report's advisory."""

    psf_id: str
    url: str


@dataclass(frozen=True)
class Remediation:
    """Answers about what follows once a report is determined to be a vulnerability."""

    joined: tuple[str, ...]
    """Relations of `Report` that `ReportQuerySet.whole` loads in the same statement."""
    next_steps: Callable[[Any, Any, datetime], Iterable[ReportStep]]
    """Given the report, the actor and the moment: the steps that follow triage."""
    facts: Callable[[Any], Iterable[Fact]]
    """Given the report: what its page states about the advisory."""
    public_page: Callable[[Any], AdvisoryLink | None]
    """Given the report: where its advisory can be read by anybody; None while it cannot."""
    concerns: Callable[[Any], Q]
    """Given a person: the filter on open reports whose advisory may wait for them, besides those they coordinate."""
    activity: frozenset[str]
    """Kinds of events by which somebody is active, for the inactivity review."""
    waiting: Callable[[Any, Any, datetime], Waiting | None]
    """Given the report, the actor and the moment: what waits for the actor, if it is about the advisory."""


#: The answers while no app has registered: a portal that publishes nothing.
NOTHING_PUBLISHED = Remediation(
    joined=(),
    next_steps=lambda _report, _actor, _now: (),
    facts=lambda _report: (),
    public_page=lambda _report: None,
    concerns=lambda _person: Q(pk__in=[]),
    activity=frozenset(),
    waiting=lambda _report, _actor, _now: None,
)
_registered = [NOTHING_PUBLISHED]


def answer_remediation(answers: Remediation) -> None:
    """Register the answers of the app that publishes advisories."""
    _registered[:] = [answers]


def remediation() -> Remediation:
    """Return the registered answers."""
    return _registered[0]
