"""The audit log on the page of all areas, and on an admin's dashboard while something is wrong with it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Subquery
from django.urls import reverse

from audit import clock
from audit.events import LOG
from audit.models import Event
from members.people.policy import Action, Actor, possible
from psrt_portal.audit_log.page import CHECKS, LATE, CheckState, state_after
from web.areas import AreaSource, Values
from web.waiting import Area, Columns

#: Badge and tone.
_BADGES = {
    CheckState.NONE: ("Not verified yet", "now"),
    CheckState.WHOLE: ("Complete", "good"),
    CheckState.LATE: ("Check is late", "now"),
    CheckState.CHANGED: ("Check failed", "critical"),
    CheckState.FILE: ("No checkpoint kept", "critical"),
}


def _columns(_now: datetime) -> Columns:
    checks = Event.objects.filter(target=LOG, kind__in=CHECKS).order_by("-at", "-id")
    return {
        "last_check": Subquery(checks.values("kind")[:1]),
        "was_checked_lately": Exists(checks.filter(at__gte=clock.moment() - LATE)),
    }


def _concerns(actor: Actor) -> bool:
    return Action.READ_AUDIT_LOG in possible(actor)


def _state(values: Values) -> CheckState:
    return state_after(values["last_check"], is_late=not values["was_checked_lately"])


def _is_wrong(values: Values) -> bool:
    return _state(values) not in {CheckState.NONE, CheckState.WHOLE}


def _audit_log(values: Values, _now: datetime) -> Area:
    urgency, tone = _BADGES[_state(values)]
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
