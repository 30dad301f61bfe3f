"""The audit log on the page of all areas, and on an admin's dashboard while something is wrong with it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Subquery
from django.urls import reverse

from audit import clock
from audit.events import LOG, AuditEvent
from audit.models import Event
from members.people.policy import Action, Actor, possible
from psrt_portal.audit_log.page import CHECKS, LATE
from web.areas import AreaSource, Values
from web.waiting import Area, Columns

#: The badge when the last check found something wrong.
_ALARMS = {AuditEvent.VERIFICATION_FAILED: "Check failed", AuditEvent.CHECKPOINT_FAILED: "No checkpoint kept"}


def _columns(_now: datetime) -> Columns:
    checks = Event.objects.filter(target=LOG, kind__in=CHECKS).order_by("-at", "-id")
    return {
        "last_check": Subquery(checks.values("kind")[:1]),
        "was_checked_lately": Exists(checks.filter(at__gte=clock.moment() - LATE)),
    }


def _concerns(actor: Actor) -> bool:
    return Action.READ_AUDIT_LOG in possible(actor)


def _state(values: Values) -> tuple[str, str]:
    last = values["last_check"]
    if not last:
        return "Not verified yet", "now"
    if last in _ALARMS:
        return _ALARMS[AuditEvent(last)], "critical"
    return ("Complete", "good") if values["was_checked_lately"] else ("Check is late", "now")


def _is_wrong(values: Values) -> bool:
    return bool(values["last_check"]) and _state(values)[1] != "good"


def _audit_log(values: Values, _now: datetime) -> Area:
    urgency, tone = _state(values)
    return Area(
        title="Audit log",
        url=reverse("audit_log"),
        detail="Every change with its time and person, and whether the log is complete and unchanged.",
        urgency=urgency,
        tone=tone,
    )


AREAS = (
    AreaSource(
        group="What happened",
        position=100,
        columns=_columns,
        area=_audit_log,
        concerns=_concerns,
        is_due=_is_wrong,
    ),
)
