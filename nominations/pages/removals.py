"""Contribute the removal of a name to the pages of the inactivity review, which records none itself (ADR 103)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse

from members.inactivity.models import ReviewEntry
from members.people.policy import Actor
from nominations import queries
from nominations.models import Resolution, ResolutionKind
from nominations.pages.resolutions import effect
from nominations.policy import RECORDED, RESOLUTIONS, RecordedAction, ResolutionAction
from web.sections import Section

_TEMPLATE = "nominations/_removal.html"


def on_review(entries: Sequence[ReviewEntry], actor: Actor, _now: datetime) -> Iterator[Section]:
    """Yield what the removal of a name waits for, in the place of its entry. One query, and none without members."""
    members = {entry.person_id: entry for entry in entries if entry.is_member}
    if not members or RecordedAction.SEE not in RECORDED.possible(actor):
        return
    for resolution in queries.removals_waiting(members):
        yield _waiting(str(members[resolution.person_id].pk), resolution)


def on_decision(entry: ReviewEntry, actor: Actor, _now: datetime) -> Iterator[Section]:
    """Yield the removal of this name that waits, or the way to record one for somebody who may."""
    if RecordedAction.SEE not in RECORDED.possible(actor):
        return
    resolution = queries.removals_waiting([entry.person_id]).first()
    if resolution is not None:
        yield _waiting("removal", resolution)
    elif ResolutionAction.RECORD in RESOLUTIONS.possible(actor):
        suggested = {"kind": ResolutionKind.REMOVE_MEMBER.value, "person": str(entry.person_id)}
        context = {"name": entry.person.name, "url": reverse("nominations:resolve", query=suggested)}
        yield Section("removal", 10, _TEMPLATE, context)


def _waiting(place: str, resolution: Resolution) -> Section:
    context = {
        "name": resolution.person.name,
        "effect": effect(resolution),
        "url": reverse("nominations:resolution", args=[resolution.pk]),
    }
    return Section(place, 10, _TEMPLATE, context)
