"""The area of this app on the dashboard and on the page of all areas."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists
from django.urls import reverse

from members.drift.models import DriftCheck, FindingKind, Reading
from members.drift.policy import Action, possible
from members.drift.queries.checks import standing_findings
from members.people.policy import Actor
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.waiting import Area, Columns


def _columns(_now: datetime) -> Columns:
    findings = standing_findings()
    return {
        "was_checked": Exists(DriftCheck.objects.finished()),
        "findings": CountOf(findings.values("pk")),
        "findings_left": CountOf(findings.filter(kind=FindingKind.LEFT).values("pk")),
        "unread": CountOf(Reading.objects.newest().exclude(error="").values("pk")),
    }


def _concerns(actor: Actor) -> bool:
    return Action.SEE_DRIFT in possible(actor)


def _drift(values: Values, _now: datetime) -> Area:
    urgency, tone = _state(values)
    return Area(
        title="Drift",
        url=reverse("drift:index"),
        detail="Does the GitHub team, the mailing list and the chat agree with the roster?",
        urgency=urgency,
        tone=tone,
    )


def _state(values: Values) -> tuple[str, str]:
    if not values["was_checked"]:
        return "Never checked", "now"
    if left := values["findings_left"]:
        return number_in_words(left, "account of who left", "accounts of who left"), "critical"
    if differences := values["findings"]:
        return number_in_words(differences, "difference", "differences"), "now"
    if unread := values["unread"]:
        return number_in_words(unread, "channel not read", "channels not read"), "now"
    return "In step", "good"


AREAS = (AreaSource(group="Every place in step", position=70, columns=_columns, area=_drift, concerns=_concerns),)
