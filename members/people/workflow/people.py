"""Add and correct people; a GitHub name belongs to one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.events import PeopleEvent
from members.people.models import FormerGitHubName, Person
from members.people.policy import Action, Actor, require
from members.people.queries.people import free_slug, obstacle_to_addition, obstacle_to_github, obstacle_to_name
from members.people.registry import announce_github_name
from web.conflicts import Conflict, conflict_on_integrity_error
from web.validity import valid_github_name, valid_name


@transaction.atomic
def rename_on_github(person: Person, name: str, *, by: Person, at: datetime, **data: Any) -> Person:
    """Note that the GitHub account of `person` has a new name; the old one is kept. The caller asks the policy.

    Raises `Conflict` when the name is not valid or on record for somebody else.
    """
    name = require_github_name(name)
    person = Person.objects.select_for_update().get(pk=person.pk)
    take_github_name(person, name, at)
    record(PeopleEvent.GITHUB_RENAMED, target=person, by=by, at=at, **data)
    return person


@transaction.atomic
def add_person(name: str, *, github: str = "", is_namesake: bool = False, by: Actor | None = None) -> Person:
    """Add somebody to the records; says nothing about membership.

    Raises `Conflict` when a name is not valid, or that of somebody on record, unless `is_namesake` says that there are
    two; when the GitHub name, compared without case, belongs to somebody else or,
    without that word, did before; and when somebody of this name is being added at the same moment.
    """
    name, github = require_name(name), require_github_name(github)
    at = clock.now()
    namesake = require_free_name(name, at, github=github, is_namesake=is_namesake)
    if not is_namesake and (obstacle := obstacle_to_addition(name)):
        raise Conflict(obstacle)
    _require_unused(github)
    slug = free_slug(name)
    with conflict_on_integrity_error(lambda: _require_new(name, github, slug)):
        person = Person.objects.create(name=name, github=github, slug=slug, added_at=at)
    announce_github_name()
    record(PeopleEvent.PERSON_ADDED, target=person, by=by.person if by else None, at=at, **namesake)
    return person


def require_name(name: str) -> str:
    """Return a person's name as it is kept. Raises `Conflict` for what is no name."""
    try:
        return valid_name(name)
    except ValueError as error:
        raise Conflict(str(error)) from error


def require_github_name(github: str) -> str:
    """Return a GitHub name as it is kept, "" for none. Raises `Conflict` for what is no GitHub name."""
    try:
        return valid_github_name(github)
    except ValueError as error:
        raise Conflict(str(error)) from error


def require_free_name(
    name: str, at: datetime, *, github: str = "", besides: Person | None = None, is_namesake: bool = False
) -> dict[str, bool]:
    """Return what an event says of a name that somebody else has as well; nothing for one that is free.

    Raises `Conflict` for the name of somebody on the team or the Steering Council, and for a `github` that somebody
    else had before, unless `is_namesake` is true.
    """
    obstacle = obstacle_to_name(name, at.date(), besides=besides) if name else ""
    obstacle = obstacle or obstacle_to_github(github, besides=besides)
    if obstacle and not is_namesake:
        raise Conflict(obstacle)
    return {"is_namesake": True} if obstacle else {}


def _require_unused(github: str) -> None:
    if github and Person.objects.filter(github__iexact=github).exists():
        raise Conflict(f"Somebody with the GitHub name {github} is known already.")


def _require_new(name: str, github: str, slug: str) -> None:
    _require_unused(github)
    if Person.objects.filter(slug=slug).exists():
        raise Conflict(f"Somebody else has just added {name}. Look whether that is the same person.")


@transaction.atomic
def correct_person(person: Person, *, name: str, github: str, is_namesake: bool = False, by: Actor) -> Person:
    """Correct a name or GitHub name; an earlier GitHub name is kept with the day (UTC) it ended.

    With another GitHub name the number of the account is no longer on record, until a check has seen it in the team.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when a name is not valid or the GitHub name is somebody
    else's, and for a new name of somebody on the team or the Steering Council, unless `is_namesake` says that there
    are two: nobody says so of themselves.
    """
    who = require(Action.CORRECT_PEOPLE, by)
    name, github = require_name(name), require_github_name(github)
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    changed = [field for field, new in (("name", name), ("github", github)) if getattr(person, field) != new]
    is_renamed = "name" in changed
    is_namesake = is_namesake and not by.is_person(person)
    new_name, new_github = name if is_renamed else "", github if "github" in changed else ""
    namesake = require_free_name(new_name, at, github=new_github, besides=person, is_namesake=is_namesake)
    person.name = name
    if person.github_id is not None and person.github.lower() != github.lower():
        # Whether the account is the same, or the first name was a mistake, is for GitHub to say.
        person.github_id = None
        changed.append("github_id")
    take_github_name(person, github, at)
    kind = PeopleEvent.RENAMED if is_renamed else PeopleEvent.PERSON_CORRECTED
    record(kind, target=person, by=who, at=at, fields=changed, **namesake)
    return person


def take_github_name(person: Person, github: str, at: datetime) -> None:
    """Save a locked person with a GitHub name; the one before is kept as a former one that ended on the day of `at`.

    Raises `Conflict` when the name, compared without case, is on record for somebody else.
    """
    _require_own(person, github)
    if person.github and person.github != github:
        FormerGitHubName.objects.create(person=person, name=person.github, until=at.date())
    person.github = github
    with conflict_on_integrity_error(lambda: _require_own(person, github)):
        person.save()
    announce_github_name()


def _require_own(person: Person, github: str) -> None:
    other = Person.objects.filter(github__iexact=github).exclude(pk=person.pk).first() if github else None
    if other:
        raise Conflict(f"{github} is on record as the GitHub name of {other.name}. Correct that first.")
