"""Confidential rows are read through a door, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.test.utils import CaptureQueriesContext

from advisories.publication.models import Advisory, Credit
from advisories.reports import workflow as reports_workflow
from advisories.reports.doors import MARK, GuardedQuerySet, LinkHolder, UnguardedQuery, Viewer
from advisories.reports.models import Message, Report
from audit.models import Event
from members.people.models import Person
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import holder_of
from tests.advisories.watch import BesideTheDoorError
from tests.cast import Cast, act_as

MODELS = [Report, Message, Advisory, Credit]

EVALUATIONS: dict[str, Callable[[Any], Any]] = {
    "all": list,
    "get": lambda rows: rows.get(),
    "first": lambda rows: rows.first(),
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:1]),
    "len": len,
    "bool": bool,
    "in": lambda rows: None in rows,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(rows.model(pk=1)),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "sliced count": lambda rows: rows[:1].count(),
    "in_bulk": lambda rows: rows.in_bulk(),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "filtered": lambda rows: list(rows.filter(pk=None).exclude(pk=1).order_by("pk")),
    "iterator": lambda rows: list(rows.iterator(chunk_size=10)),
    "latest": lambda rows: rows.latest("pk"),
    "explain": lambda rows: rows.explain(),
    "update": lambda rows: rows.update(pk=1),
    "delete": lambda rows: rows.delete(),
    "union": lambda rows: list(rows.order_by().union(rows.order_by().system("a test"))),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "subquery": lambda rows: list(Person.objects.filter(pk__in=rows.values("pk"))),
    "exists in another": lambda rows: list(Person.objects.filter(Exists(rows.filter(pk=OuterRef("pk"))))),
    "column of another": lambda rows: list(Person.objects.annotate(report=Subquery(rows.values("pk")[:1]))),
    "or": lambda rows: list(rows.system("a test").filter(pk=1) | rows.filter(pk=2)),
    "the other or": lambda rows: list(rows.filter(pk=2) | rows.system("a test").filter(pk=1)),
    "raw": lambda rows: rows.raw("SELECT 1"),
    "refresh": lambda rows: rows.model(pk=1).refresh_from_db(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", EVALUATIONS)
def test_a_query_without_a_door_raises(model: Any, name: str) -> None:
    with CaptureQueriesContext(connection) as queries, pytest.raises(UnguardedQuery):
        EVALUATIONS[name](model.objects.all())
    assert [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "name", ["all", "count", "exists", "aggregate", "sliced count", "values", "in_bulk", "iterator", "union", "explain"]
)
def test_a_statement_carries_the_name_of_its_door(model: Any, name: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        EVALUATIONS[name](model.objects.system("a test, of doors"))
    assert len(queries) == 1
    assert f"{MARK}system, a test, of doors */" in queries[0]["sql"]


def test_a_reason_is_made_of_words() -> None:
    for reason in ("", "*/ DROP TABLE", "100%", "a; b", " x"):
        with pytest.raises(ValueError, match="a reason is words"):
            Report.objects.system(reason)


# -- from one row to its neighbours ---------------------------------------------------------------------


def test_a_report_leads_to_its_children_through_a_door_only(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    reports_workflow.write_note(report, "a note", by=act_as(cast.mel))
    with pytest.raises(UnguardedQuery):
        list(report.messages.all())
    with pytest.raises(UnguardedQuery):
        report.messages.count()
    assert [message.body for message in report.messages.visible_to(act_as(cast.mel))] == ["a note"]
    bare = Report.objects.system("a test").get(pk=report.pk)
    with pytest.raises(UnguardedQuery):
        _ = bare.advisory
    with pytest.raises(UnguardedQuery):
        list(Report.objects.system("a test").prefetch_related("messages"))
    prefetched = Report.objects.system("a test").prefetch_related(
        Prefetch("messages", queryset=Message.objects.visible_to(act_as(cast.mel)))
    )
    assert len(prefetched.get(pk=report.pk).messages.all()) == 1


def test_a_child_does_not_lead_to_its_report_unless_it_came_with_it(cast: Cast) -> None:
    report = factories.received()
    reports_workflow.write_note(report, "a note", by=act_as(cast.mel))
    bare = Message.objects.system("a test").get()
    with pytest.raises(UnguardedQuery):
        _ = bare.report
    assert Message.objects.system("a test").select_related("report").get().report == report


def test_a_row_is_read_again_through_a_door_only(cast: Cast) -> None:
    report = factories.received()
    with pytest.raises(UnguardedQuery):
        report.refresh_from_db()
    report.refresh_from_db(from_queryset=Report.objects.system("a test"))
    deferred = Report.objects.system("a test").defer("summary").get(pk=report.pk)
    with pytest.raises(UnguardedQuery):
        _ = deferred.summary


def test_narrowing_needs_no_second_door(cast: Cast) -> None:
    report = factories.received()
    factories.received()
    assert list(Report.objects.visible_to(act_as(cast.mel)) & Report.objects.filter(pk=report.pk)) == [report]


def test_a_person_does_not_lead_to_reports(cast: Cast) -> None:
    related = [field.related_model for field in Person._meta.get_fields() if field.is_relation]
    assert [model for model in related if model in MODELS] == []


def test_saving_needs_no_door(cast: Cast) -> None:
    report = factories.received()
    report.summary = "Another"
    report.save()
    assert factories.fresh(report).summary == "Another"


# -- what each door shows -----------------------------------------------------------------------------------


def bodies(viewer: Viewer) -> list[str]:
    return sorted(Message.objects.visible_to(viewer).values_list("body", flat=True))


def test_members_see_every_report_and_nobody_else_sees_any(cast: Cast) -> None:
    factories.received()
    factories.determined(cast.mel)
    visible = {
        person.name: Report.objects.visible_to(act_as(person)).count()
        for person in (cast.ada, cast.mia, cast.sara, cast.sam, cast.emil, cast.olga, cast.nora)
    }
    assert visible == {
        "Ada Admin": 2, "Mia Member": 2, "Sara Steering": 2, "Sam Steering": 0, "Emil Emeritus": 0, "Olga Outsider": 0,
        "Nora Nominee": 0,
    }  # fmt: skip
    assert Report.objects.visible_to(ANONYMOUS).count() == 0


def test_a_link_shows_its_own_report_without_notes(cast: Cast) -> None:
    mine, other = factories.received(), factories.received()
    for report in (mine, other):
        reports_workflow.write_note(report, f"note on {report.reference}", by=act_as(cast.mel))
        reports_workflow.write_message(report, f"message on {report.reference}", by=act_as(cast.mel))
    holder = holder_of(mine)
    assert list(Report.objects.visible_to(holder)) == [mine]
    assert bodies(holder) == [f"message on {mine.reference}"]
    assert bodies(act_as(cast.mia)) == sorted(
        f"{kind} on {report.reference}" for kind in ("note", "message") for report in (mine, other)
    )
    assert bodies(ANONYMOUS) == bodies(act_as(cast.sam)) == []


def test_a_replaced_nonce_ends_a_link(cast: Cast) -> None:
    report = factories.received()
    reports_workflow.write_message(report, "hello", by=act_as(cast.mel))
    old = LinkHolder(report.pk, "x" * 16)
    assert not Report.objects.visible_to(old).exists()
    assert bodies(old) == []


def test_drafts_and_their_credits_are_for_members_until_they_are_published(cast: Cast) -> None:
    draft = factories.drafted(cast.mel)
    for viewer in (ANONYMOUS, act_as(cast.sam), act_as(cast.emil), act_as(cast.olga), holder_of(draft)):
        assert not Advisory.objects.visible_to(viewer).exists()
        assert not Credit.objects.visible_to(viewer).exists()
    assert not Advisory.objects.published().exists()
    assert Advisory.objects.visible_to(act_as(cast.mia)).count() == 1
    assert Credit.objects.visible_to(act_as(cast.mia)).count() == 2


def test_a_published_report_is_for_everybody(cast: Cast) -> None:
    factories.published(cast.mel, cast.mia)
    assert Advisory.objects.visible_to(ANONYMOUS).count() == Advisory.objects.published().count() == 1
    assert Credit.objects.visible_to(ANONYMOUS).count() == 2


# -- the watch itself -------------------------------------------------------------------------------------------


def test_the_watch_catches_a_statement_without_a_door(cast: Cast) -> None:
    with pytest.raises(BesideTheDoorError), connection.cursor() as cursor:
        cursor.execute('SELECT "summary" FROM "reports_report"')
    assert isinstance(Report.objects.system("a test"), GuardedQuerySet)
    assert isinstance(Event.objects.all(), QuerySet)
