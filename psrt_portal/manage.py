"""The areas that admins manage: what each is for, and how things stand there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, IntegerField, Subquery
from django.urls import reverse

from audit import clock
from audit.events import LOG, AuditEvent
from audit.models import Event
from members.accounts import policy as accounts
from members.accounts.models import Invitation
from members.boarding import policy as boarding
from members.boarding.models import Checklist
from members.drift import policy as drift
from members.drift.models import DriftCheck, FindingKind, Reading
from members.drift.queries.checks import standing_findings
from members.inactivity import queries as reviews
from members.inactivity.pages.waiting import area as review_area
from members.people import policy as people
from members.people.models import Person, Suspension
from members.people.policy import Actor
from psrt_portal.audit_log.page import CHECKS, LATE
from web.waiting import Area, Columns

#: The values of the columns, by name.
Values = Mapping[str, Any]


@dataclass(frozen=True)
class AreaGroup:
    """Areas that belong together."""

    title: str
    rows: tuple[Area, ...]


class CountOf(Subquery):
    """The number of rows of a query, as a column of another one."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def values_for(person: Person, columns: Columns) -> Values:
    """Return the values of `columns` on the row of the reader. One query."""
    return Person.objects.filter(pk=person.pk).values(**columns).get()


# -- the dashboard -------------------------------------------------------------------------------------


def columns_for(actor: Actor) -> Columns:
    """Return the columns of the areas on the actor's dashboard: none for a plain member."""
    actions = accounts.possible(actor) | boarding.possible(actor) | drift.possible(actor)
    columns: Columns = {}
    if {boarding.Action.ONBOARD, boarding.Action.OFFBOARD} <= actions:
        columns |= _checklist_columns()
    if drift.Action.SEE_DRIFT in actions:
        columns |= _drift_columns()
    if accounts.Action.END_SUSPENSION in actions:
        columns |= _suspension_columns()
    if people.Action.READ_AUDIT_LOG in people.possible(actor):
        columns |= _log_columns()
    return columns


def areas(values: Values, registered: list[Area]) -> list[Area]:
    """Return the areas on a dashboard whose columns were read, with those that apps have registered in the middle."""
    # The log is on a dashboard only while something is wrong with it.
    log = [_audit_log(values)] if values.get("last_check") else []
    alarm = [area for area in log if area.tone != "good"]
    before = [*alarm, *(make(values) for column, make in _BEFORE if column in values)]
    return [*before, *registered, *([_suspensions(values)] if "suspensions_in_force" in values else [])]


# -- the page ------------------------------------------------------------------------------------------


def groups(person: Person, now: datetime) -> list[AreaGroup]:
    """Return every area, with how things stand, for an admin. Two queries."""
    columns = {
        **_checklist_columns(),
        **_suspension_columns(),
        **_drift_columns(),
        **_people_columns(now.date()),
        **_log_columns(),
    }
    values = values_for(person, columns)
    return [
        AreaGroup("Coming and going", (_onboarding(values), _offboarding(values), _suspensions(values))),
        AreaGroup("People", (_people(values), _invitations(values), _responsibilities())),
        AreaGroup("Every place in step", (_drift(values), _channels())),
        AreaGroup("Once a year", (review_area(reviews.latest(), now),)),
        AreaGroup("What happened", (_audit_log(values),)),
    ]


# -- columns -------------------------------------------------------------------------------------------


def members_column(today: date) -> CountOf:
    """Return the number of members on `today` (UTC)."""
    return CountOf(Person.objects.members(today).values("pk"))


def _checklist_columns() -> Columns:
    return {
        "onboardings": CountOf(Checklist.objects.onboardings().running().values("pk")),
        "offboardings": CountOf(Checklist.objects.offboardings().running().values("pk")),
    }


def _suspension_columns() -> Columns:
    return {"suspensions_in_force": CountOf(Suspension.objects.in_force().values("pk"))}


def _drift_columns() -> Columns:
    findings = standing_findings()
    return {
        "was_checked": Exists(DriftCheck.objects.finished()),
        "findings": CountOf(findings.values("pk")),
        "findings_left": CountOf(findings.filter(kind=FindingKind.LEFT).values("pk")),
        "unread": CountOf(Reading.objects.newest().exclude(error="").values("pk")),
    }


def _log_columns() -> Columns:
    checks = Event.objects.filter(target=LOG, kind__in=CHECKS).order_by("-at", "-id")
    return {
        "last_check": Subquery(checks.values("kind")[:1]),
        "was_checked_lately": Exists(checks.filter(at__gte=clock.moment() - LATE)),
    }


def _people_columns(today: date) -> Columns:
    return {"members": members_column(today), "pending_invitations": CountOf(Invitation.objects.pending().values("pk"))}


# -- areas ---------------------------------------------------------------------------------------------


def _count(number: int, one: str, many: str) -> str:
    return {0: "", 1: f"One {one}"}.get(number, f"{number} {many}")


def _onboarding(values: Values) -> Area:
    return Area(
        title="Onboarding",
        url=reverse("boarding:onboardings"),
        detail="Whoever the team has accepted comes in: login, responsibilities, channels, access.",
        urgency=_count(values["onboardings"], "on the way in", "on the way in"),
    )


def _offboarding(values: Values) -> Area:
    return Area(
        title="Offboarding",
        url=reverse("boarding:offboardings"),
        detail="Whoever leaves: reports handed over, every channel closed.",
        urgency=_count(values["offboardings"], "is open", "are open"),
    )


def _suspensions(values: Values) -> Area:
    return Area(
        title="Suspensions",
        url=reverse("accounts:suspensions"),
        detail="The emergency brake: a lost laptop, an account in foreign hands.",
        urgency=_count(values["suspensions_in_force"], "in force", "in force"),
    )


def _people(values: Values) -> Area:
    return Area(
        title="People",
        url=reverse("people:list"),
        detail="Everybody the portal knows: periods, roles, and what you can do about them.",
        urgency=f"{values['members']} members",
        tone="neutral",
    )


def _invitations(values: Values) -> Area:
    return Area(
        title="Invitations",
        url=reverse("accounts:invitations"),
        detail="A login comes from an invitation, and from nothing else.",
        urgency=_count(values["pending_invitations"], "not accepted", "not accepted"),
        tone="neutral",
    )


def _responsibilities() -> Area:
    return Area(
        title="Responsibilities and How to join",
        url=reverse("documents:list"),
        detail="The two public pages that are kept here, version by version, and who has accepted which.",
    )


def _drift(values: Values) -> Area:
    urgency, tone = _state_of_drift(values)
    return Area(
        title="Drift",
        url=reverse("drift:index"),
        detail="Does the GitHub team, the mailing list and the chat agree with the roster?",
        urgency=urgency,
        tone=tone,
    )


def _state_of_drift(values: Values) -> tuple[str, str]:
    if not values["was_checked"]:
        return "Never checked", "now"
    if left := values["findings_left"]:
        return _count(left, "account of who left", "accounts of who left"), "critical"
    if differences := values["findings"]:
        return _count(differences, "difference", "differences"), "now"
    if unread := values["unread"]:
        return _count(unread, "channel not read", "channels not read"), "now"
    return "In step", "good"


def _channels() -> Area:
    return Area(
        title="Channels",
        url=reverse("channels:list"),
        detail="The places outside to which membership gives access, and what an admin does there.",
    )


#: The badge of the audit log when the last check found something wrong.
_ALARMS = {AuditEvent.VERIFICATION_FAILED: "Check failed", AuditEvent.CHECKPOINT_FAILED: "No checkpoint kept"}


def _audit_log(values: Values) -> Area:
    last = values["last_check"]
    if last in _ALARMS:
        urgency, tone = _ALARMS[AuditEvent(last)], "critical"
    elif last and not values["was_checked_lately"]:
        urgency, tone = "Check is late", "now"
    else:
        urgency, tone = ("Complete", "good") if last else ("Not verified yet", "now")
    return Area(
        title="Audit log",
        url=reverse("audit_log"),
        detail="Every change with its time and person, and whether the log is complete and unchanged.",
        urgency=urgency,
        tone=tone,
    )


#: The first areas of a dashboard, each with a column that it needs.
_BEFORE: tuple[tuple[str, Callable[[Values], Area]], ...] = (
    ("onboardings", _onboarding),
    ("offboardings", _offboarding),
    ("findings", _drift),
)
