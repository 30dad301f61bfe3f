"""Change one's own profile, and export one's own data; nobody does it for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction

from audit import clock
from audit.log import record
from members.accounts.events import AccountEvent
from members.people.events import PeopleEvent
from members.people.models import Person, Preferences
from members.people.policy import Actor
from members.people.workflow import require_free_name, require_name
from members.profile.queries.own_data import own_data
from web.conflicts import NotAllowed


@dataclass(frozen=True)
class Profile:
    """The values of one's own profile; None leaves a field as it is."""

    name: str
    affiliation: str
    affiliation_public: bool
    time_zone: str
    away_until: date | None = None
    may_be_assigned: bool | None = None


@transaction.atomic
def change_profile(profile: Profile, *, by: Actor) -> list[str]:
    """Write what differs, and return the names of those fields. The audit log gets the names only.

    An `away_until` of None means that the person is there again. Raises `NotAllowed` for an anonymous actor,
    `Conflict` for a name that is not valid, or that somebody on the team or the Steering Council has.
    """
    person = _locked(by)
    name = require_name(profile.name)
    at = clock.now()
    if name != person.name:
        require_free_name(name, at, besides=person)
    preferences, _ = Preferences.objects.get_or_create(person=person)
    own = {"name": name, "affiliation": profile.affiliation, "affiliation_public": profile.affiliation_public}
    rest = {field: getattr(profile, field) for field in ("time_zone", "away_until", "may_be_assigned")}
    chosen = {field: value for field, value in rest.items() if value is not None or field == "away_until"}
    changed = [*_write(person, own), *_write(preferences, chosen)]
    if changed:
        kind = PeopleEvent.RENAMED if "name" in changed else AccountEvent.PREFERENCES_CHANGED
        record(kind, target=person, by=person, at=at, fields=changed)
    return changed


def _write(row: models.Model, values: dict[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    return changed


@transaction.atomic
def export_own_data(*, by: Actor) -> dict[str, Any]:
    """Return everything the portal holds about `by`, for themselves. Raises `NotAllowed` for an anonymous actor."""
    person = _locked(by)
    at = clock.now()
    data = own_data(person, at)
    record(AccountEvent.OWN_DATA_EXPORTED, target=person, by=person, at=at)
    return data


def _locked(by: Actor) -> Person:
    if by.person is None:
        raise NotAllowed("profile:change")
    return Person.objects.select_for_update().get(pk=by.person.pk)
