"""Saying what a report is: what each kind needs, when the reporter hears of it, undoing and reopening."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from advisories.reports import tasks
from advisories.reports import workflow as reports_workflow
from advisories.reports.determinations import KINDS, FinishedState
from advisories.reports.enums import PUBLIC_ISSUE, Determination, ForwardOutcome, ReportPhase
from advisories.reports.models import UNDO, Message, Report
from audit import clock
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import follow_path, fresh, holder_of
from tests.cast import Browse, Cast, act_as
from tests.events import kinds, recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db

ISSUE = "https://github.com/python/cpython/issues/1"


def bodies(report: Report, *, internal: bool) -> list[str]:
    rows = Message.objects.system("a test").filter(report=report, internal=internal)
    return list(rows.values_list("body", flat=True))


# -- the table ---------------------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-18", "PSRT-36", "POLICY-17")
def test_each_determination_has_its_finished_state_and_its_tag() -> None:
    non_issue, issue, advisory = FinishedState
    assert {kind: (row.finished, row.tag, row.is_told) for kind, row in KINDS.items()} == {
        Determination.VULNERABILITY: (advisory, "COMPLETED", True),
        Determination.HARDENING: (issue, "CLOSED", True),
        Determination.ORDINARY_BUG: (issue, "CLOSED", True),
        Determination.PRERELEASE: (issue, "CLOSED", True),
        Determination.NOT_A_BUG: (non_issue, "CLOSED", True),
        Determination.DUPLICATE: (non_issue, "DUPLICATE", True),
        Determination.FORWARDED: (non_issue, "CLOSED", True),
        Determination.INVALID: (non_issue, "INVALID", True),
        Determination.DISCARDED: (non_issue, "INVALID", False),
    }
    assert {kind for kind, row in KINDS.items() if row.finished is issue} == set(PUBLIC_ISSUE)


# -- the verb ----------------------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-30")
@pytest.mark.parametrize("determination", Determination)
def test_a_report_is_determined(cast: Cast, determination: Determination) -> None:
    with recorded() as events:
        report = factories.determined(cast.mel, determination)
    assert (report.determination, report.determined_by_id) == (determination, cast.mel.pk)
    assert report.determined_at is not None
    assert (report.undo_until, report.told_at) == (report.determined_at + UNDO, None)
    assert (events[-1].kind, events[-1].data) == ("report:determined", {})


def test_a_report_is_determined_once(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    with pytest.raises(Conflict, match=r"determined already: invalid\."):
        reports_workflow.determine(report, Determination.VULNERABILITY, by=act_as(cast.mel))


@pytest.mark.rule("PSRT-30")
def test_another_member_does_not_determine(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    for stranger in (act_as(cast.mia), act_as(cast.sam), ANONYMOUS):
        with pytest.raises(NotAllowed):
            reports_workflow.determine(report, Determination.INVALID, by=stranger)


@pytest.mark.parametrize(
    ("determination", "extra", "sentence"),
    [
        (Determination.DUPLICATE, {}, "A duplicate, and only a duplicate"),
        (Determination.FORWARDED, {}, "A forwarded report, and only that"),
        (Determination.INVALID, {"forwarded_to": "somebody"}, "A forwarded report, and only that"),
        (Determination.ORDINARY_BUG, {}, "names its public issue"),
        (Determination.HARDENING, {}, "names its public issue"),
        (Determination.PRERELEASE, {}, "names its public issue"),
        (Determination.INVALID, {"public_issue": ISSUE}, "names its public issue"),
        (Determination.DISCARDED, {"message": "Thanks."}, "gets no reply"),
    ],
)
def test_a_determination_comes_with_what_belongs_to_it(
    cast: Cast, determination: Determination, extra: dict[str, Any], sentence: str
) -> None:
    report = factories.coordinated(cast.mel)
    with pytest.raises(Conflict, match=sentence):
        reports_workflow.determine(report, determination, by=act_as(cast.mel), **extra)
    with pytest.raises(Conflict, match="A duplicate, and only"):
        reports_workflow.determine(
            report, Determination.INVALID, by=act_as(cast.mel), duplicate_of=factories.received()
        )
    assert fresh(report).phase is ReportPhase.TRIAGE


# -- what the reporter learns, and when --------------------------------------------------------------------


def test_the_reporter_is_told_after_ten_minutes_and_once(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with recorded() as events, clock.pretend(clock.now()):
        began = clock.now()
        reports_workflow.determine(
            report, Determination.INVALID, by=act_as(cast.mel), message="No.", reason="Tried it."
        )
        for after in (timedelta(0), UNDO - timedelta(seconds=1)):
            with clock.pretend(began + after):
                tasks.settle_reports()
        with clock.pretend(began + UNDO):
            tasks.settle_reports()
            tasks.settle_reports()
    assert [(event.kind, event.at - began) for event in events] == [
        ("report:determined", timedelta(0)),
        ("report:outcome_told", UNDO),
    ]
    assert fresh(report).told_at == began + UNDO


@pytest.mark.parametrize("determination", Determination)
def test_until_then_the_reporters_page_does_not_change(
    cast: Cast, client: Client, determination: Determination
) -> None:
    report = factories.coordinated(cast.mel)
    with clock.pretend(clock.now()):
        before = client.get(follow_path(report)).content
        extra: dict[str, Any] = {}
        if determination in PUBLIC_ISSUE:
            extra["public_issue"] = ISSUE
        elif determination is Determination.FORWARDED:
            extra["forwarded_to"] = "Example"
        elif determination is Determination.DUPLICATE:
            extra["duplicate_of"] = factories.received()
        if determination is not Determination.DISCARDED:
            extra["message"] = "a word to you"
        reports_workflow.determine(report, determination, by=act_as(cast.mel), reason="a word to us", **extra)
        assert _steady(client.get(follow_path(report)).content) == _steady(before)
        with clock.pretend(clock.now() + UNDO):
            tasks.settle_reports()
            after = client.get(follow_path(report)).content
    assert _steady(after) != _steady(before)
    assert (b"a word to you" in after) == (determination is not Determination.DISCARDED)
    assert b"a word to us" not in after


def _steady(page: bytes) -> bytes:
    """Return the page without the random mark of its form."""
    head, _, rest = page.partition(b'name="once" value="')
    return head + rest.partition(b'"')[2]


@pytest.mark.rule("POLICY-32")
def test_a_discard_tells_nobody(cast: Cast) -> None:
    with clock.pretend(clock.now() - UNDO):
        report = factories.determined(cast.mel, Determination.DISCARDED)
    with recorded() as events:
        tasks.settle_reports()
        reports_workflow.tell_outcome(report)
    assert (events, fresh(report).told_at) == ([], None)


def test_a_published_report_is_told_of_once(cast: Cast) -> None:
    """Publishing within ten minutes tells the reporter of the advisory, and of nothing else afterwards."""
    report = factories.published(cast.mel, cast.mia)
    with recorded() as events, clock.pretend(clock.now() + UNDO):
        tasks.settle_reports()
    assert events == []
    assert fresh(report).told_at is not None


def test_what_is_published_while_it_could_be_undone_takes_its_message_along(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    reports_workflow.determine(report, Determination.VULNERABILITY, by=act_as(cast.mel), message="It is one.")
    report = fresh(report)
    reports_workflow.mark_published(report, clock.now())
    shown = Message.objects.visible_to(holder_of(report)).values_list("body", flat=True)
    assert (list(shown), fresh(report).told_at) == (["It is one."], fresh(report).published_at)


# -- undoing -----------------------------------------------------------------------------------------------


def test_undoing_takes_a_closing_back_and_nobody_outside_hears(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with recorded() as events:
        reports_workflow.determine(report, Determination.NOT_A_BUG, by=act_as(cast.mel), message="It is meant so.")
        undone = reports_workflow.undo(report, by=act_as(cast.mel))
        with clock.pretend(clock.now() + UNDO):
            tasks.settle_reports()
    assert (undone.phase, undone.undo_until, undone.told_at) == (ReportPhase.TRIAGE, None, None)
    assert kinds(events) == ["report:determined", "report:undone"]
    assert (bodies(report, internal=False), bodies(report, internal=True)) == ([], ["It is meant so."])


@pytest.mark.parametrize("determination", Determination)
def test_every_determination_can_be_undone_and_not_too_late(cast: Cast, determination: Determination) -> None:
    report = factories.determined(cast.mel, determination)
    with clock.pretend(clock.now() + UNDO), pytest.raises(Conflict, match="too late to undo"):
        reports_workflow.undo(report, by=act_as(cast.mel))
    undone = reports_workflow.undo(report, by=act_as(cast.mel))
    assert (undone.phase, undone.duplicate_of_id, undone.forwarded_to, undone.public_issue) == (
        ReportPhase.TRIAGE, None, "", "",
    )  # fmt: skip


# -- forwarding --------------------------------------------------------------------------------------------


@pytest.mark.rule("POLICY-20", "POLICY-22")
@pytest.mark.parametrize("outcome", ForwardOutcome)
def test_a_forwarded_report_is_open_until_an_answer_or_silence(cast: Cast, outcome: ForwardOutcome) -> None:
    report = factories.forwarded(cast.mel)
    assert (report.phase, report.finished_at) == (ReportPhase.FORWARDED, None)
    with recorded() as events:
        ended = reports_workflow.end_forward(report, outcome, by=act_as(cast.mel), message="They said no.")
        with clock.pretend(clock.now() + UNDO):
            tasks.settle_reports()
    assert (ended.phase, ended.finished_at) == (ReportPhase.CLOSED, ended.forward_ended_at)
    assert kinds(events) == ["report:forward_ended", "report:outcome_told"]
    assert bodies(report, internal=False) == ["They said no."]


def test_the_end_of_a_forwarding_is_undone_alone(cast: Cast, client: Client) -> None:
    report = factories.forwarded(cast.mel)
    before = client.get(follow_path(report)).content
    reports_workflow.end_forward(report, ForwardOutcome.SILENT, by=act_as(cast.mel))
    assert _steady(client.get(follow_path(report)).content) == _steady(before)
    undone = reports_workflow.undo(report, by=act_as(cast.mel))
    assert (undone.phase, undone.forward_outcome) == (ReportPhase.FORWARDED, "")
    with recorded() as events, clock.pretend(clock.now() + UNDO):
        tasks.settle_reports()
    assert events == []


def test_only_what_was_forwarded_ends_as_that(cast: Cast) -> None:
    for report in (factories.coordinated(cast.mel), factories.settled(cast.mel, Determination.INVALID)):
        with pytest.raises(Conflict):
            reports_workflow.end_forward(report, ForwardOutcome.SILENT, by=act_as(cast.mel))


# -- reopening ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("determination", Determination)
def test_a_determination_is_taken_back_with_a_reason(cast: Cast, determination: Determination) -> None:
    report = factories.settled(cast.mel, determination)
    with recorded() as events:
        reopened = reports_workflow.reopen(report, "It can be repeated after all.", by=act_as(cast.mel))
    assert (reopened.phase, reopened.duplicate_of_id, reopened.forwarded_to) == (ReportPhase.TRIAGE, None, "")
    was_told = determination is not Determination.DISCARDED
    assert [(event.kind, event.data) for event in events] == [("report:reopened", {"was_told": was_told})]
    assert bodies(report, internal=True) == ["It can be repeated after all."]


def test_reopening_needs_a_reason_and_waits_for_the_time_to_undo(cast: Cast) -> None:
    settled, undoable = factories.settled(cast.mel), factories.determined(cast.mel)
    with pytest.raises(Conflict, match="Say why"):
        reports_workflow.reopen(settled, " ", by=act_as(cast.mel))
    with pytest.raises(Conflict, match="undo it instead"):
        reports_workflow.reopen(undoable, "Again.", by=act_as(cast.mel))


def test_a_published_report_is_not_reopened(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    with pytest.raises(Conflict, match="cannot be taken back"):
        reports_workflow.reopen(report, "Again.", by=act_as(cast.mel))


def test_a_reporter_reopens_nothing(cast: Cast) -> None:
    """Nothing that a reporter writes changes the state of their report."""
    report = factories.settled(cast.mel, Determination.INVALID)
    with pytest.raises(NotAllowed):
        reports_workflow.reopen(report, "Again.", by=holder_of(report))  # type: ignore[arg-type]
    before = fresh(report)
    reports_workflow.reply(report, "[REOPEN] Please open it again.", by=holder_of(report))
    assert vars(fresh(report)) | {"_state": None} == vars(before) | {"_state": None}


# -- the pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("determination", Determination)
def test_the_decision_page_takes_every_kind(cast: Cast, browse: Browse, determination: Determination) -> None:
    report, original = factories.coordinated(cast.mel), factories.received()
    typed = {
        "determination": determination, "duplicate_of": original.reference.lower(), "forwarded_to": "Example",
        "reason": "Tried it.", "issue_hardening": ISSUE, "issue_ordinary_bug": ISSUE, "issue_prerelease": ISSUE,
    }  # fmt: skip
    response = browse(cast.mel).post(f"{report.get_absolute_url()}determine/", typed)
    assert (response.status_code, response.headers.get("Location")) == (302, report.get_absolute_url())
    stored = fresh(report)
    assert (stored.determination, stored.duplicate_of_id, stored.forwarded_to, stored.public_issue) == (
        determination,
        original.pk if determination is Determination.DUPLICATE else None,
        "Example" if determination is Determination.FORWARDED else "",
        ISSUE if determination in PUBLIC_ISSUE else "",
    )
    assert bodies(report, internal=True) == ["Tried it."]


def test_the_decision_page_says_of_every_kind_what_follows(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    page = browse(cast.mel).get(f"{report.get_absolute_url()}determine/").content.decode()
    missing = [
        text for kind in KINDS.values() for text in (kind.consequence, kind.button, kind.effect) if text not in page
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"determination": ["Choose what it is."]}),
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
        (
            {"determination": "ordinary_bug", "issue_hardening": ISSUE},
            {"issue_ordinary_bug": ["Open the public issue first, and name it here."]},
        ),
        ({"determination": "prerelease", "issue_prerelease": "no"}, {"issue_prerelease": ["Enter a valid URL."]}),
        (
            {"determination": "discarded", "message": "Thanks."},
            {"message": ["A report that is discarded gets no reply. Empty this box, or choose another kind."]},
        ),
    ],
)
def test_an_incomplete_determination_is_named_at_its_field(
    cast: Cast, browse: Browse, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(f"{report.get_absolute_url()}determine/", {**typed, "reason": "kept"})
    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert response.context["form"]["reason"].value() == "kept"
    assert fresh(report).phase is ReportPhase.TRIAGE


def test_what_was_left_in_the_box_of_another_kind_does_not_matter(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    typed = {"determination": "invalid", "issue_hardening": "no", "duplicate_of": "R-999999"}
    assert browse(cast.mel).post(f"{report.get_absolute_url()}determine/", typed).status_code == 302


def test_undoing_and_reopening_from_the_pages(cast: Cast, browse: Browse) -> None:
    undoable, closed = factories.determined(cast.mel), factories.settled(cast.mel, Determination.INVALID)
    client = browse(cast.mel)
    page = client.get(undoable.get_absolute_url()).content.decode()
    assert "Undo, 10 minutes left" in page
    client.post(f"{undoable.get_absolute_url()}undo/")
    assert client.post(f"{closed.get_absolute_url()}reopen/", {"reason": ""}).status_code == 422
    client.post(f"{closed.get_absolute_url()}reopen/", {"reason": "Again."})
    assert [fresh(report).phase for report in (undoable, closed)] == [ReportPhase.TRIAGE, ReportPhase.TRIAGE]


def test_the_end_of_a_forwarding_from_the_page(cast: Cast, browse: Browse) -> None:
    report = factories.forwarded(cast.mel)
    address = f"{report.get_absolute_url()}forwarded/"
    client = browse(cast.mel)
    assert list(client.post(address, {"outcome": ""}).context["form"].errors) == ["outcome"]
    assert client.post(address, {"outcome": "unknown", "reason": "No address."}).status_code == 302
    assert (fresh(report).forward_outcome, bodies(report, internal=True)) == ("unknown", ["No address."])
