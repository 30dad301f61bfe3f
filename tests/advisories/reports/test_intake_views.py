"""Handing in a report without an account, and following it by its link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from advisories.reports import links
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination, ForwardOutcome
from advisories.reports.models import UNDO, Message, Report
from audit import clock
from tests.advisories import factories
from tests.advisories.factories import follow_path, fresh
from tests.cast import Cast, act_as
from tests.events import kinds, recorded
from web.signed_links import new_nonce

pytestmark = pytest.mark.django_db
PATH = "/report/"
TYPED: dict[str, Any] = {
    "project": "cpython",
    "summary": "Reading a crafted archive never returns",
    "description": "It loops.\r\n\r\nFor ever.",
    "versions_tested": "3.13.5, 3.12.11",
    "versions_affected": "3.13.5",
    "impact": "Anybody can stop the service.",
    "proof_of_concept": "  import tarfile",
    "known_elsewhere": "",
    "checked_by_person": "on",
    "reporter_name": "Remy",
    "reporter_email": "remy@example.net",
    "credit_as": "",
    "once": "the-mark-of-a-page",
}


def reports() -> int:
    return Report.objects.system("a test").count()


# -- the form ------------------------------------------------------------------------------------------------


def test_the_form_explains_every_field_and_what_is_no_vulnerability(client: Client) -> None:
    response = client.get(PATH)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.index("what is not a vulnerability") < page.index("<form")
    assert all(field.help_text for field in response.context["form"].visible_fields())
    assert not response.cookies
    assert response["Cache-Control"] == "no-store, private"


def test_every_visitor_gets_a_form_of_their_own(client: Client) -> None:
    marks = {client.get(PATH).context["form"]["once"].value() for _ in range(2)}
    assert len(marks) == 2


@pytest.mark.rule("ISO29147-01")
def test_a_report_leads_to_its_private_page(client: Client) -> None:
    with recorded() as events:
        response = client.post(PATH, TYPED)
    report = Report.objects.system("a test").get()
    assert (response.status_code, response["Location"]) == (303, follow_path(report))
    assert (report.description, report.proof_of_concept) == ("It loops.\n\nFor ever.", "  import tarfile")
    assert kinds(events) == ["report:received"]
    assert not response.cookies


def test_a_form_sent_twice_leads_to_the_same_page(client: Client) -> None:
    with recorded() as events:
        first, second = client.post(PATH, TYPED), client.post(PATH, TYPED)
    assert first["Location"] == second["Location"]
    assert (reports(), len(events)) == (1, 1)


def test_a_form_sent_by_another_site_is_refused(client: Client) -> None:
    response = client.post(PATH, TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, reports()) == (403, 0)


@pytest.mark.rule("POLICY-25")
@pytest.mark.parametrize(
    "missing",
    ["project", "summary", "description", "versions_tested", "versions_affected", "impact", "checked_by_person"],
)
def test_an_incomplete_form_names_the_gaps_and_keeps_the_rest(client: Client, missing: str) -> None:
    typed = {**TYPED, missing: ""}
    with recorded() as events:
        response = client.post(PATH, {name: value for name, value in typed.items() if value})
    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]
    kept = [value for name, value in TYPED.items() if name != missing and value and name != "checked_by_person"]
    assert [value for value in kept if escape(value).replace("\r\n", "\n") not in page.replace("\r\n", "\n")] == []
    assert (reports(), events) == (0, [])


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("project", "emacs", "This is none of the projects; choose one from the list."),
        ("summary", "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("description", "x" * 20_001, "Ensure this value has at most 20000 characters (it has 20001)."),
        ("proof_of_concept", "x" * 20_001, "Ensure this value has at most 20000 characters (it has 20001)."),
        ("description", "a\x0bb", "This: holds the character U+000B, which is not allowed in text."),
        ("reporter_email", "remy", "Enter a valid email address."),
        ("once", "x" * 65, "Ensure this value has at most 64 characters (it has 65)."),
    ],
)
def test_bad_input_is_named_at_its_field(client: Client, field: str, value: str, error: str) -> None:
    response = client.post(PATH, {**TYPED, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [error]}
    assert reports() == 0


def test_a_nul_is_refused_before_any_form(client: Client) -> None:
    response = client.post(PATH, {**TYPED, "summary": "nul \0 inside"})
    assert (response.status_code, reports()) == (400, 0)


def test_bytes_that_are_no_text_become_question_marks(client: Client) -> None:
    """Browsers do not send them; a lone surrogate is three such bytes."""
    body = "&".join(f"{name}={value}" for name, value in {**TYPED, "summary": "lone %ED%A0%80 surrogate"}.items())
    response = client.post(PATH, body.encode(), content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303
    assert Report.objects.system("a test").get().summary == "lone \ufffd\ufffd\ufffd surrogate"


def test_text_at_its_limits_is_taken(client: Client) -> None:
    limits = {
        "description": 20_000,
        "impact": 20_000,
        "proof_of_concept": 20_000,
        "versions_tested": 20_000,
        "summary": 200,
    }
    response = client.post(PATH, {**TYPED, **{name: "é" * most for name, most in limits.items()}})
    assert response.status_code == 303


def test_lines_that_browsers_end_their_own_way_count_once(client: Client) -> None:
    response = client.post(PATH, {**TYPED, "description": "a\r\n" * 10_000})
    assert response.status_code == 303


def test_an_empty_form_is_answered_with_its_errors(client: Client) -> None:
    response = client.post(PATH)
    assert (response.status_code, len(response.context["form"].errors)) == (422, 7)


def test_more_than_twenty_reports_an_hour_from_one_address_are_too_many(client: Client) -> None:
    for number in range(20):
        assert client.post(PATH, {**TYPED, "once": f"{number}"}).status_code == 303
    response = client.post(PATH, {**TYPED, "once": "one more"})
    assert (response.status_code, reports()) == (429, 20)
    assert client.get(PATH).status_code == 200
    assert client.post(PATH, {**TYPED, "once": "elsewhere"}, REMOTE_ADDR="192.0.2.7").status_code == 303


# -- the reporter's page ------------------------------------------------------------------------------------


@pytest.mark.rule("ISO29147-03", "ISO29147-04")
def test_the_page_shows_number_link_and_what_comes_next(client: Client) -> None:
    report = factories.received()
    response = client.get(follow_path(report))
    page = response.content.decode()
    assert response.status_code == 200
    assert report.reference in page
    assert f"http://localhost:8000{follow_path(report)}" in page
    assert "within 90 days" in page
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "same-origin"
    assert not response.cookies


@pytest.mark.rule("ISO29147-07")
@pytest.mark.parametrize("state", ["received", "triage", "vulnerability", "drafted", "approved", "published"])
def test_an_open_report_has_five_steps(cast: Cast, client: Client, state: str) -> None:
    report = factories.in_state(cast, state)
    steps = client.get(follow_path(report)).context["steps"]
    reached = {"received": 0, "triage": 1, "published": 5}.get(state, 3)
    assert [step.label for step in steps] == ["Received", "Triage", "Vulnerability", "Remediation", "Published"]
    assert [step.state for step in steps] == (
        ["done"] * reached + (["current"] + ["todo"] * (4 - reached) if reached < 5 else [])
    )


@pytest.mark.rule("ISO29147-05", "ISO30111-08")
@pytest.mark.parametrize("determination", [kind for kind in Determination if kind != Determination.VULNERABILITY])
def test_a_closed_report_says_in_plain_words_what_it_was(
    cast: Cast, client: Client, determination: Determination
) -> None:
    with clock.pretend(clock.now() - UNDO):
        report = factories.settled(cast.mel, determination)
    if determination is Determination.FORWARDED:
        reports_workflow.end_forward(report, ForwardOutcome.SILENT, by=act_as(cast.mel))
        with clock.pretend(clock.now() + UNDO):
            reports_workflow.tell_outcome(report)
    response = client.get(follow_path(report))
    assert [step.state for step in response.context["steps"]] == ["done"] * 4
    is_answered = determination is not Determination.DISCARDED
    assert ("you think that this is wrong" in response.content.decode()) == is_answered


def test_a_forwarded_report_waits_for_the_others(cast: Cast, client: Client) -> None:
    response = client.get(follow_path(factories.forwarded(cast.mel)))
    assert [step.state for step in response.context["steps"]] == ["done", "done", "current", "todo"]
    assert "It went to: the maintainers of Example." in response.content.decode()


@pytest.mark.rule("PSRT-35")
def test_the_reporter_of_a_bug_is_led_to_its_public_issue(cast: Cast, client: Client) -> None:
    report = factories.settled(cast.mel, Determination.ORDINARY_BUG)
    assert f'href="{report.public_issue}"' in client.get(follow_path(report)).content.decode()


def test_a_duplicate_does_not_tell_which_report_it_repeats(cast: Cast, client: Client) -> None:
    report = factories.settled(cast.mel, Determination.DUPLICATE)
    original = factories.original_of(report)
    page = client.get(follow_path(report)).content.decode()
    assert (original.reference in page, original.pk.hex in page, str(original.pk) in page) == (False, False, False)


def test_a_published_report_leads_to_the_advisory(cast: Cast, client: Client) -> None:
    report = factories.published(cast.mel, cast.mia)
    assert f'href="/advisories/{report.advisory.psf_id}/"' in client.get(follow_path(report)).content.decode()


def test_the_reporter_reads_messages_and_never_notes(cast: Cast, client: Client) -> None:
    report = factories.coordinated(cast.mel)
    reports_workflow.write_note(report, "an internal thought", by=act_as(cast.mel))
    reports_workflow.write_message(report, "a question", by=act_as(cast.mel))
    response = client.get(follow_path(report))
    assert [message.body for message in response.context["conversation"]] == ["a question"]
    assert "an internal thought" not in response.content.decode()


def test_typed_markup_is_shown_as_text(cast: Cast, client: Client) -> None:
    report = factories.received(description="<script>alert(1)</script>")
    page = client.get(follow_path(report)).content.decode()
    assert ("<script>alert(1)</script>" in page, "&lt;script&gt;" in page) == (False, True)


def test_the_agreed_embargo_is_shown(cast: Cast, client: Client) -> None:
    report = factories.coordinated(cast.mel)
    reports_workflow.set_embargo(report, clock.now() + timedelta(days=9), by=act_as(cast.mel))
    assert "keep it to yourself until" in client.get(follow_path(report)).content.decode()


def test_reading_changes_nothing(client: Client) -> None:
    report = factories.received()
    with recorded() as events:
        for _ in range(2):
            client.get(follow_path(report))
            client.head(follow_path(report))
    assert events == []


# -- false, old and foreign links ----------------------------------------------------------------------------


def test_false_old_and_missing_links_are_the_same_as_nothing(client: Client) -> None:
    report = factories.received()
    old, true = follow_path(report), follow_path(factories.received())
    nonce = Report.objects.system("a test writes past the verbs").filter(pk=report.pk)
    nonce.update(link_nonce=new_nonce())
    missing = client.get(f"{PATH}never-was/")
    assert missing.content == client.get("/nowhere/at/all/").content
    unknown = links.path_of(Report(link_nonce=report.link_nonce))
    for path in (old, true[:-2] + "/", f"{PATH}x/", unknown, f"{PATH}{report.pk}/", f"{PATH}{report.reference}/"):
        for answer in (client.get(path), client.head(path), client.post(f"{path}reply/", {"body": "x"})):
            assert answer.status_code == 404
            assert answer.content in {missing.content, b""}
            assert dict(answer.headers) == dict(missing.headers)
    assert client.get(follow_path(fresh(report))).status_code == 200


def test_a_replaced_link_costs_as_many_queries_as_one_that_works(client: Client) -> None:
    report = factories.received()
    old = follow_path(report)
    Report.objects.system("a test writes past the verbs").filter(pk=report.pk).update(link_nonce=new_nonce())
    with CaptureQueriesContext(connection) as queries:
        client.get(old)
    assert len(queries) == 1


# -- answering ---------------------------------------------------------------------------------------------------


def test_an_answer_arrives_and_leads_back(client: Client) -> None:
    report = factories.received()
    with recorded() as events:
        response = client.post(f"{follow_path(report)}reply/", {"body": "It is 3.13.5.", "once": "a"})
    assert (response.status_code, response["Location"]) == (303, f"{follow_path(report)}#conversation")
    message = Message.objects.system("a test").get()
    assert (message.body, message.author_id, message.internal) == ("It is 3.13.5.", None, False)
    assert kinds(events) == ["reply:received"]


def test_an_answer_sent_twice_arrives_once(client: Client) -> None:
    report = factories.received()
    for _ in range(2):
        client.post(f"{follow_path(report)}reply/", {"body": "It is 3.13.5.", "once": "a"})
    assert Message.objects.system("a test").count() == 1


@pytest.mark.parametrize("body", ["", "   \n", "x" * 20_001, "bell \x07"])
def test_a_bad_answer_is_kept_and_named(client: Client, body: str) -> None:
    report = factories.received()
    response = client.post(f"{follow_path(report)}reply/", {"body": body})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["body"])
    assert not Message.objects.system("a test").exists()


def test_answers_are_limited(client: Client) -> None:
    report = factories.received()
    codes = [client.post(f"{follow_path(report)}reply/", {"body": f"{n}"}).status_code for n in range(21)]
    assert codes == [303] * 20 + [429]


@pytest.mark.parametrize(("name", "method"), [("new", "put"), ("follow", "post"), ("reply", "get")])
def test_other_methods_are_not_answered(client: Client, name: str, method: str) -> None:
    args = [] if name == "new" else [follow_path(factories.received()).split("/")[2]]
    assert getattr(client, method)(reverse(f"intake:{name}", args=args)).status_code == 405


def test_the_queries_of_the_page_do_not_grow_with_the_conversation(cast: Cast, client: Client) -> None:
    report = factories.coordinated(cast.mel)
    counts = []
    for _ in range(2):
        for number in range(5):
            reports_workflow.write_message(report, f"{number}", by=act_as(cast.mia))
        with CaptureQueriesContext(connection) as queries:
            client.get(follow_path(report))
        counts.append(len(queries))
    assert counts == [5, 5]
