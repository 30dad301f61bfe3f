"""Reports that belong together: duplicates and their original, and two that were one."""

from __future__ import annotations

import pytest
from django.test import Client

from advisories.publication import workflow as publication_workflow
from advisories.publication.forms import DraftForm
from advisories.reports import tasks
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination, Origin
from advisories.reports.models import FACTS, UNDO, Report, SplitPart
from audit import clock
from tests.advisories import factories
from tests.advisories.factories import follow_path, fresh
from tests.cast import Browse, Cast, act_as
from tests.events import kinds, recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def repeat(report: Report, original: Report, cast: Cast) -> Report:
    """Close the report as a duplicate."""
    return reports_workflow.determine(report, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=original)


def told_of(report: Report) -> Report:
    """The report, after its reporter was told."""
    with clock.pretend(clock.now() + UNDO):
        return reports_workflow.tell_outcome(report)


# -- duplicates ----------------------------------------------------------------------------------------------


def test_a_duplicate_of_a_duplicate_points_at_the_original(cast: Cast) -> None:
    original, first, second = factories.received(), *(factories.coordinated(cast.mel) for _ in range(2))
    repeat(first, original, cast)
    repeat(second, first, cast)
    assert [fresh(report).duplicate_of_id for report in (first, second)] == [original.pk] * 2


def test_duplicates_follow_their_original_when_it_becomes_one(cast: Cast) -> None:
    last, original, *repeats = (factories.coordinated(cast.mel) for _ in range(4))
    for report in repeats:
        repeat(report, original, cast)
    with recorded() as events:
        repeat(original, last, cast)
    assert [fresh(report).duplicate_of_id for report in (original, *repeats)] == [last.pk] * 3
    assert kinds(events) == ["report:determined"]


def test_no_report_repeats_itself_or_what_repeats_it(cast: Cast) -> None:
    original, repeated = factories.coordinated(cast.mel), factories.coordinated(cast.mel)
    repeat(repeated, original, cast)
    with pytest.raises(Conflict, match="a duplicate of itself"):
        repeat(original, original, cast)
    with pytest.raises(Conflict, match=f"{repeated.reference} repeats this report already"):
        repeat(original, repeated, cast)
    assert fresh(original).determination == ""


def test_a_family_that_changes_all_the_time_is_left_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisories.reports.workflow.duplicates._TRIES", 0)
    with pytest.raises(Conflict, match="Please try again"):
        repeat(factories.coordinated(cast.mel), factories.received(), cast)


@pytest.mark.rule("ISO30111-03")
def test_an_original_lists_its_duplicates(cast: Cast, browse: Browse) -> None:
    original, repeated = factories.coordinated(cast.mel), factories.coordinated(cast.mel, summary="The same again")
    repeat(repeated, original, cast)
    page = browse(cast.mia).get(original.get_absolute_url())
    assert page.context["related"] == [repeated]
    assert repeated.get_absolute_url() in page.content.decode()


def test_the_reporter_of_a_duplicate_is_released_with_the_original(cast: Cast, client: Client) -> None:
    original, repeated = factories.approved(cast.mel, cast.mia), factories.coordinated(cast.mel)
    repeat(repeated, original, cast)
    told_of(repeated)
    before = client.get(follow_path(repeated)).content.decode()
    assert "The team knows of this already" in before
    publication_workflow.publish(original, revision=1, by=act_as(cast.mel))
    with recorded() as events:
        tasks.settle_reports()
        tasks.settle_reports()
    assert [(event.kind, event.target) for event in events] == [("report:released", f"reports.report:{repeated.pk}")]
    page = client.get(follow_path(repeated)).content.decode()
    assert "The advisory is public" in page
    assert 'href="/advisories/PSF-' in page
    assert original.reference not in page


def test_a_duplicate_of_what_is_public_is_told_and_released_at_once(cast: Cast) -> None:
    original, repeated = factories.published(cast.mel, cast.mia), factories.coordinated(cast.mel)
    repeat(repeated, original, cast)
    with recorded() as events:
        told = told_of(repeated)
        tasks.settle_reports()
    assert (told.released_at, kinds(events)) == (told.told_at, ["report:outcome_told"])


def test_a_duplicate_that_can_be_undone_is_not_released(cast: Cast) -> None:
    original, repeated = factories.published(cast.mel, cast.mia), factories.coordinated(cast.mel)
    repeat(repeated, original, cast)
    with recorded() as events:
        tasks.settle_reports()
        reports_workflow.release(repeated)
    assert (events, fresh(repeated).released_at) == ([], None)


@pytest.mark.rule("ISO30111-03")
def test_the_reporters_of_duplicates_are_offered_for_the_credits(cast: Cast) -> None:
    original = factories.settled(cast.mel, credit_as="First Finder")
    repeat(factories.coordinated(cast.mel, credit_as="Second Finder"), original, cast)
    repeat(factories.coordinated(cast.mel, credit_as=""), original, cast)
    credits = DraftForm.initial_of(fresh(original), None)["credits"]
    assert credits == "First Finder, reporter\nSecond Finder, reporter\nMel Member, coordinator"


# -- splitting -----------------------------------------------------------------------------------------------

PART = SplitPart("pip", "The second finding", "It also writes outside.", "Files are overwritten.", "import os")


@pytest.mark.rule("CNA-4.1.10")
def test_a_part_has_the_same_reporter_origin_and_date_and_its_own_text(cast: Cast) -> None:
    report = factories.coordinated(cast.mel, origin=Origin.MAIL, origin_id="<1@example.net>", days_ago=20)
    with recorded() as events:
        second = fresh(reports_workflow.split(report, PART, by=act_as(cast.mel)))
    assert [(event.kind, event.target, event.data) for event in events] == [
        ("report:split", f"reports.report:{report.pk}", {"part": str(second.pk)})
    ]
    own = {"project_id", "summary", "proof_of_concept"}
    kept = (set(FACTS) - own) | {"reporter_name", "reporter_email", "credit_as", "known_elsewhere"}
    assert {name for name in kept if getattr(second, name) != getattr(report, name)} == set()
    assert (second.project_id, second.summary, second.description, second.impact, second.proof_of_concept) == (
        "pip", PART.summary, PART.description, PART.impact, PART.proof_of_concept,
    )  # fmt: skip
    assert (second.coordinator, second.split_from_id, second.link_nonce != report.link_nonce) == (
        cast.mel, report.pk, True,
    )  # fmt: skip
    assert second.reference != report.reference


def test_a_form_to_split_sent_twice_makes_one(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    first, again = (reports_workflow.split(report, PART, by=act_as(cast.mel), once="mark") for _ in range(2))
    assert first == again
    assert Report.objects.system("a test").count() == 2


def test_an_admin_splits_a_report_that_nobody_coordinates(cast: Cast) -> None:
    second = reports_workflow.split(factories.received(), PART, by=act_as(cast.ada))
    assert (second.coordinator, second.coordinated_at) == (None, None)


def test_another_member_does_not_split(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reports_workflow.split(factories.coordinated(cast.mel), PART, by=act_as(cast.mia))


def test_both_pages_and_the_reporters_lead_to_the_other(cast: Cast, browse: Browse, client: Client) -> None:
    report = factories.coordinated(cast.mel)
    address = f"{report.get_absolute_url()}split/"
    mel = browse(cast.mel)
    form = mel.get(address).context["form"]
    assert form["summary"].value() == report.summary
    typed = {
        "project_id": "pip",
        "summary": PART.summary,
        "description": PART.description,
        "impact": PART.impact,
        "once": "x",
    }
    assert mel.post(address, {**typed, "impact": ""}).status_code == 422
    assert mel.post(address, {**typed, "project_id": "none"}).status_code == 422
    response = mel.post(address, typed)
    second = Report.objects.system("a test").get(split_from=report)
    assert response.headers["Location"] == second.get_absolute_url()
    assert second.get_absolute_url() in mel.get(report.get_absolute_url()).content.decode()
    assert report.get_absolute_url() in mel.get(second.get_absolute_url()).content.decode()
    assert follow_path(second) in client.get(follow_path(report)).content.decode()
    assert follow_path(report) in client.get(follow_path(second)).content.decode()
