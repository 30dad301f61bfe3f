"""Members' pages: the list, one report, and each act."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import Report
from audit import clock
from tests.advisories import factories
from tests.cast import Browse, Cast, act_as
from tests.events import recorded

pytestmark = pytest.mark.django_db

GET_ROUTES = [
    "detail", "hand_over", "decline", "embargo", "determine", "end_forward", "reopen", "split", "correct", "history",
    "draft", "preview", "publish",
]  # fmt: skip
POST_ROUTES = [
    "note", "message", "coordinate", "hand_over", "accept", "decline", "take_back", "embargo", "determine",
    "end_forward", "undo", "reopen", "split", "correct", "draft", "approve", "publish",
]  # fmt: skip
OUTSIDE = ["sam", "emil", "olga"]


def path(name: str, report: Report | str) -> str:
    app = "publication" if name in {"draft", "preview", "approve", "publish"} else "reports"
    return reverse(f"{app}:{name}", args=[report if isinstance(report, str) else report.reference])


def told(client: Client, path: str) -> list[str]:
    """The messages on the next page."""
    return [str(message) for message in client.get(path).context["messages"]]


#: All of a request: session, user, actor, clock, and what the page shows.
LIST_QUERIES = 5
DETAIL_QUERIES = {"received": 10, "drafted": 10, "published": 10}


# -- hidden is the same as missing --------------------------------------------------------------------------


@pytest.mark.rule("POLICY-36", "ISO29147-10")
@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize("state", ["received", "approved", "published", "closed"])
def test_nobody_outside_the_team_learns_that_a_report_exists(cast: Cast, browse: Browse, who: str, state: str) -> None:
    report = factories.in_state(cast, state)
    client = browse(getattr(cast, who))
    routes = [("get", name) for name in GET_ROUTES] + [("post", name) for name in POST_ROUTES]
    with recorded() as events:
        for method, name in routes:
            answers = []
            for reference in (report.reference, "R-999999"):
                with CaptureQueriesContext(connection) as queries:
                    answer = getattr(client, method)(path(name, reference), {"body": "x", "person": cast.mel.pk})
                answers.append((answer.status_code, answer.content, dict(answer.headers), len(queries)))
            assert answers[0] == answers[1], name
            assert answers[0][0] == 404, name
    assert events == []


@pytest.mark.parametrize("who", OUTSIDE)
def test_nobody_outside_the_team_learns_that_there_is_a_list(cast: Cast, browse: Browse, who: str) -> None:
    client = browse(getattr(cast, who))
    empty = client.get("/reports/")
    factories.received()
    assert (empty.status_code, client.get("/reports/").content) == (404, empty.content)
    assert empty.content == client.get("/reports/R-999999/").content


def test_strangers_are_sent_to_the_sign_in_whatever_they_ask_for(cast: Cast, client: Client) -> None:
    report = factories.received()
    for reference in (report.reference, "R-999999"):
        for method, name in [("get", "detail"), ("post", "note"), ("get", "publish")]:
            address = path(name, reference)
            answer = getattr(client, method)(address)
            assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_a_former_member_loses_sight_at_once(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    client = browse(cast.mel)
    assert client.get(path("detail", report)).status_code == 200
    today = clock.now().date()
    cast.mel.memberships.update(until=today, ended="emeritus")
    assert client.get(path("detail", report)).status_code == 404
    assert client.post(path("note", report), {"body": "x"}).status_code == 404


# -- the list ------------------------------------------------------------------------------------------------


def listed(client: Client, query: str = "") -> set[str]:
    return {row.report.reference for row in client.get(f"/reports/{query}").context["rows"]}


def test_the_list_shows_what_is_asked_for(cast: Cast, browse: Browse) -> None:
    reports = factories.every_state(cast)
    other = factories.coordinated(cast.mia)
    client = browse(cast.mel)
    finished = {reports[state].reference for state in ("published", "undoable", "closed")}
    every = {report.reference for report in [*reports.values(), other]}
    assert listed(client) == listed(client, "?show=open") == every - finished
    assert listed(client, "?show=closed") == finished
    assert listed(client, "?show=all") == every
    mine = every - finished - {reports["received"].reference, other.reference}
    assert listed(client, "?show=mine") == mine


@pytest.mark.parametrize(
    "query", ["?show=secret", "?show=", "?show=open&page=9999", "?page=x", "?o=summary", "?coordinator__name=x", "?q=x"]
)
def test_an_unknown_query_shows_the_open_reports(cast: Cast, browse: Browse, query: str) -> None:
    report = factories.received()
    assert listed(browse(cast.mel), query) == {report.reference}


def test_the_newest_is_on_top_with_its_urgency(cast: Cast, browse: Browse) -> None:
    ages = {0.1: "Day 1 of 90", 80: "Day 81 of 90", 95: "Day 96: 6 over"}
    for age in reversed(ages):
        factories.received(days_ago=age)
    rows = browse(cast.mel).get("/reports/").context["rows"]
    assert [(row.clock.label, row.clock.tone, row.is_idle) for row in rows] == [
        ("Day 1 of 90", "neutral", False),
        ("Day 81 of 90", "now", True),
        ("Day 96: 6 over", "critical", True),
    ]


def test_a_finished_report_says_on_which_day(cast: Cast, browse: Browse) -> None:
    factories.determined(cast.mel, Determination.INVALID, days_ago=10)
    factories.determined(cast.mel, Determination.INVALID, days_ago=100)
    rows = browse(cast.mel).get("/reports/?show=closed").context["rows"]
    assert [(row.clock.label, row.clock.tone) for row in rows] == [
        ("Finished on day 11", "good"),
        ("Finished on day 101", "neutral"),
    ]


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (30, 30), (35, 30)])
def test_the_list_takes_the_same_queries_for_one_report_and_for_thirty(
    cast: Cast, browse: Browse, count: int, shown: int
) -> None:
    client = browse(cast.mel)
    for _ in range(count):
        factories.coordinated(cast.mia)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/reports/?show=all")
    assert (len(queries), len(page.context["rows"])) == (LIST_QUERIES, shown)


@pytest.mark.parametrize("show", ["open", "mine", "closed", "all"])
def test_an_empty_list_says_what_to_do(cast: Cast, browse: Browse, show: str) -> None:
    assert browse(cast.mel).get(f"/reports/?show={show}").status_code == 200


# -- one report --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", factories.STATES)
def test_a_member_reads_a_report_in_every_state(cast: Cast, browse: Browse, state: str) -> None:
    report = factories.in_state(cast, state)
    reports_workflow.write_note(report, "only for us", by=act_as(cast.mia))
    reports_workflow.write_message(report, "for the reporter", by=act_as(cast.mia))
    response = browse(cast.mel).get(path("detail", report))
    page = response.content.decode()
    assert response.status_code == 200
    assert all(text in page for text in (report.summary, report.reporter_email, "only for us", "for the reporter"))
    assert "Save internal note" in page
    assert "Send to the reporter" in page
    assert response["Cache-Control"] == "no-store, private"


def test_a_reference_may_be_typed_in_small_letters(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    assert browse(cast.mel).get(path("detail", report.reference.lower())).status_code == 200


def test_reading_a_report_is_recorded_once_a_day(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    with recorded() as events:
        for who in (cast.mel, cast.mel, cast.mia):
            browse(who).get(path("detail", report))
    assert [(event.kind, event.actor) for event in events] == [
        ("report:read", f"people.person:{cast.mel.pk}"),
        ("report:read", f"people.person:{cast.mia.pk}"),
    ]


@pytest.mark.parametrize(
    ("state", "who", "steps"),
    [
        ("received", "mel", ["current", "todo", "todo", "todo", "todo"]),
        ("triage", "mel", ["done", "current", "todo", "todo", "todo"]),
        ("triage", "mia", ["done", "todo", "todo", "todo", "todo"]),
        ("vulnerability", "mel", ["done", "done", "current", "todo", "todo"]),
        ("drafted", "mel", ["done", "done", "done", "todo", "todo"]),
        ("drafted", "mia", ["done", "done", "done", "current", "todo"]),
        ("approved", "mel", ["done", "done", "done", "done", "current"]),
        ("approved", "mia", ["done", "done", "done", "done", "todo"]),
        ("forwarded", "mel", ["done", "done", "current"]),
        ("forwarded", "mia", ["done", "done", "todo"]),
        ("published", "mel", []),
        ("closed", "mel", []),
    ],
)
def test_next_steps_say_what_can_be_done_and_why_not(
    cast: Cast, browse: Browse, state: str, who: str, steps: list[str]
) -> None:
    report = factories.in_state(cast, state)
    lines = browse(getattr(cast, who)).get(path("detail", report)).context["next_steps"]
    assert [step.state for step in lines] == steps
    assert [step for step in lines if bool(step.note) != (step.state == "todo")] == []
    assert [step for step in lines if bool(step.url) != (step.state == "current")] == []


def test_next_steps_name_what_a_draft_lacks(cast: Cast, browse: Browse) -> None:
    draft = replace(factories.DRAFT, cve_id="", credits_settled=False)
    report = factories.drafted(cast.mel, draft=draft)
    steps = browse(cast.mia).get(path("detail", report)).context["next_steps"]
    assert [step.note for step in steps if step.state == "todo"] == [
        "This is for the coordinator.",
        "The draft still needs a CVE ID, settled credits.",
        "The draft still needs a CVE ID, settled credits, the approval of a second member.",
    ]


@pytest.mark.rule("ISO30111-03")
def test_a_duplicate_leads_members_to_its_original(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel, Determination.DUPLICATE)
    original = factories.original_of(report)
    assert path("detail", original) in browse(cast.mia).get(path("detail", report)).content.decode()


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("state", ["received", "drafted", "published"])
def test_a_report_takes_the_same_queries_whatever_its_conversation(
    cast: Cast, browse: Browse, state: str, count: int
) -> None:
    report = factories.in_state(cast, state)
    client = browse(cast.mel)
    client.get(path("detail", report))
    for number in range(count):
        reports_workflow.write_note(report, f"{number}", by=act_as(cast.mia))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path("detail", report))
    assert (len(queries), len(page.context["conversation"])) == (DETAIL_QUERIES[state], count)


def test_a_report_in_work_is_not_shown_as_finished(cast: Cast, browse: Browse) -> None:
    in_work = factories.determined(cast.mel, Determination.VULNERABILITY)
    closed = factories.determined(cast.mel, Determination.NOT_A_BUG)
    pages = [browse(cast.mia).get(report.get_absolute_url()).content.decode() for report in (in_work, closed)]
    assert ["<dt>Finished as</dt>" in page for page in pages] == [False, True]
