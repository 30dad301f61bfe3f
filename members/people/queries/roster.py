"""Read the public roster: members and emeritus of a day, and nothing about them that is not public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from members.people import roster_file
from members.people.models import FormerGitHubName, Membership, MembershipEnded, Role, RoleKind, emeritus_on
from web.validity import sort_key

#: The shape of members.json; raised when a key changes its meaning or goes.
JSON_VERSION = 2


@dataclass
class RosterEntry:
    """One person on `day`, as far as that is public."""

    day: date
    person_id: UUID
    name: str
    slug: str
    github: str
    github_id: int | None
    affiliation: str
    periods: list[Membership] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        """A membership covers the day."""
        return any(period.covers(self.day) for period in self.periods)

    @property
    def is_emeritus(self) -> bool:
        """Whether all memberships have ended, the last one as emeritus."""
        return emeritus_on(self.day, self.periods)

    @property
    def is_former(self) -> bool:
        """Whether all memberships have ended, in whatever way: that is not public."""
        return not self.is_current and any(period.is_over(self.day) for period in self.periods)

    @property
    def in_memoriam(self) -> bool:
        """Whether the person has died, as far as the portal knew on the day."""
        return any(period.ended == MembershipEnded.MEMORIAM and period.is_over(self.day) for period in self.periods)

    @property
    def current(self) -> Membership | None:
        """The membership that covers the day."""
        return next((period for period in self.periods if period.covers(self.day)), None)

    @property
    def begun_periods(self) -> list[Membership]:
        """Memberships that had begun by the day, as far as is known."""
        return [period for period in self.periods if period.covers(self.day) or period.is_over(self.day)]

    @property
    def past_roles(self) -> list[Role]:
        """Roles that had begun by the day, as far as is known."""
        return [role for role in self.roles if role.covers(self.day) or role.is_over(self.day)]

    @property
    def current_roles(self) -> list[Role]:
        """Roles held on the day, in the order of the vocabulary."""
        held = {role.kind: role for role in self.roles if role.covers(self.day)}
        return [held[kind] for kind in RoleKind if kind in held]

    @property
    def url(self) -> str:
        """The person's public page."""
        return reverse("roster:person", args=[self.slug])


@dataclass(frozen=True)
class Roster:
    """The team on one day, each list by name as people expect it (`web.validity.sort_key`)."""

    day: date
    members: list[RosterEntry]
    emeritus: list[RosterEntry]
    """Everybody who served and does not any more, whatever ended it (developer's guide, ``security/psrt.rst``)."""

    def members_csv(self) -> str:
        """Return the members in the shape of the developer's guide's ``psrt.csv``."""
        return roster_file.write(self.members, emeritus=False)

    def emeritus_csv(self) -> str:
        """Return the emeritus in the shape of ``psrt-emeritus.csv``; their notes are the roles they held."""
        return roster_file.write(self.emeritus, emeritus=True)

    def as_json(self) -> dict[str, Any]:
        """Return the shape documented in docs/operations.md, "What machines read"."""
        return {
            "version": JSON_VERSION,
            "on": self.day.isoformat(),
            "members": [self._entry(entry) for entry in self.members],
            "emeritus": [self._entry(entry) for entry in self.emeritus],
        }

    def _entry(self, entry: RosterEntry) -> dict[str, Any]:
        return {
            "name": entry.name,
            "github": entry.github or None,
            "github_id": entry.github_id,
            "affiliation": entry.affiliation or None,
            "in_memoriam": entry.in_memoriam,
            "url": settings.SITE_URL + entry.url,
            "roles": [
                {"role": role.kind, "since": _iso(role.since), "source": role.public_source or None}
                for role in entry.current_roles
            ],
            "memberships": [_period(period, period.is_over(self.day)) for period in entry.begun_periods],
        }


def _period(period: Membership, is_over: bool) -> dict[str, Any]:
    """Return one membership as it stood on the roster's day: an end after it had not come yet.

    How it ended is not public.
    """
    return {
        "since": _iso(period.since),
        "since_precision": period.since_precision if period.since else "unknown",
        "until": _iso(period.until) if is_over else None,
        "until_precision": _until_precision(period) if is_over else None,
        "began": period.began,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _until_precision(period: Membership) -> str:
    if period.until:
        return str(period.until_precision)
    return "unknown"


_PERIOD = ("since", "since_precision", "until", "until_precision", "ended_on_unknown_day", "recorded_on")


_MEMBERSHIP = ("id", *_PERIOD, "began", "ended")


_ROLE = ("id", *_PERIOD, "kind", "authority", "is_authority_public")


_FIELDS = (
    "person",
    "person__slug",
    "person__name",
    "person__github",
    "person__github_id",
    "person__affiliation",
    "person__affiliation_public",
    *_MEMBERSHIP,
    *(f"person__roles__{name}" for name in _ROLE),
)


def roster(day: date, slug: str = "") -> Roster:
    """Return the team on `day` (UTC), or only the person with `slug`, as far as the portal knows of it today.

    One query, whatever its size; a second one for a day in the past, on which GitHub names may have been others.
    """
    periods = Membership.objects.filter(person__slug=slug) if slug else Membership.objects.all()
    entries: dict[str, RosterEntry] = {}
    for row in periods.order_by("since", "id").values_list(*_FIELDS):
        _add(entries, day, row)
    if day < timezone.now().date():
        _use_names_of(entries, day)
    ordered = sorted(entries.values(), key=lambda entry: (sort_key(entry.name), entry.name, entry.slug))
    return Roster(
        day=day,
        members=[entry for entry in ordered if entry.is_current],
        emeritus=[entry for entry in ordered if entry.is_former],
    )


def _add(entries: dict[str, RosterEntry], day: date, row: Sequence[Any]) -> None:
    person_id, slug, name, github, github_id, affiliation, shown, *rest = row
    entry = entries.setdefault(
        slug, RosterEntry(day, person_id, name, slug, github, github_id, affiliation if shown else "")
    )
    period = dict(zip(_MEMBERSHIP, rest, strict=False))
    if all(other.pk != period["id"] for other in entry.periods):
        entry.periods.append(Membership(**period))
    role = dict(zip(_ROLE, rest[len(_MEMBERSHIP) :], strict=True))
    if role["id"] is not None and all(other.pk != role["id"] for other in entry.roles):
        entry.roles.append(Role(**role))


def _use_names_of(entries: dict[str, RosterEntry], day: date) -> None:
    """Put the GitHub names in place that were in use on `day`: of those given up later, the first."""
    later = FormerGitHubName.objects.filter(until__gt=day).order_by("-until", "-id")
    for slug, name in later.values_list("person__slug", "name"):
        if slug in entries:
            entries[slug].github = name


def entry_of(slug: str, day: date) -> RosterEntry | None:
    """Return the public entry of one person, None for somebody who never was a member."""
    team = roster(day, slug)
    return next(iter([*team.members, *team.emeritus]), None)
