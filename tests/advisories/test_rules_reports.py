"""Rules of the sources on reports that no other test holds; the ids are those of docs/rules.csv."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import strip_tags

from advisories.reports import workflow as reports_workflow
from advisories.reports.forms.intake import ReportForm
from advisories.reports.models import Message, Report
from audit.models import Event
from members.boarding import workflow as boarding_workflow
from members.people.models import Person
from tests.advisories import factories
from tests.cast import Browse, Cast, act_as

pytestmark = pytest.mark.django_db

TYPED = {
    "project": "cpython",
    "summary": "Reading a crafted archive never returns",
    "description": "It loops.",
    "versions_tested": "3.13.5, 3.12.11",
    "versions_affected": "3.13.5",
    "impact": "Anybody can stop the service.",
    "checked_by_person": "on",
}


@pytest.mark.rule("PEP811-07")
def test_an_open_report_shows_its_coordinator_or_that_it_has_none(cast: Cast, browse: Browse) -> None:
    alone, taken = factories.received(), factories.coordinated(cast.mia)
    client = browse(cast.rita)
    listed = client.get("/reports/").content.decode().split('class="row-item"')[1:]
    shown = {report.reference: next(row for row in listed if report.reference in row) for report in (alone, taken)}
    assert [("nobody coordinates it" in row, "Mia Member" in row) for row in shown.values()] == [
        (True, False),
        (False, True),
    ]
    facts = [_coordinator_on_page(client, report) for report in (alone, taken)]
    assert [fact.partition(",")[0] for fact in facts] == ["nobody yet", "Mia Member"]


def _coordinator_on_page(client: Client, report: Report) -> str:
    """Return what the facts of a report's page say beside "Coordinator"."""
    page = client.get(report.get_absolute_url()).content.decode()
    return strip_tags(page.partition("<dt>Coordinator</dt>")[2].partition("</dd>")[0]).strip()


@pytest.mark.rule("POLICY-04", "POLICY-26", "POLICY-27", "POLICY-29")
def test_the_form_asks_for_no_severity_and_takes_no_files() -> None:
    form = ReportForm(offered=[])
    assert set(form.fields) == {
        "project", "summary", "versions_tested", "versions_affected", "fixed_on_main", "platform", "description",
        "impact", "threat_model", "proof_of_concept", "minimal_patch", "known_elsewhere", "asked_cna", "found_with",
        "checked_by_person", "reporter_name", "reporter_email", "credit_as", "once",
    }  # fmt: skip
    assert not form.is_multipart()


@pytest.mark.rule("POLICY-31")
@pytest.mark.parametrize(("lines", "is_open"), [(12, True), (13, False)])
def test_a_longer_proof_is_folded_away_from_the_text(cast: Cast, browse: Browse, lines: int, is_open: bool) -> None:
    report = factories.received(proof_of_concept="\n".join(["import tarfile"] * lines))
    page = browse(cast.mel).get(report.get_absolute_url()).content.decode()
    before, _, after = page.partition(f"<summary>Proof of concept, {lines} lines</summary>")
    assert before.rstrip().endswith("<details open>") == is_open
    assert "import tarfile" in after


@pytest.mark.rule("ISO30111-01")
def test_a_member_hands_in_a_report_by_the_form_that_everybody_uses(cast: Cast, browse: Browse) -> None:
    people = {"a stranger's form": None, "a member's form": cast.mel}
    answers = [browse(person).post("/report/", {**TYPED, "once": once}) for once, person in people.items()]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [report.phase for report in Report.objects.system("a test").whole()] == ["received", "received"]


def _traces(person: Person) -> tuple[list[str], list[str]]:
    """Return the person's messages, and the kinds of the events that they caused, in order of their names."""
    messages = Message.objects.system("a test").filter(author=person).values_list("body", flat=True)
    events = Event.objects.filter(actor=f"people.person:{person.pk}")
    return list(messages), sorted(events.values_list("kind", flat=True))


@pytest.mark.rule("MEMO-02")
def test_messages_and_events_of_a_person_stay_when_they_leave(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    reports_workflow.write_note(report, "It can be repeated.", by=act_as(cast.mel))
    before = _traces(cast.mel)
    boarding_workflow.offboard(cast.mel, authority="a mail", reason="", by=act_as(cast.ada))
    assert before == (["It can be repeated."], ["note:written", "report:coordinated"])
    assert _traces(cast.mel) == before
