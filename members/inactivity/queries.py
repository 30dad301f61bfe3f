"""Reads about inactivity reviews: the reviews themselves, their entries, and the facts that place people in lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min, OuterRef, Prefetch, Q, QuerySet

from members.accounts.models import User
from members.inactivity.enums import LISTED, NoticeAnswer, ReviewGroup, ReviewPhase
from members.inactivity.models import (
    ActivityNote,
    CoordinatorCredit,
    CreditSource,
    InactivityReview,
    InactivityReviewQuerySet,
    ReviewDecision,
    ReviewEntry,
    ReviewEntryQuerySet,
)
from members.inactivity.placing import (
    NotedDay,
    NoticeOutcome,
    Placing,
    ReviewedPerson,
    ReviewPeriod,
    place,
    year_after,
    year_before,
)
from members.people.models import Membership, Person, Role, RoleKind
from members.people.registry import last_activity_of

#: Before any report: the portal has none from the years before.
_EVER = datetime(1990, 1, 1, tzinfo=UTC)

# -- reviews ------------------------------------------------------------------------------------------------


def latest() -> InactivityReview | None:
    """Return the review announced last, with `names_to_decide`. One query."""
    return InactivityReview.objects.with_names_to_decide().first()


def latest_with_names(without: Person | None) -> InactivityReviewQuerySet:
    """Return the review announced last and, if it is another one, the review sent last: newest first, in one query.

    Each has `names`: of the people on whom the Steering Council still decides, without that of one person.
    """
    announced_last = InactivityReview.objects.order_by("-announced_at", "id").values("pk")[:1]
    sent_last = InactivityReview.objects.exclude(sent_at=None).order_by("-sent_at", "id").values("pk")[:1]
    reviews = InactivityReview.objects.with_names(without=without)
    return reviews.filter(Q(pk__in=announced_last) | Q(pk__in=sent_last))


def detailed() -> InactivityReviewQuerySet:
    """Return the reviews with everybody their page names, and `names_to_decide`."""
    related = ("announced_by", "generated_by", "sent_by")
    return InactivityReview.objects.with_names_to_decide().select_related(*related)


def listed() -> InactivityReviewQuerySet:
    """Return the reviews whose lists are made, newest first, as a list of them shows each."""
    return InactivityReview.objects.generated().with_counts()


def running() -> InactivityReview | None:
    """Return the review whose notice runs, with its counts; None while there is none. One query."""
    return InactivityReview.objects.announced().with_counts().first()


def made_last() -> InactivityReview | None:
    """Return the review whose lists were made last; None before the first. One query."""
    return InactivityReview.objects.generated().first()


def records_since() -> datetime | None:
    """Return since when the portal is the team's record: its first person was added then. One query."""
    first: datetime | None = Person.objects.aggregate(first=Min("added_at"))["first"]
    return first


def first_to_come(since: datetime | None, day: date) -> date | None:
    """Return from when (UTC) a first review is offered, while that is after `day`: a full period after `since`."""
    first = year_after(since.date()) if since else None
    return first if first is not None and first > day else None


def recorded_from(since: datetime) -> date | None:
    """Return from which day (UTC) the portal has records of a period that begins at `since`; None from the start."""
    first = records_since()
    return first.date() if first is not None and first > since else None


def is_due(last: InactivityReview | None, day: date) -> bool:
    """Return whether a review is to be announced on `day` (UTC): `last` is a year old, or the portal's records are."""
    if last is not None:
        return last.next_is_due(day)
    since = records_since()
    return since is not None and first_to_come(since, day) is None


def period_of_next(now: datetime) -> ReviewPeriod:
    """Return the period of a review announced at `now`: it begins at the last review, or a year ago for the first."""
    last = made_last()
    return ReviewPeriod((last and last.generated_at) or year_before(now), now)


# -- entries ------------------------------------------------------------------------------------------------


def entries(day: date) -> ReviewEntryQuerySet:
    """Return every entry as the policy needs it: with person, review, and circumstances on `day` (UTC)."""
    return ReviewEntry.objects.with_circumstances(day).select_related("person", "review")


def entries_of(review: InactivityReview, day: date) -> list[ReviewEntry]:
    """Return the entries of one review in order of name, each with its decisions. Two queries."""
    decisions = ReviewDecision.objects.select_related("recorded_by")
    named = review.entries.with_circumstances(day).select_related("person", "answer_taken_by")
    return list(named.prefetch_related(Prefetch("decisions", queryset=decisions)))


def last_memberships(people: Iterable[UUID]) -> dict[UUID, Membership]:
    """Return the running membership of each person, or the one that ended last where none is running."""
    memberships = Membership.objects.filter(person__in=list(people))
    in_order = sorted(memberships, key=lambda row: (not row.ended, row.until or date.min, row.pk))
    return {membership.person_id: membership for membership in in_order}


# -- work outside the portal -----------------------------------------------------------------------------------


def credited_days(people: Iterable[UUID], since: datetime, until: datetime) -> dict[UUID, date]:
    """Return the last day (UTC) of a coordinator credit from `since` up to `until`; who has none is missing.

    Found by the number of the account that is on record, never by its name. One query.
    """
    credits = CoordinatorCredit.objects.filter(
        account=OuterRef("github_id"), day__range=(since.date(), until.date())
    ).order_by()
    last = credits.values("account").annotate(last=Max("day")).values("last")
    found = Person.objects.filter(pk__in=list(people), github_id__isnull=False).annotate(credited_on=last)
    return dict(found.exclude(credited_on=None).values_list("pk", "credited_on"))


def credit_sources() -> list[CreditSource]:
    """Return every source that the settings name, in their order; one never read is not in the database. One query."""
    stored = {source.name: source for source in CreditSource.objects.filter(name__in=settings.GITHUB_ADVISORIES)}
    return [stored.get(name) or CreditSource(name=name) for name in settings.GITHUB_ADVISORIES]


def credits_read_at() -> datetime | None:
    """Return how old the credits are: the oldest reading of a source; None unless all were read. At most one query."""
    read = [source.read_at for source in credit_sources()]
    return min((at for at in read if at), default=None) if all(read) else None


def sources_to_read(after: datetime) -> list[str]:
    """Return the names of the sources that were not read at `after` or later, or for which an admin asked since."""
    return [
        source.name
        for source in credit_sources()
        if source.read_at is None or source.read_at < max(after, source.asked_at or after)
    ]


def members_without_number(day: date) -> QuerySet[Person]:
    """Return the members on `day` (UTC) of whom no number of an account on GitHub is on record, by name."""
    return Person.objects.members(day).filter(github_id=None).order_by("sort_key", "id")


def members_to_note(writer: Person, day: date) -> QuerySet[Person]:
    """Return the members on `day` (UTC) whose work somebody may note, by name: everybody but themselves."""
    return Person.objects.exclude(pk=writer.pk).members(day).order_by("sort_key", "id")


def notes() -> QuerySet[ActivityNote]:
    """Return every note with the people it names, the newest day first; withdrawn ones too."""
    return ActivityNote.objects.select_related("person", "written_by", "withdrawn_by")


def notes_in(since: datetime, until: datetime) -> QuerySet[ActivityNote]:
    """Return the notes on work from the day of `since` to that of `until` (UTC), withdrawn ones too."""
    return ActivityNote.objects.filter(day__range=(since.date(), until.date()))


def notes_on(review: InactivityReview, now: datetime) -> dict[UUID, list[ActivityNote]]:
    """Return the notes on work in the period of `review` by person, withdrawn ones too. One query."""
    by_person = defaultdict[UUID, list[ActivityNote]](list)
    for note in notes_in(review.since, review.generated_at or now).select_related("written_by", "withdrawn_by"):
        by_person[note.person_id].append(note)
    return by_person


def first_day_to_note(now: datetime) -> date:
    """Return the first day (UTC) of the period that notes are about: of the review under way, or of the next one."""
    last = latest()
    if last is not None and last.phase(now) != ReviewPhase.DECIDED:
        return last.since.date()
    return period_of_next(now).since.date()


# -- placing ------------------------------------------------------------------------------------------------


def concerned(period: ReviewPeriod) -> list[Placing]:
    """Return the people on whom the council would decide if the review were made at `period.until`, by name."""
    placed = (place(person, period) for person in reviewed_people(period))
    return [placing for placing in placed if placing.group in LISTED]


def placings(review: InactivityReview, now: datetime) -> list[Placing]:
    """Return the placing of everybody whom `review`, made at `now`, lists or has given notice, by name."""
    period = ReviewPeriod(review.since, now)
    placed = [place(person, period) for person in reviewed_people(period, review)]
    return [placing for placing in placed if placing.group != ReviewGroup.ACTIVE or placing.reviewed.notice]


def reviewed_people(period: ReviewPeriod, review: InactivityReview | None = None) -> list[ReviewedPerson]:
    """Return the members on the period's day and everybody who is in `review`. A constant number of queries."""
    noticed = review.entries.select_related("answer_taken_by") if review else ()
    by_person = {entry.person_id: entry for entry in noticed}
    running = {membership.person_id: membership for membership in Membership.objects.on(period.day)}
    people = Person.objects.filter(pk__in={*running, *by_person}).order_by("sort_key", "id")
    ids = [person.pk for person in people]
    roles = _roles_on(ids, period.day)
    roles_at_notice = _roles_on(ids, review.announced_at.date()) if review else {}
    with_login = set(User.objects.filter(person__in=ids, is_active=True).values_list("person", flat=True))
    within = last_activity_of(ids, period.since, period.until)
    ever = last_activity_of(ids, _EVER, period.until)
    credited = credited_days(ids, period.since, period.until)
    noted = _noted(ids, period)
    finds_all = credits_read_at() is None
    return [
        ReviewedPerson(
            person_id=person.pk,
            name=person.name,
            is_member=person.pk in running,
            since=running[person.pk].since if person.pk in running else None,
            roles=roles.get(person.pk, frozenset()),
            roles_at_notice=roles_at_notice.get(person.pk, frozenset()),
            can_be_mailed=person.pk in with_login,
            active_on=within.get(person.pk),
            last_active_on=ever.get(person.pk),
            credited_on=credited.get(person.pk),
            can_be_credited=finds_all or person.github_id is not None,
            noted=noted.get(person.pk),
            notice=_notice(by_person.get(person.pk)),
        )
        for person in people
    ]


def _noted(people: Iterable[UUID], period: ReviewPeriod) -> dict[UUID, NotedDay]:
    notes = notes_in(period.since, period.until).filter(person__in=list(people), withdrawn_at=None)
    newest_last = notes.select_related("written_by").order_by("day", "written_at")
    return {note.person_id: NotedDay(note.day, note.written_by.name) for note in newest_last}


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
