"""Place people in the lists of an inactivity review, and say why: pure functions, no database.

PEP 811: once a year the admins tell the Steering Council who has neither coordinated nor commented on a report
since the last review, with the recommendation to remove them; release managers and the Steering Council are exempt.
Three groups are inactive by that definition, too, and set apart by rules of ours: see `is_own_rule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from members.inactivity.enums import LISTED, NoticeAnswer, ReviewGroup
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
class NotedDay:
    """The newest day of work within the period that an admin has noted for somebody."""

    day: date
    written_by: str


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
    credited_on: date | None = None
    """The last day (UTC) of a coordinator credit on GitHub within the period; `active_on` is never before it."""
    can_be_credited: bool = True
    """Whether the number of their account on GitHub is on record: credits are found by it."""
    noted: NotedDay | None = None
    notice: NoticeOutcome | None = None
    """None for somebody who was not concerned when the notices went out."""


@dataclass(frozen=True)
class Placing:
    """The list in which somebody is placed, and the reason in words."""

    reviewed: ReviewedPerson
    group: ReviewGroup
    because: str


def place(reviewed: ReviewedPerson, period: ReviewPeriod) -> Placing:
    """Return the list for one person: the first that applies.

    Left, active, exempt, active by a note, too new, answered, inactive.
    """
    for group, because in (
        (ReviewGroup.GONE, _gone(reviewed)),
        (ReviewGroup.ACTIVE, _active(reviewed)),
        (ReviewGroup.EXEMPT, _exempt(reviewed, period)),
        (ReviewGroup.NOTED, _noted(reviewed)),
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
    if reviewed.active_on is None:
        return ""
    if reviewed.active_on == reviewed.credited_on:
        return f"Credited as coordinator on GitHub on {day_in_words(reviewed.active_on)}."
    return f"Active on {day_in_words(reviewed.active_on)}."


def _exempt(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    held = _roles(reviewed.roles & EXEMPT)
    return f"{held} on the review’s day, {day_in_words(period.day)}." if held else ""


def _noted(reviewed: ReviewedPerson) -> str:
    noted = reviewed.noted
    return f"By a note of {noted.written_by}: work on {day_in_words(noted.day)}." if noted else ""


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
    return " ".join(part for part in (inactive, _without_answer(reviewed), _without_account(reviewed)) if part)


def _without_answer(reviewed: ReviewedPerson) -> str:
    """Return why there is no answer to the notice."""
    if reviewed.notice and reviewed.notice.was_given:
        return "Did not answer the notice."
    if lost := _roles((reviewed.roles_at_notice - reviewed.roles) & EXEMPT):
        return f"No notice was given: exempt as {lost} when the notices went out, and not any more."
    if not reviewed.can_be_mailed:
        return "No notice was given: the portal has no open login of theirs, and so no address."
    return "No notice was given: they were not concerned when the notices went out."


def _without_account(reviewed: ReviewedPerson) -> str:
    if reviewed.can_be_credited:
        return ""
    return "No number of an account on GitHub is on record, so no credits could be found."


def is_own_rule(group: ReviewGroup | str) -> bool:
    """Return whether only a rule of ours sets the group apart from those whom PEP 811 recommends to remove."""
    return group in LISTED and group != ReviewGroup.INACTIVE


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
