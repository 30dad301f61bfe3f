"""Who stands in which list of the inactivity review, and why; nothing here is written anywhere.

PEP 811: the admins review to the Steering Council once a year who has neither coordinated nor
commented on a report since the last review; release managers and the Steering Council are exempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from members.accounts.models import User
from members.inactivity.models import InactivityReview, NoticeAnswer, ReviewEntry, ReviewGroup
from members.people.models import Membership, Person, Role, RoleKind
from members.people.registry import last_activity_of

#: PEP 811: who holds one of these on the review's day is not listed as inactive.
EXEMPT = frozenset({RoleKind.RELEASE_MANAGER, RoleKind.STEERING_COUNCIL})


#: Before any review.
_EVER = datetime(1990, 1, 1, tzinfo=UTC)


#: A day, or a moment.
DayT = TypeVar("DayT", bound=date)


@dataclass(frozen=True)
class ReviewPeriod:
    """The span a review looks at: from `since` up to, not including, `until`."""

    since: datetime
    until: datetime

    @property
    def day(self) -> date:
        """The day (UTC) whose roles count."""
        return self.until.date()


@dataclass(frozen=True)
class NoticeOutcome:
    """What became of the notice that one person got."""

    was_given: bool = False
    answer: NoticeAnswer | None = None
    answered_on: date | None = None
    taken_by: str = ""
    """The name of who wrote the answer down, for somebody without an address."""


@dataclass(frozen=True)
class ReviewedPerson:
    """What a review knows of one person on its day."""

    person_id: UUID
    name: str
    is_member: bool = True
    since: date | None = None
    """When the present membership began; None when nobody knows."""
    roles: frozenset[RoleKind] = frozenset()
    roles_at_notice: frozenset[RoleKind] = frozenset()
    can_be_mailed: bool = True
    active_on: date | None = None
    """The last day (UTC) of activity within the period."""
    last_active_on: date | None = None
    """The same whenever that was."""
    notice: NoticeOutcome | None = None
    """None for somebody who was not concerned when the notices went out."""


@dataclass(frozen=True)
class Placing:
    """In which list somebody stands, and why, in words."""

    reviewed: ReviewedPerson
    group: ReviewGroup
    because: str


def place(reviewed: ReviewedPerson, period: ReviewPeriod) -> Placing:
    """Where `reviewed` leads. The first that holds: left, active, exempt, too new, answered; else inactive."""
    for group, words in (
        (ReviewGroup.GONE, _gone(reviewed)),
        (ReviewGroup.ACTIVE, _active(reviewed)),
        (ReviewGroup.EXEMPT, _exempt(reviewed, period)),
        (ReviewGroup.NEW, _new(reviewed, period)),
        (ReviewGroup.ANSWERED, _answered(reviewed)),
    ):
        if words:
            return Placing(reviewed, group, words)
    return Placing(reviewed, ReviewGroup.INACTIVE, _inactive(reviewed, period))


def _gone(reviewed: ReviewedPerson) -> str:
    if reviewed.is_member:
        return ""
    notice = reviewed.notice
    if notice and notice.answer == NoticeAnswer.RETIRE and notice.answered_on:
        return f"Answered the notice on {written(notice.answered_on)} and retired to emeritus."
    return "Left the team after the notices went out."


def _active(reviewed: ReviewedPerson) -> str:
    return f"Active on {written(reviewed.active_on)}." if reviewed.active_on else ""


def _exempt(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    held = _roles(reviewed.roles & EXEMPT)
    return f"{held} on the review’s day, {written(period.day)}." if held else ""


def _new(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    if reviewed.since is None or reviewed.since <= period.since.date():
        return ""
    return f"A member since {written(reviewed.since)}, which is less than the period."


def _answered(reviewed: ReviewedPerson) -> str:
    notice = reviewed.notice
    if notice is None or notice.answer != NoticeAnswer.ACTIVE or notice.answered_on is None:
        return ""
    if notice.taken_by:
        return f"Said to {notice.taken_by} on {written(notice.answered_on)}: still active."
    return f"Answered the notice on {written(notice.answered_on)}: still active."


def _inactive(reviewed: ReviewedPerson, period: ReviewPeriod) -> str:
    what = f"Neither coordinated nor commented on a report since {written(period.since.date())}."
    return f"{what} {_without_answer(reviewed)}"


def _without_answer(reviewed: ReviewedPerson) -> str:
    """Why there is no answer to the notice."""
    if reviewed.notice and reviewed.notice.was_given:
        return "Did not answer the notice."
    if lost := _roles((reviewed.roles_at_notice - reviewed.roles) & EXEMPT):
        return f"No notice was given: exempt as {lost} when the notices went out, and not any more."
    if not reviewed.can_be_mailed:
        return "No notice was given: the portal has no open login of theirs, and so no address."
    return "No notice was given: they were not concerned when the notices went out."


def _roles(kinds: frozenset[RoleKind]) -> str:
    return " and ".join(kind.label for kind in RoleKind if kind in kinds)


def written(day: date) -> str:
    """``4 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def since_of_next(now: datetime) -> datetime:
    """Where the period of a review announced now begins: at the last review; for the first, a year ago."""
    return _last_made_at() or year_before(now)


def next_due_on() -> date | None:
    """The day (UTC) a year after the last review was made; None before the first."""
    made_at = _last_made_at()
    return year_after(made_at.date()) if made_at else None


def is_due(day: date) -> bool:
    """Whether a review is to be announced on `day` (UTC): there was none, or the last is a year old."""
    due_on = next_due_on()
    return due_on is None or due_on <= day


def year_before(moment: datetime) -> datetime:
    """The same moment of the year before; 28 February for a leap day."""
    return _in_year(moment, moment.year - 1)


def year_after(day: date) -> date:
    """The same day of the next year; 28 February for a leap day."""
    return _in_year(day, day.year + 1)


def _in_year(day: DayT, year: int) -> DayT:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _last_made_at() -> datetime | None:
    last = InactivityReview.objects.generated().first()
    return last.generated_at if last else None


def concerned(period: ReviewPeriod) -> list[Placing]:
    """Who would be listed as inactive if the review were made at `period.until`, in order of name."""
    placings = (place(reviewed, period) for reviewed in reviewed_people(period))
    return [placing for placing in placings if placing.group == ReviewGroup.INACTIVE]


def placings(review: InactivityReview, now: datetime) -> list[Placing]:
    """Everybody whom `review`, made now, has something to say about; who is simply active is left out."""
    period = ReviewPeriod(review.since, now)
    found = [place(reviewed, period) for reviewed in reviewed_people(period, review)]
    return [one for one in found if one.group != ReviewGroup.ACTIVE or one.reviewed.notice]


def reviewed_people(period: ReviewPeriod, review: InactivityReview | None = None) -> list[ReviewedPerson]:
    """The members on the period's day, and whoever was noticed for `review`. A constant number of queries."""
    told = review.entries.select_related("answer_taken_by") if review else ()
    entries = {entry.person_id: entry for entry in told}
    running = _memberships(period.day)
    people = Person.objects.filter(pk__in={*running, *entries}).order_by("name", "id")
    ids = [person.pk for person in people]
    roles = _roles_on(ids, period.day)
    before = _roles_on(ids, review.announced_at.date()) if review else {}
    mailed = set(User.objects.filter(person__in=ids, is_active=True).values_list("person", flat=True))
    within = last_activity_of(ids, period.since, period.until)
    ever = last_activity_of(ids, _EVER, period.until)
    return [
        ReviewedPerson(
            person_id=person.pk,
            name=person.name,
            is_member=person.pk in running,
            since=running[person.pk].since if person.pk in running else None,
            roles=roles.get(person.pk, frozenset()),
            roles_at_notice=before.get(person.pk, frozenset()),
            can_be_mailed=person.pk in mailed,
            active_on=within.get(person.pk),
            last_active_on=ever.get(person.pk),
            notice=_notice(entries.get(person.pk)),
        )
        for person in people
    ]


def _memberships(day: date) -> dict[UUID, Membership]:
    return {membership.person_id: membership for membership in Membership.objects.on(day)}


def _roles_on(people: Iterable[UUID], day: date) -> Mapping[UUID, frozenset[RoleKind]]:
    held = defaultdict[UUID, set[RoleKind]](set)
    for person_id, kind in Role.objects.on(day).filter(person__in=people).values_list("person", "kind"):
        held[person_id].add(RoleKind(kind))
    return {person_id: frozenset(kinds) for person_id, kinds in held.items()}


def _notice(entry: ReviewEntry | None) -> NoticeOutcome | None:
    if entry is None:
        return None
    return NoticeOutcome(
        was_given=entry.noticed,
        answer=NoticeAnswer(entry.answer) if entry.answer else None,
        answered_on=entry.answered_at.date() if entry.answered_at else None,
        taken_by=entry.answer_taken_by.name if entry.answer_taken_by else "",
    )
