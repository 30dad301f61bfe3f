"""Place people in the lists of an inactivity review, and say why: pure functions, no database.

PEP 811: once a year the admins tell the Steering Council who has neither coordinated nor commented on a report
since the last review; release managers and the Steering Council are exempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from members.inactivity.enums import NoticeAnswer, ReviewGroup
from members.people.models import RoleKind
from web.dates import day_in_words

#: PEP 811: holders of one of these roles on the review's day are not listed as inactive.
EXEMPT = frozenset({RoleKind.RELEASE_MANAGER, RoleKind.STEERING_COUNCIL})

#: A day or a moment; `datetime` is a subclass of `date`.
DayT = TypeVar("DayT", bound=date)


@dataclass(frozen=True)
class ReviewPeriod:
    """The span that a review looks at: from `since` up to, not including, `until`."""

    since: datetime
    until: datetime

    @property
    def day(self) -> date:
        """Return the day (UTC) whose roles count."""
        return self.until.date()


@dataclass(frozen=True)
class NoticeOutcome:
    """The notice to one person, and its answer."""

    was_given: bool = False
    answer: NoticeAnswer | None = None
    answered_on: date | None = None
    taken_by: str = ""
    """The name of the admin who recorded the answer of somebody without an address; empty for an answer by a link."""


@dataclass(frozen=True)
class ReviewedPerson:
    """The facts about one person on the day of a review."""

    person_id: UUID
    name: str
    is_member: bool = True
    since: date | None = None
    """The first day of the present membership; None if that is unknown."""
    roles: frozenset[RoleKind] = frozenset()
    roles_at_notice: frozenset[RoleKind] = frozenset()
    can_be_mailed: bool = True
    active_on: date | None = None
    """The last day (UTC) of activity within the period."""
    last_active_on: date | None = None
    """The last day (UTC) of activity before the end of the period, however long ago."""
    notice: NoticeOutcome | None = None
    """None for somebody who was not concerned when the notices went out."""


@dataclass(frozen=True)
class Placing:
    """The list in which somebody is placed, and the reason in words."""

    reviewed: ReviewedPerson
    group: ReviewGroup
    because: str


def place(reviewed: ReviewedPerson, period: ReviewPeriod) -> Placing:
    """Return the list for one person: the first that applies of left, active, exempt, too new, answered, inactive."""
    for group, because in (
        (ReviewGroup.GONE, _gone(reviewed)),
        (ReviewGroup.ACTIVE, _active(reviewed)),
        (ReviewGroup.EXEMPT, _exempt(reviewed, period)),
        (ReviewGroup.NEW, _new(reviewed, period)),
        (ReviewGroup.ANSWERED, _answered(reviewed)),
    ):
        if because:
            return Placing(reviewed, group, because)
    return Placing(reviewed, ReviewGroup.INACTIVE, _inactive(reviewed, period))


def _gone(reviewed: ReviewedPerson) -> str:
    if reviewed.is_member:
        return ""
    notice = reviewed.notice
    if notice and notice.answer == NoticeAnswer.RETIRE and notice.answered_on:
        return f"Answered the notice on {day_in_words(notice.answered_on)} and retired to emeritus."
    return "Left the team after the notices went out."


def _active(reviewed: ReviewedPerson) -> str:
    return f"Active on {day_in_words(reviewed.active_on)}." if reviewed.active_on else ""


def _exempt(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    held = _roles(reviewed.roles & EXEMPT)
    return f"{held} on the review’s day, {day_in_words(period.day)}." if held else ""


def _new(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    if reviewed.since is None or reviewed.since <= period.since.date():
        return ""
    return f"A member since {day_in_words(reviewed.since)}, which is less than the period."


def _answered(reviewed: ReviewedPerson) -> str:
    notice = reviewed.notice
    if notice is None or notice.answer != NoticeAnswer.ACTIVE or notice.answered_on is None:
        return ""
    if notice.taken_by:
        return f"Said to {notice.taken_by} on {day_in_words(notice.answered_on)}: still active."
    return f"Answered the notice on {day_in_words(notice.answered_on)}: still active."


def _inactive(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    inactive = f"Neither coordinated nor commented on a report since {day_in_words(period.since.date())}."
    return f"{inactive} {_without_answer(reviewed)}"


def _without_answer(reviewed: ReviewedPerson) -> str:
    """Return why there is no answer to the notice."""
    if reviewed.notice and reviewed.notice.was_given:
        return "Did not answer the notice."
    if lost := _roles((reviewed.roles_at_notice - reviewed.roles) & EXEMPT):
        return f"No notice was given: exempt as {lost} when the notices went out, and not any more."
    if not reviewed.can_be_mailed:
        return "No notice was given: the portal has no open login of theirs, and so no address."
    return "No notice was given: they were not concerned when the notices went out."


def _roles(kinds: frozenset[RoleKind]) -> str:
    return " and ".join(kind.label for kind in RoleKind if kind in kinds)


def year_before(moment: datetime) -> datetime:
    """Return the same moment a year earlier; 28 February for a leap day."""
    return _in_year(moment, moment.year - 1)


def year_after(day: date) -> date:
    """Return the same day a year later; 28 February for a leap day."""
    return _in_year(day, day.year + 1)


def _in_year(day: DayT, year: int) -> DayT:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
