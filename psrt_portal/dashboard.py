"""The dashboard: what waits for the reader, what the apps show below it, and the team.

Each app registers its items with `web.waiting` and its areas with `web.areas`. At most eight queries for any reader and
any number of rows, session and reader included: one for each of nominations, reports, checklists, findings of drift and
inactivity reviews, and one for the columns of all apps.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery

from members.boarding import queries as boarding
from members.boarding.pages import newcomer
from members.people.models import Person
from members.people.pages.areas import members_column
from members.people.policy import Actor
from psrt_portal.manage import values_for
from web import areas
from web import waiting as registry
from web.areas import Values
from web.waiting import Area, Columns, Panel, TeamNumber, Waiting

_GREETINGS = ((5, "Good night"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
_NUMBERS = ("Nothing waits", "One thing waits", "Two things wait", "Three things wait", "Four things wait")
#: In seconds.
_DAY = 24 * 3600


def contents(actor: Actor, person: Person, now: datetime) -> dict[str, Any]:
    """Return everything on the page of a member, or of somebody on the Steering Council."""
    small = registry.ColumnItems(actor, now)
    sources = areas.concerning(actor)
    columns = {**_team_columns(now.date()), **areas.columns_of(sources, now), **small.columns}
    values = values_for(person, columns)
    items = [*registry.items_for(actor, now), *small.items(values)]
    waiting = registry.by_urgency(items)
    registered = [item for item in items if isinstance(item, Area) and not isinstance(item, Waiting)]
    # What is wrong stands first.
    shown = [source.area(values, now) for source in sources if source.is_due(values)]
    shown.sort(key=lambda area: area.tone != "critical")
    return {
        "greeting": greeting(actor, now),
        "waiting": waiting,
        "due": [item for item in waiting if is_due(item, now)],
        "later": [item for item in waiting if not is_due(item, now)],
        "summary": summary(waiting, now),
        "panels": [item for item in items if isinstance(item, Panel)],
        "team": _team(values, [item for item in items if isinstance(item, TeamNumber)]),
        "areas": [*shown, *registered],
        # A member is onboarded.
        "newcomer": None if actor.is_member else newcomer_of(person, now),
    }


def newcomer_of(person: Person, now: datetime) -> newcomer.NewcomerProgress | None:
    """Return the steps left for somebody who is being onboarded; None for everybody else."""
    onboarding = boarding.onboarding_of(person, now)
    return newcomer.newcomer_of(onboarding, now) if onboarding else None


def greeting(actor: Actor, now: datetime) -> str:
    """Greet by the hour in UTC, which is the only clock the portal has of a reader."""
    salutation = next(text for hour, text in _GREETINGS if now.hour < hour)
    first_name = actor.person.name.split()[0] if actor.person else ""
    return f"{salutation}, {first_name}"


def is_due(item: Waiting, now: datetime) -> bool:
    """Return whether an item runs out within a day, or has run out."""
    return item.due is not None and (item.due - now).total_seconds() < _DAY


def summary(waiting: Sequence[Waiting], now: datetime) -> str:
    """Say how many things wait, and how many of them run out within a day."""
    count = len(waiting)
    sentence = _NUMBERS[count] if count < len(_NUMBERS) else f"{count} things wait"
    today = sum(is_due(item, now) for item in waiting)
    return f"{sentence} for you{f', {today} of them within a day' if today else ''}."


def _team_columns(today: date) -> Columns:
    admins = Person.objects.filter(pk__in=Person.objects.acting_admins(today).values("pk"))
    return {"members": members_column(today), "admins": ArraySubquery(admins.values("name"))}


def _team(values: Values, registered: list[TeamNumber]) -> list[TeamNumber]:
    """Return a few numbers about the team that this reader may know, those of the apps in the middle."""
    admins = ", ".join(values["admins"]) or "none"
    return [TeamNumber("Members", f"{values['members']} active"), *registered, TeamNumber("Admins", admins)]
