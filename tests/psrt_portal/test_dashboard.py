"""The dashboard: what waits for its reader in order of urgency, and nothing that they may not see."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisories.reports.pages import waiting
from advisories.reports.queries import OLDEST
from audit import clock
from members.accounts import workflow as accounts_workflow
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.people.models import Person, Role, RoleKind
from nominations.models import Phase
from psrt_portal import dashboard
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories as nominations
from web.waiting import TeamNumber, Waiting

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


#: What waits for everybody who has not accepted the responsibilities in force.
TO_ACCEPT = "Read and accept the responsibilities"


def text(content: bytes) -> str:
    """Return a page's text with white space folded."""
    return " ".join(content.decode().split())


def item(title: str, due: datetime | None) -> Waiting:
    """Return something that waits."""
    return Waiting(urgency="soon", tone="now", due=due, title=title, detail="", url="/", action="Look")


def test_votes_and_reports_wait_together_with_what_runs_out_first_on_top(cast: Cast) -> None:
    reports.received(days_ago=1, summary="A new report")
    reference = nominations.make(Phase.OPEN, cast).reference
    shown = dashboard.contents(act_as(cast.mel), cast.mel, clock.now())["waiting"]
    assert [one.title for one in shown] == ["A new report", f"Vote on Nora Nominee ({reference})", TO_ACCEPT]


def test_the_summary_counts_what_waits_and_what_runs_out_within_a_day() -> None:
    soon, later = NOON + timedelta(hours=3), NOON + timedelta(days=3)
    assert [
        dashboard.summary(waiting, NOON)
        for waiting in [[], [item("a", later)], [item("a", soon), item("b", None)], [item("a", later)] * 5]
    ] == [
        "Nothing waits for you.",
        "One thing waits for you.",
        "Two things wait for you, 1 of them within a day.",
        "5 things wait for you.",
    ]


@pytest.mark.parametrize(
    ("left", "is_within_a_day"),
    [(timedelta(hours=24), False), (timedelta(hours=24) - timedelta(seconds=1), True), (timedelta(hours=-1), True)],
)
def test_within_a_day_means_less_than_twenty_four_hours_from_now(left: timedelta, is_within_a_day: bool) -> None:
    assert ("within a day" in dashboard.summary([item("a", NOON + left)], NOON)) is is_within_a_day


def test_what_is_due_within_a_day_stands_apart_on_top(cast: Cast, browse: Browse) -> None:
    reports.received(days_ago=9, summary="An idle report")
    number = nominations.make(Phase.OPEN, cast).reference
    answer = browse(cast.mel).get("/dashboard/")
    due, later = ([one.title for one in answer.context[name]] for name in ("due", "later"))
    assert (due, later) == (["An idle report"], [f"Vote on Nora Nominee ({number})", TO_ACCEPT])
    page = answer.content.decode()
    rows = re.findall(r'<li class="row-item( is-due)?">.*?class="row-title"\s+href="[^"]*">([^<]*)<', page, re.DOTALL)
    assert rows == [(" is-due", "An idle report"), ("", f"Vote on Nora Nominee ({number})"), ("", TO_ACCEPT)]
    assert page.index("Due within a day") < page.index("An idle report") < page.index(">Later<")


@pytest.mark.parametrize(
    ("hour", "salutation"), [(4, "Good night"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_the_greeting_follows_the_hour(cast: Cast, hour: int, salutation: str) -> None:
    assert dashboard.greeting(act_as(cast.mel), NOON.replace(hour=hour)) == f"{salutation}, Mel"
    assert dashboard.greeting(act_as(None), NOON.replace(hour=hour)) == f"{salutation}, "


def test_an_open_report_is_idle_only_without_a_coordinator_and_own_only_to_its_coordinator(cast: Cast) -> None:
    own, other = (reports.coordinated(person, days_ago=30) for person in (cast.mel, cast.mia))
    idle, new = reports.received(days_ago=30), reports.received(days_ago=0)
    rows = waiting.rows([own, other, idle, new], act_as(cast.mel), clock.now())
    assert [(row["report"], row["day"], row["is_own"], row["is_idle"]) for row in rows] == [
        (own, own.day(clock.now()), True, False),
        (other, other.day(clock.now()), False, False),
        (idle, idle.day(clock.now()), False, True),
        (new, new.day(clock.now()), False, False),
    ]


def test_the_team_in_numbers_has_reports_for_members_only(cast: Cast) -> None:
    def team(person: Person) -> object:
        return dashboard.contents(act_as(person), person, clock.now())["team"]

    for _ in range(3):
        reports.received()
    members = TeamNumber("Members", f"{len(cast.members)} active")
    admins = TeamNumber("Admins", "Abel Admin, Ada Admin")
    assert team(cast.mel) == [members, TeamNumber("Open reports", "3"), admins]
    assert team(cast.sam) == [members, admins]
    suspension = accounts_workflow.suspend(cast.abel, "A lost laptop.", by=act_as(cast.ada))
    assert team(cast.sam) == [members, TeamNumber("Admins", "Ada Admin")]
    accounts_workflow.end_suspension(suspension, "It is found.", by=act_as(cast.ada))
    Role.objects.filter(kind=RoleKind.ADMIN).update(until=clock.now().date())
    assert team(cast.sam) == [members, TeamNumber("Admins", "none")]


def test_the_steering_council_sees_what_waits_for_it_and_no_report(cast: Cast, browse: Browse) -> None:
    reports.received(summary="A crafted archive")
    nominations.make(Phase.VETO_WINDOW, cast)
    page = text(browse(cast.sam).get("/dashboard/").content)
    assert ("Nora Nominee" in page, "A crafted archive" in page, "Open reports" in page) == (True, False, False)


def test_somebody_without_membership_is_told_so(cast: Cast, browse: Browse) -> None:
    nominations.make(Phase.OPEN, cast)
    for person in [cast.emil, cast.olga]:
        page = text(browse(person).get("/dashboard/").content)
        assert ("nothing here for you now" in page, "Nora" in page) == (True, False)


def test_an_empty_dashboard_says_that_nothing_waits(cast: Cast, browse: Browse) -> None:
    current = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    documents_workflow.accept(current, by=act_as(cast.mel))
    page = text(browse(cast.mel).get("/dashboard/").content)
    assert ("Nothing waits for you" in page, "No open reports" in page) == (True, True)


@pytest.mark.parametrize("count", [1, 30])
def test_reports_are_read_by_one_query_on_the_dashboard(cast: Cast, browse: Browse, count: int) -> None:
    for _ in range(count):
        reports.coordinated(cast.mel)
    client = browse(cast.mel)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/dashboard/")
    [panel] = page.context["panels"]
    assert len(panel.context["rows"]) == min(count, OLDEST)
    assert TeamNumber("Open reports", str(count)) in page.context["team"]
    assert sum('FROM "reports_report"' in query["sql"] for query in queries) == 1
