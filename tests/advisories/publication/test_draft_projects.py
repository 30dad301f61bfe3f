"""What a draft takes from the project of its report, and projects about which no record can be made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisories.projects.models import Project
from advisories.publication import exports
from advisories.publication import workflow as publication_workflow
from advisories.reports.models import Report
from tests.advisories import factories
from tests.advisories.factories import DRAFT, fresh, fresh_advisory
from tests.advisories.publication.pages import path
from tests.advisories.publication.test_draft_views import TYPED
from tests.cast import Browse, Cast, act_as
from tests.formats.projects import CPYTHON
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"is_covered": True},
            "Records about Kettle need its repository and vendor and product. An admin adds that to the project.",
        ),
        (
            {"is_covered": True, "repository": "example/kettle", "vendor": "Example"},
            "Records about Kettle need its product. An admin adds that to the project.",
        ),
        (
            {"repository": "example/kettle", "vendor": "Example", "product": "Kettle", "cna_name": "Example CNA"},
            "The PSF’s CNA does not cover Kettle and gives it no CVE IDs. Its CVE IDs come from Example CNA.",
        ),
    ],
)
def test_a_project_that_makes_no_record_is_refused_at_the_draft(
    cast: Cast, browse: Browse, fields: dict[str, Any], sentence: str
) -> None:
    Project.objects.create(slug="kettle", name="Kettle", **fields)
    report = factories.determined(cast.mel, project_id="kettle")
    response = browse(cast.mel).post(path("draft", report), {**TYPED, "fix_commits": ""})
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors == {"project_name": [sentence]}
    assert (form["title"].value(), form["project_name"].value()) == (TYPED["title"], "Kettle")
    with pytest.raises(publication_workflow.NoRecord, match=r"Kettle"):
        publication_workflow.start_draft(report, DRAFT, by=act_as(cast.mel))
    assert getattr(fresh(report), "advisory", None) is None


def test_a_project_whose_facts_an_admin_has_added_is_published(cast: Cast) -> None:
    Project.objects.create(
        slug="kettle", name="Kettle", repository="example/kettle", vendor="Example", product="Kettle", is_covered=True
    )
    report = factories.published(cast.mel, cast.ada, project_id="kettle")
    advisory = fresh_advisory(report)
    assert (advisory.project_id, advisory.project_label) == ("kettle", "Kettle")
    affected = json.loads(exports.cve_record(advisory.content()))["containers"]["cna"]["affected"][0]
    assert (affected["vendor"], affected["repo"]) == ("Example", "https://github.com/example/kettle")


def test_a_later_change_of_the_project_changes_no_published_record(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.ada)
    before = exports.cve_record(fresh_advisory(report).content())
    Project.objects.filter(pk="cpython").update(vendor="Somebody else", repository="somebody/cpython")
    assert exports.cve_record(fresh_advisory(report).content()) == before


def test_the_same_text_is_an_edit_when_the_facts_of_the_project_have_changed(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.ada)
    Project.objects.filter(pk="cpython").update(product="Python")
    edited = publication_workflow.edit_draft(report, DRAFT, revision=1, by=act_as(cast.mel))
    assert (edited.revision, edited.approved_at, edited.project_facts) == (
        2,
        None,
        {**CPYTHON.to_json(), "product": "Python"},
    )


def test_a_draft_of_another_project_than_the_reports_is_neither_approved_nor_published(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.ada)
    Report.objects.system("a test corrects the project").filter(pk=report.pk).update(project="pip")
    with pytest.raises(Conflict, match="needs the report’s project"):
        publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    publication_workflow.edit_draft(report, DRAFT, revision=1, by=act_as(cast.mel))
    assert fresh_advisory(report).project_id == "pip"
