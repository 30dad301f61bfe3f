"""What one reader may see of the log, as a query: nothing is taken out of a page after it was cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from advisories.reports.models import Report
from audit.models import Event, label
from members.people.models import Person
from members.people.policy import Actor
from nominations.models import Nomination, Vote
from psrt_portal.audit_log.sentences import SHOWN, Group, kinds_of

#: Keys of an event's data that hold the id of somebody concerned.
_CONCERNED = ("person", "nominee", "after", "to")


@dataclass(frozen=True)
class Wanted:
    """What a reader asked for; days are calendar days in UTC, both included."""

    person: Person | None = None
    group: Group | None = None
    since: date | None = None
    until: date | None = None


def events_for(actor: Actor, wanted: Wanted) -> QuerySet[Event]:
    """Return the events that `actor` may see and asked for, newest first."""
    events = Event.objects.alias(of_report=KT("data__report")).filter(_visible_to(actor)).order_by("-at", "-id")
    if wanted.group is not None:
        events = events.filter(kind__in=kinds_of(wanted.group))
    if wanted.person is not None:
        events = events.filter(_about(wanted.person))
    if wanted.since is not None:
        events = events.filter(at__gte=datetime.combine(wanted.since, time.min, UTC))
    if wanted.until is not None:
        events = events.filter(at__lte=datetime.combine(wanted.until, time.max, UTC))
    return events


def _visible_to(actor: Actor) -> Q:
    """Return the condition: kinds on the list, and of reports and nominations those that the actor may see at all.

    So a nominee sees nothing of their own nomination, and a report that is closed to somebody is closed here.
    """
    things: dict[type[Model], QuerySet[Model]] = {
        Report: Report.objects.visible_to(actor),
        Nomination: (nominations := Nomination.objects.visible_to(actor)),
        Vote: Vote.objects.filter(nomination__in=nominations.values("pk")),
    }
    bound = {kind: _bound_to(kind) for kind in SHOWN}
    visible = Q(kind__in=[kind for kind, model in bound.items() if model is None])
    for model, rows in things.items():
        is_visible = Q(target__in=_labels(model, rows))
        if model is Report:
            # An event about an advisory names the report in its data.
            is_visible |= Q(of_report__in=_ids(rows))
        visible |= Q(kind__in=[kind for kind, bound_to in bound.items() if bound_to is model]) & is_visible
    return visible


def _bound_to(kind: str) -> type[Model] | None:
    """Return the model of which the reader must be able to see the row; None when every admin may know."""
    models = [model for model, _key in SHOWN[kind].things.values()]
    return next((model for model in (Report, Nomination, Vote) if model in models), None)


def _ids(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    texts: QuerySet[Any, Any] = rows.order_by().annotate(as_text=Cast("pk", CharField())).values("as_text")
    return texts


def _labels(model: type[Model], rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Return the names of rows as the log has them (`audit.models.label`)."""
    prefix = Value(f"{model._meta.label_lower}:")
    labels: QuerySet[Any, Any] = (
        rows.order_by().annotate(name_in_log=Concat(prefix, Cast("pk", CharField()))).values("name_in_log")
    )
    return labels


def _about(person: Person) -> Q:
    """Return the condition for events by somebody, or about them by their own id."""
    concerned = Q(actor=label(person)) | Q(target=label(person))
    for key in _CONCERNED:
        concerned |= Q(**{f"data__{key}": str(person.pk)})
    return concerned
