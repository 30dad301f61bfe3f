"""Correcting the facts of a report: what changes, who is named, what was said before, and two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Origin
from advisories.reports.forms.facts import FactsForm
from advisories.reports.models import FACTS, Correction, Facts, Report
from audit import clock
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import fresh
from tests.cast import Browse, Cast, act_as
from tests.events import recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 1, 8, 30, 17, tzinfo=UTC)
#: Another value for each fact.
OTHER: dict[str, Any] = {
    "project_id": "pip",
    "summary": "Reading a crafted wheel never returns",
    "versions_tested": "25.1",
    "versions_affected": "25.1 and before",
    "fixed_on_main": "yes",
    "platform": "Windows on ARM64",
    "threat_model": "Archives from strangers are read safely.",
    "proof_of_concept": "import zipfile\n",
    "minimal_patch": "- a\n+ b\n",
    "found_with": "a fuzzer",
    "asked_cna": "MITRE, no answer",
    "fix_public_since": AT,
    "public_elsewhere_since": AT,
    "exploited_since": AT,
    "origin": Origin.GITHUB,
    "origin_id": "GHSA-0000-0000-0000",
    "origin_link": "https://github.com/python/cpython/security/advisories/GHSA-0000-0000-0000",
    "received_at": AT,
}


def correct(report: Report, by: Any, *, revision: Any = None, **changed: Any) -> Report:
    facts = replace(Facts.of(fresh(report)), **changed)
    return reports_workflow.correct(report, facts, revision=revision or fresh(report).facts_revision, by=by)


def corrections(report: Report) -> list[Correction]:
    return list(Correction.objects.system("a test").filter(report=report).select_related("corrected_by"))


def test_every_fact_is_tried_here() -> None:
    assert set(OTHER) == set(FACTS)


@pytest.mark.rule("POLICY-16", "POLICY-28", "CNA-4.2.19", "ISO29147-12", "ISO30111-02", "CRA-05")
@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_corrected_and_the_event_names_it_without_its_value(cast: Cast, name: str) -> None:
    report = factories.received()
    before = getattr(report, name)
    with recorded() as events:
        correct(report, act_as(cast.mia), **{name: OTHER[name]})
    assert (getattr(fresh(report), name), fresh(report).facts_revision) == (OTHER[name], 2)
    assert [(event.kind, event.data) for event in events] == [("report:facts_corrected", {"fields": [name]})]
    (correction,) = corrections(report)
    said = before.isoformat() if isinstance(before, datetime) else before or ""
    assert (correction.corrected_by, correction.before, correction.revision) == (cast.mia, {name: said}, 2)


def test_facts_that_say_the_same_are_no_correction(cast: Cast) -> None:
    report = factories.received()
    with recorded() as events:
        correct(report, act_as(cast.mel), revision=77)
    assert (events, fresh(report).facts_revision, corrections(report)) == ([], 1, [])


def test_facts_made_from_an_older_revision_are_refused(cast: Cast) -> None:
    report = factories.received()
    correct(report, act_as(cast.mel), platform="Linux")
    with pytest.raises(reports_workflow.StaleFacts, match="Both versions are below"):
        correct(report, act_as(cast.mia), revision=1, platform="Windows")
    assert fresh(report).platform == "Linux"


@pytest.mark.parametrize("name", ["fix_public_since", "public_elsewhere_since", "exploited_since", "received_at"])
def test_what_has_not_happened_is_no_fact(cast: Cast, name: str) -> None:
    report = factories.received()
    with pytest.raises(Conflict, match="has not happened yet"):
        correct(report, act_as(cast.mel), **{name: clock.now() + timedelta(minutes=1)})


def test_nobody_outside_the_team_corrects_anything(cast: Cast) -> None:
    report = factories.received()
    for stranger in (ANONYMOUS, act_as(cast.sam), act_as(cast.emil), act_as(cast.olga), factories.holder_of(report)):
        with pytest.raises(NotAllowed):
            correct(report, stranger, platform="Windows")
    assert fresh(report).platform == ""


def test_the_90_days_count_from_the_corrected_day(cast: Cast) -> None:
    report = factories.received()
    assert correct(report, act_as(cast.mel), received_at=AT).deadline == AT + timedelta(days=90)


# -- the page ------------------------------------------------------------------------------------------------


def typed_of(report: Report, **changed: str) -> dict[str, str]:
    """Return what a browser would send of the form as it is shown."""
    initial = FactsForm.initial_of(fresh(report))
    typed = {
        name: f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value or "")
        for name, value in initial.items()
    }
    return {**typed, **changed}


def test_a_form_sent_as_it_is_shown_changes_nothing(cast: Cast, browse: Browse) -> None:
    """The boxes show moments to the minute, and lose no second by that."""
    report = factories.received()
    correct(report, act_as(cast.mel), exploited_since=AT)
    before = Facts.of(fresh(report))
    response = browse(cast.mel).post(f"{report.get_absolute_url()}facts/", typed_of(report))
    assert (response.status_code, Facts.of(fresh(report))) == (302, before)


def test_the_page_corrects_and_shows_what_was_said_before(cast: Cast, browse: Browse) -> None:
    report = factories.received(summary="An old summary")
    client = browse(cast.mel)
    address = f"{report.get_absolute_url()}facts/"
    assert "Nothing was corrected" in client.get(f"{address}history/").content.decode()
    typed = typed_of(report, summary="A new summary", exploited_since="2026-09-01T08:30", fixed_on_main="no")
    assert client.post(address, typed).status_code == 302
    stored = fresh(report)
    assert (stored.summary, stored.exploited_since, stored.fixed_on_main) == (
        "A new summary", AT.replace(second=0), "no",
    )  # fmt: skip
    shown = client.get(f"{address}history/").context["history"]
    assert [(fact.label, fact.before) for entry in shown for fact in entry.facts] == [
        ("Summary", "An old summary"),
        ("Fixed on the main branch already", "nothing"),
        ("Exploited: known since (UTC)", "nothing"),
    ]
    assert "Corrected by Mel Member" in client.get(report.get_absolute_url()).content.decode()


def test_the_history_shows_moments_and_choices_in_words(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    correct(report, act_as(cast.mel), origin="mail", exploited_since=AT)
    correct(report, act_as(cast.mel), origin="ghsa", exploited_since=None)
    shown = browse(cast.mia).get(f"{report.get_absolute_url()}facts/history/").context["history"]
    assert {fact.label: fact.before for fact in shown[0].facts} == {
        "Came by": "Mail",
        "Exploited: known since (UTC)": "1 September 2026, 08:30 UTC",
    }


def test_two_who_save_at_once_both_see_both_versions(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    address = f"{report.get_absolute_url()}facts/"
    first, second = typed_of(report, platform="Linux"), typed_of(report, platform="Windows", found_with="a fuzzer")
    mel, mia = browse(cast.mel), browse(cast.mia)
    assert mel.post(address, first).status_code == 302
    refused = mia.post(address, second)
    assert (refused.status_code, fresh(report).platform) == (409, "Linux")
    assert [(one.label, one.mine, one.theirs) for one in refused.context["differences"]] == [
        ("Platform", "Windows", "Linux"),
        ("Found with", "a fuzzer", ""),
    ]
    assert "Mel Member saved another version" in refused.content.decode()
    again = {**second, "revision": refused.context["form"]["revision"].value()}
    assert mia.post(address, again).status_code == 302
    assert (fresh(report).platform, fresh(report).found_with) == ("Windows", "a fuzzer")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("summary", ""),
        ("summary", "x" * 201),
        ("versions_tested", ""),
        ("fixed_on_main", "perhaps"),
        ("origin", "pigeon"),
        ("origin_link", "javascript:alert(1)"),
        ("received_at", ""),
        ("exploited_since", "yesterday"),
        ("found_with", "bell \x07"),
    ],
)
def test_bad_input_is_named_at_its_field_and_kept(cast: Cast, browse: Browse, name: str, value: str) -> None:
    report = factories.received()
    response = browse(cast.mel).post(
        f"{report.get_absolute_url()}facts/", typed_of(report, platform="kept", **{name: value})
    )
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["platform"].value()) == (422, [name], "kept")
    assert fresh(report).facts_revision == 1


def test_a_moment_to_come_is_refused_on_top_of_the_form(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    typed = typed_of(report, exploited_since="2999-01-01T00:00")
    response = browse(cast.mel).post(f"{report.get_absolute_url()}facts/", typed)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "What has not happened yet is no fact: choose a moment that has passed."
    ]
