"""The dashboard: everything that waits for the reader, then the team.

At most eight queries with the session and the reader, whoever reads it and however much there is: one for each of
nominations, reports, checklists, findings of drift and inactivity reviews, and one for all the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery

from advisories.reports import queries as reports
from advisories.reports.models import Report
from advisories.reports.pages import waiting as reports_waiting
from members.boarding import queries as boarding
from members.boarding.pages import newcomer
from members.people.models import Person
from members.people.policy import Actor
from psrt_portal import manage
from web import waiting as registry
from web.waiting import Columns, Waiting

_GREETINGS = ((5, "Good night"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
_NUMBERS = ("Nothing waits", "One thing waits", "Two things wait", "Three things wait", "Four things wait")
#: In seconds.
_DAY = 24 * 3600


def contents(actor: Actor, person: Person, now: datetime) -> dict[str, Any]:
    """Return everything on the page of a member, or of somebody on the Steering Council."""
    in_progress = reports.open_reports(actor)
    small = registry.ColumnItems(actor, now)
    columns = {**_team_columns(now.date()), **manage.columns_for(actor), **small.columns}
    values = manage.values_for(person, columns)
    items = [
        *registry.items_for(actor, now),
        *small.items(values),
        *reports_waiting.waiting_for(actor, now, in_progress),
    ]
    waiting = registry.by_urgency(items)
    registered = [item for item in items if not isinstance(item, Waiting)]
    return {
        "greeting": greeting(actor, now),
        "waiting": waiting,
        "summary": summary(waiting, now),
        "open_reports": open_reports(in_progress.oldest, actor, now),
        "team": _team(actor, values, in_progress.count),
        "areas": manage.areas(values, registered),
        # A member has no way in any more.
        "newcomer_steps": [] if actor.is_member else steps_of(person, now),
    }


def steps_of(person: Person, now: datetime) -> list[newcomer.NewcomerStep]:
    """Return the steps left for somebody on the way in; none for everybody else."""
    onboarding = boarding.onboarding_of(person, now)
    return newcomer.steps(onboarding, now) if onboarding else []


def greeting(actor: Actor, now: datetime) -> str:
    """Greet by the hour in UTC, which is the only clock the portal has of a reader."""
    salutation = next(text for hour, text in _GREETINGS if now.hour < hour)
    first_name = actor.person.name.split()[0] if actor.person else ""
    return f"{salutation}, {first_name}"


def summary(waiting: Sequence[Waiting], now: datetime) -> str:
    """Say how many things wait, and how many of them run out within a day."""
    count = len(waiting)
    sentence = _NUMBERS[count] if count < len(_NUMBERS) else f"{count} things wait"
    today = sum(item.due is not None and (item.due - now).total_seconds() < _DAY for item in waiting)
    return f"{sentence} for you{f', {today} of them within a day' if today else ''}."


def open_reports(rows: list[Report], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the oldest open reports that the actor may see, with their age."""
    return [
        {
            "report": report,
            "day": report.day(now),
            "is_urgent": report.is_urgent(now),
            "is_idle": report.coordinator is None and report.is_idle(now),
            "is_own": actor.is_person(report.coordinator),
        }
        for report in rows
    ]


def _team_columns(today: date) -> Columns:
    admins = Person.objects.filter(pk__in=Person.objects.acting_admins(today).values("pk"))
    return {"members": manage.members_column(today), "admins": ArraySubquery(admins.values("name"))}


def _team(actor: Actor, values: manage.Values, reports_in_progress: int) -> list[tuple[str, str]]:
    """Return a few numbers about the team that every reader of this page may see."""
    facts = [("Members", f"{values['members']} active")]
    if actor.is_member:
        facts.append(("Open reports", str(reports_in_progress)))
    facts.append(("Admins", ", ".join(values["admins"]) or "none"))
    return facts
