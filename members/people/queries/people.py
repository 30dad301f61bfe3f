"""Read people with what they are on one day, for the admins' pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.text import slugify

from audit.models import Event, label
from members.people.events import PeopleEvent
from members.people.models import (
    RESERVED_SLUGS,
    FormerGitHubName,
    Membership,
    MembershipEnded,
    Person,
    PersonQuerySet,
    Role,
    RoleKind,
    Suspension,
)
from members.people.policy import LEAST_ADMINS
from members.people.registry import arriving, with_login
from web.conflicts import Conflict
from web.validity import looks, sort_key


@dataclass(frozen=True)
class PersonStatus:
    """One person on one day, with one word for it and the tone of its badge."""

    person: Person
    label: str
    tone: str
    is_member: bool
    """Whether a membership covers the day; of a suspended person as well."""
    is_suspended: bool
    is_public: bool
    """Whether the public roster has a page of them: for everybody who has served."""
    has_login: bool = False
    """Whether a login of theirs is open."""
    roles: tuple[Role, ...] = ()
    """The roles held on the day."""


def find(text: str) -> PersonQuerySet:
    """Return people with `text` in their name (`named_like`) or GitHub name; everybody for an empty one."""
    if not text:
        return Person.objects.all()
    return Person.objects.filter(named_like(text) | Q(github__icontains=text))


def named_like(part: str) -> Q:
    """Return the filter on people with `part` in their name, without regard to case and accents."""
    key = sort_key(part)
    return Q(sort_key__contains=key) if key else Q(name__contains=part)


def named(text: str) -> Person:
    """Return the person with this GitHub name or slug, for a command of the operator.

    Raises `Conflict` for a name of nobody, for the GitHub name of one and slug of another, and for a former GitHub
    name, which may belong to somebody else by now.
    """
    by_github = Person.objects.filter(github__iexact=text).first()
    by_slug = Person.objects.filter(slug=text).first()
    if by_github and by_slug and by_github != by_slug:
        others = f", or {by_slug.github} for {by_slug.name}" if by_slug.github else ""
        raise Conflict(
            f"{text} is the GitHub name of {by_github.name} and the slug of {by_slug.name}. "
            f"Give {by_github.slug} for {by_github.name}{others}."
        )
    person = by_github or by_slug
    if person is None:
        obstacle = obstacle_to_github(text)
        raise Conflict(
            obstacle
            or f"Nobody is known as {text}: give a GitHub name, or a slug such as ada-admin. Members come with "
            "import_roster; a council member from outside the team is added by an admin, on the page Bring the team in."
        )
    return person


def obstacle_to_github(github: str, *, besides: Person | None = None) -> str:
    """Return whose former GitHub name `github` is, as a sentence; "" for a name that nobody gave up."""
    former = FormerGitHubName.objects.filter(name__iexact=github).select_related("person")
    last = (former.exclude(person=besides) if besides else former).last() if github else None
    if last is None:
        return ""
    holder = last.person
    now = f"whose GitHub name is {holder.github} now" if holder.github else "who has no GitHub name here now"
    return f"{github} was the GitHub name of {holder.name}, {now}."


def corrector_of_github(person: Person) -> str:
    """Return who corrected the GitHub name of `person` last, as the audit log names them; "" for nobody. One query."""
    kinds = (PeopleEvent.PERSON_CORRECTED, PeopleEvent.RENAMED)
    corrections = Event.objects.filter(target=label(person), kind__in=kinds, data__fields__contains=["github"])
    return corrections.order_by("-at", "-id").values_list("actor", flat=True).first() or ""


def free_slug(name: str) -> str:
    """Return `name` as part of an address; a number is added for the second person of that name."""
    base = slugify(sort_key(name))[:70] or "person"
    taken = set(Person.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def obstacle_to_name(name: str, day: date, *, besides: Person | None = None) -> str:
    """Return why nobody else can take `name` on `day` (UTC), as a sentence; "" for a name that is free.

    The names of the team, of its admins and of the Steering Council are theirs, however they are written
    (`web.validity.looks`); `besides` is the person whose name it is to be.
    """
    alike = looks(name)
    holding = [Person.objects.holding(kind, day).values("pk") for kind in (RoleKind.ADMIN, RoleKind.STEERING_COUNCIL)]
    dead = Q(pk__in=Person.objects.in_memoriam().values("pk"))
    holders = Person.objects.filter(
        Q(pk__in=Person.objects.members(day).values("pk")) | Q(pk__in=holding[0]) | Q(pk__in=holding[1]) | dead
    )
    others = holders.exclude(pk=besides.pk) if besides else holders
    holder = next((each for each in others.values_list("name", flat=True) if looks(each) & alike), None)
    if holder is None:
        return ""
    return (
        f"{holder} is on the team or the Steering Council, or is remembered here, "
        "and this name is the same or looks like it."
    )


def obstacle_to_addition(name: str) -> str:
    """Return whose name on record `name` is or looks like, as a sentence; "" for one that nobody has.

    Adding them would make two of one person, who could be nominated beside a running nomination, for instance.
    """
    alike = looks(name)
    holder = next((each for each in Person.objects.values_list("name", flat=True) if looks(each) & alike), None)
    return f"{holder} is on record already, and this name is the same or looks like it." if holder else ""


def obstacle_to_loss_of_admin(person: Person, day: date) -> str:
    """Return why `person` cannot stop being an admin on `day` (UTC), as a sentence; "" for anybody who can."""
    if not person.holds(RoleKind.ADMIN, day):
        return ""
    if Person.objects.acting_admins(day).exclude(pk=person.pk).count() >= LEAST_ADMINS:
        return ""
    return (
        f"Without {person.name} there would be fewer than {LEAST_ADMINS} admins. "
        "The Steering Council designates another one first."
    )


def with_status(people: PersonQuerySet, now: datetime) -> QuerySet[Any]:
    """Return `people` with all that `statuses` needs; no further query."""
    day = now.date()
    of_person = {"person": OuterRef("pk")}
    annotated: QuerySet[Any] = people.annotate_last_end(day).annotate(
        is_on_team=Exists(Membership.objects.on(day).filter(**of_person)),
        is_suspended=Exists(Suspension.objects.in_force().filter(**of_person)),
        is_arriving=arriving(now),
        has_login=with_login(),
        was_removed=Exists(Membership.objects.filter(ended=MembershipEnded.REMOVED, **of_person)),
    )
    return annotated


def with_suspension(people: QuerySet[Any]) -> QuerySet[Any]:
    """Return `people` with moment, reason and author of the suspension in force; all None without one."""
    annotated: QuerySet[Any] = people.annotate(
        in_force=FilteredRelation("suspensions", condition=Q(suspensions__ended_at=None)),
        suspended_at=F("in_force__begun_at"),
        suspended_by=F("in_force__begun_by__name"),
        suspension_reason=F("in_force__reason"),
    )
    return annotated


def statuses(people: Sequence[Any], now: datetime) -> list[PersonStatus]:
    """Return the status of each of `people`, read by `with_status`, in their order. One query for all roles."""
    roles = list(Role.objects.on(now.date()).filter(person__in=[person.pk for person in people]))
    return [status_of(person, (role for role in roles if role.person_id == person.pk)) for person in people]


def status_of(person: Any, roles: Iterable[Role]) -> PersonStatus:
    """Return the status of one person, read by `with_status`, who holds `roles`. No query."""
    is_emeritus = not person.is_on_team and person.last_end == MembershipEnded.EMERITUS
    label, tone = _label(person, is_emeritus=is_emeritus)
    return PersonStatus(
        person=person,
        label=label,
        tone=tone,
        is_member=person.is_on_team,
        is_suspended=person.is_suspended,
        is_public=person.is_on_team or person.last_end is not None,
        has_login=person.has_login,
        roles=tuple(roles),
    )


def _label(person: Any, *, is_emeritus: bool) -> tuple[str, str]:
    if person.is_suspended:
        return "Suspended", "now"
    if person.is_on_team:
        return "Member", "good"
    if person.is_arriving:
        return "On the way in", "accent"
    if is_emeritus:
        return "Emeritus", "neutral"
    if person.last_end == MembershipEnded.MEMORIAM:
        return "In memoriam", "neutral"
    return ("Removed" if person.was_removed else "Not a member"), "neutral"
