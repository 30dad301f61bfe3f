"""What one person's dashboard shows: what waits for them, then the team."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from advisories.reports import queries as reports
from advisories.reports.models import Report
from advisories.reports.pages import waiting as reports_waiting
from members.boarding import queries as boarding
from members.boarding.pages import newcomer
from members.people.models import Person, Role, RoleKind
from members.people.policy import Actor
from psrt_portal import manage
from web import waiting as registry
from web.waiting import Waiting

_GREETINGS = ((5, "Good night"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
_NUMBERS = ("Nothing waits", "One thing waits", "Two things wait", "Three things wait", "Four things wait")


def contents(actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything on the page; a constant number of queries, however many reports and votes."""
    in_progress = reports.open_reports(actor)
    every = [
        *registry.waiting_for(actor, now),
        *reports_waiting.waiting_for(actor, now, in_progress),
    ]
    waiting = sorted(every, key=lambda item: item.order)
    return {
        "greeting": greeting(actor, now),
        "waiting": waiting,
        "summary": summary(waiting, now),
        "open_reports": open_reports(in_progress.oldest, actor, now),
        "team": team(actor, now, in_progress.count),
        "membership": manage.entries_for(actor, now),
        "way_in": steps_of(actor.person),
    }


def steps_of(person: Person | None) -> list[newcomer.NewcomerStep]:
    """What is still missing for somebody on the way in; nothing for everybody else."""
    onboarding = boarding.onboarding_of(person)
    return newcomer.steps(onboarding) if onboarding else []


def greeting(actor: Actor, now: datetime) -> str:
    """By the hour in UTC, which is the only clock the portal knows of a reader."""
    words = next(words for hour, words in _GREETINGS if now.hour < hour)
    first = actor.person.name.split()[0] if actor.person else ""
    return f"{words}, {first}"


def summary(waiting: list[Waiting], now: datetime) -> str:
    """How many things wait, and how many of them run out within a day."""
    count = len(waiting)
    words = _NUMBERS[count] if count < len(_NUMBERS) else f"{count} things wait"
    today = sum(item.due is not None and (item.due - now).total_seconds() < 24 * 3600 for item in waiting)
    return f"{words} for you{f', {today} of them within a day' if today else ''}."


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


def team(actor: Actor, now: datetime, reports_in_progress: int) -> list[tuple[str, str]]:
    """A few numbers about the team that every reader of this page may know."""
    today = now.date()
    facts = [("Members", f"{Person.objects.members(today).count()} active")]
    admins = Role.objects.on(today).filter(kind=RoleKind.ADMIN).select_related("person").order_by("person__name", "pk")
    if actor.is_member:
        facts.append(("Open reports", str(reports_in_progress)))
    facts.append(("Admins", ", ".join(role.person.name for role in admins) or "none"))
    return facts
