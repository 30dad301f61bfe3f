"""Members' pages: the list, one report, and each act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisories.models import Determination, Message, Phase, Report
from advisories.workflow import conversation, intake, triage
from audit import clock
from audit.models import Event
from tests.advisories import factories
from tests.advisories.events import kinds, recorded
from tests.advisories.factories import SUBMISSION, fresh
from tests.cast import Browse, Cast, act_as

pytestmark = pytest.mark.django_db

GET_ROUTES = ["detail", "advisory", "preview", "publish"]
POST_ROUTES = [
    "note", "message", "coordinate", "hand_over", "embargo", "determine", "reopen", "advisory", "approve", "publish",
]  # fmt: skip
OUTSIDE = ["sam", "emil", "olga"]


def path(name: str, report: Report | str) -> str:
    return reverse(f"reports:{name}", args=[report if isinstance(report, str) else report.reference])


def told(client: Client, path: str) -> list[str]:
    """The messages on the next page."""
    return [str(message) for message in client.get(path).context["messages"]]


# -- hidden is the same as missing --------------------------------------------------------------------------


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
            asked = path(name, reference)
            answer = getattr(client, method)(asked)
            assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={asked}")


def test_a_former_member_loses_sight_at_once(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    client = browse(cast.mel)
    assert client.get(path("detail", report)).status_code == 200
    today = clock.now().date()
    cast.mel.memberships.update(until=today, ended="emeritus")
    assert client.get(path("detail", report)).status_code == 404
    assert client.post(path("note", report), {"note-body": "x"}).status_code == 404


# -- the list ------------------------------------------------------------------------------------------------


def listed(client: Client, query: str = "") -> set[str]:
    return {row.report.reference for row in client.get(f"/reports/{query}").context["rows"]}


def test_the_list_shows_what_is_asked_for(cast: Cast, browse: Browse) -> None:
    reports = factories.every_state(cast)
    other = factories.coordinated(cast.mia)
    client = browse(cast.mel)
    finished = {reports["published"].reference, reports["closed"].reference}
    every = {report.reference for report in [*reports.values(), other]}
    assert listed(client) == listed(client, "?show=open") == every - finished
    assert listed(client, "?show=closed") == finished
    assert listed(client, "?show=all") == every
    mine = every - finished - {reports["received"].reference, other.reference}
    assert listed(client, "?show=mine") == mine


@pytest.mark.parametrize(
    "query", ["?show=secret", "?show=", "?show=open&page=9999", "?page=x", "?o=summary", "?coordinator__name=x", "?q=x"]
)
def test_a_list_asked_for_nonsense_is_the_list(cast: Cast, browse: Browse, query: str) -> None:
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


def test_the_list_takes_as_many_queries_for_one_as_for_thirty(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    counts = []
    for more in (1, 34):
        for _ in range(more):
            factories.coordinated(cast.mia)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/reports/?show=all")
        counts.append(len(queries))
    assert (counts[0], len(page.context["rows"])) == (counts[1], 30)


@pytest.mark.parametrize("show", ["open", "mine", "closed", "all"])
def test_an_empty_list_says_what_to_do(cast: Cast, browse: Browse, show: str) -> None:
    assert browse(cast.mel).get(f"/reports/?show={show}").status_code == 200


# -- one report --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["received", "triage", "vulnerability", "drafted", "approved", "published", "closed"])
def test_a_member_reads_a_report_in_every_state(cast: Cast, browse: Browse, state: str) -> None:
    report = factories.in_state(cast, state)
    conversation.write_note(report, "only for us", by=act_as(cast.mia))
    conversation.write_message(report, "for the reporter", by=act_as(cast.mia))
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
        ("report:read", f"members.person:{cast.mel.pk}"),
        ("report:read", f"members.person:{cast.mia.pk}"),
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
        ("published", "mel", []),
        ("closed", "mel", []),
    ],
)
def test_next_steps_say_what_can_be_done_and_why_not(
    cast: Cast, browse: Browse, state: str, who: str, steps: list[str]
) -> None:
    report = factories.in_state(cast, state)
    found = browse(getattr(cast, who)).get(path("detail", report)).context["next_steps"]
    assert [step.state for step in found] == steps
    assert [step for step in found if bool(step.note) != (step.state == "todo")] == []
    assert [step for step in found if bool(step.url) != (step.state == "current")] == []


def test_next_steps_name_what_a_draft_lacks(cast: Cast, browse: Browse) -> None:
    draft = replace(factories.DRAFT, cve_id="", credits_settled=False)
    report = factories.drafted(cast.mel, draft=draft)
    steps = browse(cast.mia).get(path("detail", report)).context["next_steps"]
    assert [step.note for step in steps if step.state == "todo"] == [
        "This is for the coordinator.",
        "The draft still needs a CVE ID, settled credits.",
        "The draft still needs a CVE ID, settled credits, the approval of a second member.",
    ]


def test_a_duplicate_leads_members_to_its_original(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel, Determination.DUPLICATE)
    original = factories.original_of(report)
    assert path("detail", original) in browse(cast.mia).get(path("detail", report)).content.decode()


def test_the_queries_of_a_report_do_not_grow_with_its_conversation(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    client = browse(cast.mel)
    client.get(path("detail", report))
    counts = []
    for _ in range(2):
        for number in range(5):
            conversation.write_note(report, f"{number}", by=act_as(cast.mia))
        with CaptureQueriesContext(connection) as queries:
            client.get(path("detail", report))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- acts ----------------------------------------------------------------------------------------------------------


def test_a_note_and_a_message_go_to_different_places(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    client = browse(cast.mel)
    with recorded() as events:
        client.post(path("note", report), {"note-body": "for us", "note-once": "a"})
        client.post(path("message", report), {"message-body": "for them", "message-once": "a"})
    rows = Message.objects.system("a test").values_list("body", "internal")
    assert set(rows) == {("for us", True), ("for them", False)}
    assert kinds(events) == ["report:read", "note:written", "message:sent"]


@pytest.mark.parametrize("body", ["", " ", "x" * 20_001, "bell \x07"])
@pytest.mark.parametrize("name", ["note", "message"])
def test_a_bad_text_is_kept_and_named(cast: Cast, browse: Browse, name: str, body: str) -> None:
    report = factories.received()
    response = browse(cast.mel).post(path(name, report), {f"{name}-body": body})
    assert response.status_code == 422
    assert response.context["refused"] == name
    assert list(response.context["forms"][name].errors) == ["body"]
    assert not Message.objects.system("a test").exists()


def test_a_note_posted_to_the_address_of_messages_is_no_message(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    assert browse(cast.mel).post(path("message", report), {"note-body": "for us"}).status_code == 422
    assert not Message.objects.system("a test").exists()


def test_taking_a_report(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    client = browse(cast.mel)
    response = client.post(path("coordinate", report))
    assert (response.status_code, response["Location"]) == (302, path("detail", report))
    assert fresh(report).coordinator == cast.mel
    assert told(client, response["Location"]) == ["You coordinate this report now."]


def test_taking_a_report_that_somebody_took_says_so(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    client = browse(cast.mia)
    response = client.post(path("coordinate", report))
    assert (response.status_code, fresh(report).coordinator) == (302, cast.mel)
    assert told(client, response["Location"]) == ["Mel Member coordinates this report already; it can be handed over."]


def test_handing_over(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(path("hand_over", report), {"person": cast.mia.pk})
    assert (response.status_code, fresh(report).coordinator) == (302, cast.mia)


@pytest.mark.parametrize("name", ["mel", "sam", "emil", "olga", ""])
def test_handing_over_to_somebody_who_cannot_is_refused_at_the_field(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.coordinated(cast.mel)
    person = getattr(cast, name).pk if name else "7a1b"
    response = browse(cast.mel).post(path("hand_over", report), {"person": person})
    assert (response.status_code, response.context["refused"]) == (422, "hand_over")
    assert fresh(report).coordinator == cast.mel


@pytest.mark.parametrize("who", ["mia", "rita", "sara"])
@pytest.mark.parametrize(
    ("name", "typed"),
    [("hand_over", {"person": "mia"}), ("embargo", {}), ("determine", {"determination": "invalid"})],
)
def test_other_members_may_not_do_what_is_the_coordinators(
    cast: Cast, browse: Browse, who: str, name: str, typed: dict[str, Any]
) -> None:
    report = factories.coordinated(cast.mel)
    typed = {"person": cast.mia.pk} if "person" in typed else typed
    with recorded() as events:
        response = browse(getattr(cast, who)).post(path(name, report), typed)
    assert response.status_code == 403
    assert kinds(events) == ["report:read"]


def test_an_embargo_is_set_in_utc(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    until = (clock.now() + timedelta(days=30)).replace(second=0, microsecond=0)
    browse(cast.mel).post(path("embargo", report), {"until": f"{until:%Y-%m-%dT%H:%M}"})
    assert fresh(report).embargo_until == until
    browse(cast.mel).post(path("embargo", report), {"until": ""})
    assert fresh(report).embargo_until is None


@pytest.mark.parametrize("until", ["tomorrow", "2026-13-01T10:00", "99999-01-01T00:00"])
def test_a_moment_that_is_none_is_refused_at_the_field(cast: Cast, browse: Browse, until: str) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(path("embargo", report), {"until": until})
    assert (response.status_code, response.context["refused"]) == (422, "embargo")


def test_an_embargo_in_the_past_is_refused_in_words(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    client = browse(cast.mel)
    response = client.post(path("embargo", report), {"until": "2020-01-01T00:00"})
    assert told(client, response["Location"]) == ["An embargo ends in the future; to end it now, publish."]


@pytest.mark.parametrize("determination", ["vulnerability", "ordinary_bug", "not_a_bug", "invalid"])
def test_determining(cast: Cast, browse: Browse, determination: str) -> None:
    report = factories.coordinated(cast.mel)
    typed = {"determination": determination, "forwarded_to": "ignored", "duplicate_of": "ignored"}
    response = browse(cast.mel).post(path("determine", report), typed)
    found = fresh(report)
    assert response.status_code == 302
    assert (found.determination, found.forwarded_to, found.duplicate_of_id) == (determination, "", None)


def test_determining_a_duplicate_and_a_forwarded_report(cast: Cast, browse: Browse) -> None:
    original, duplicate, forwarded = (factories.coordinated(cast.mel) for _ in range(3))
    client = browse(cast.mel)
    client.post(
        path("determine", duplicate), {"determination": "duplicate", "duplicate_of": original.reference.lower()}
    )
    client.post(path("determine", forwarded), {"determination": "forwarded", "forwarded_to": "Example"})
    assert (fresh(duplicate).duplicate_of_id, fresh(forwarded).forwarded_to) == (original.pk, "Example")


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"determination": ["This field is required."]}),
        (
            {"determination": "vetoed"},
            {"determination": ["Select a valid choice. vetoed is not one of the available choices."]},
        ),
        ({"determination": "duplicate"}, {"duplicate_of": ["Say which report it repeats."]}),
        (
            {"determination": "duplicate", "duplicate_of": "R-999999"},
            {"duplicate_of": ["There is no report with this reference."]},
        ),
        ({"determination": "forwarded"}, {"forwarded_to": ["Say to whom it was forwarded."]}),
        (
            {"determination": "forwarded", "forwarded_to": "x" * 201},
            {"forwarded_to": ["Ensure this value has at most 200 characters (it has 201)."]},
        ),
    ],
)
def test_an_incomplete_determination_is_named_at_its_field(
    cast: Cast, browse: Browse, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(path("determine", report), typed)
    assert (response.status_code, response.context["forms"]["determine"].errors) == (422, errors)
    assert fresh(report).phase is Phase.TRIAGE


def test_reopening(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    browse(cast.mel).post(path("reopen", report))
    assert fresh(report).phase is Phase.TRIAGE


@pytest.mark.parametrize("name", sorted(set(POST_ROUTES) - {"advisory", "publish"}))
def test_an_act_is_not_done_by_following_a_link(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.in_state(cast, "drafted")
    with recorded() as events:
        assert browse(cast.mel).get(path(name, report)).status_code == 405
    assert events == []


@pytest.mark.parametrize("name", POST_ROUTES)
def test_an_act_needs_the_token_of_its_form(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.received()
    client = Client(enforce_csrf_checks=True)
    client.cookies = browse(cast.mel).cookies
    with recorded() as events:
        assert client.post(path(name, report)).status_code == 403
    assert events == []


def test_a_race_for_a_report_is_told_to_the_second(cast: Cast, browse: Browse) -> None:
    report = intake.hand_in(SUBMISSION)
    pages = [browse(person) for person in (cast.mel, cast.mia)]
    for client in pages:
        assert "Take it on" in client.get(path("detail", report)).content.decode()
        client.post(path("coordinate", report))
    assert fresh(report).coordinator == cast.mel
    triage.note_reading(report, by=act_as(cast.mia))
    assert Event.objects.filter(kind="report:coordinated").count() == 1
