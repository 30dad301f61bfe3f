"""The pages on which an advisory is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from advisories.projects.models import Project
from advisories.publication import workflow as publication_workflow
from advisories.publication.drafting import Draft
from advisories.publication.forms import DraftForm
from advisories.publication.models import draft_of
from advisories.reports.forms.intake import ReportForm
from advisories.reports.models import Report
from tests.advisories import factories
from tests.advisories.factories import DRAFT, HIGH_VECTOR, VECTOR, fresh, fresh_advisory
from tests.advisories.publication.pages import path
from tests.cast import Browse, Cast, act_as
from tests.events import kinds, recorded

pytestmark = pytest.mark.django_db

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TYPED: dict[str, Any] = {
    "title": "Endless loop while reading tar archives",
    "description": "Reading a *crafted* archive never returns.",
    "cve_id": "cve-2099-1001",
    "vector": HIGH_VECTOR,
    "version_ranges": "before 3.12.12\r\n3.13.0 before 3.13.6",
    "modules": "tarfile",
    "weaknesses": "CWE-835",
    "fix_commits": COMMIT,
    "references": "FIX https://github.com/python/cpython/pull/1",
    "credits": "R. Reporter, reporter\r\nMel Member, coordinator",
    "credits_settled": "on",
    "revision": "0",
}


def stored_text(report: Report) -> Draft:
    advisory = fresh_advisory(report)
    return Draft.of(advisory.content(), credits_settled=advisory.credits_settled)


# -- writing ---------------------------------------------------------------------------------------


def test_the_first_form_suggests_what_the_report_says(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    response = browse(cast.mel).get(path("draft", report))
    initial = response.context["form"].initial
    assert response.status_code == 200
    assert (initial["title"], initial["credits"]) == (report.summary, "R. Reporter, reporter\nMel Member, coordinator")
    unnamed = factories.determined(cast.mel, credit_as="")
    form = browse(cast.mel).get(path("draft", unnamed)).context["form"]
    assert form.initial["credits"] == "Mel Member, coordinator"


def test_every_field_is_in_a_fieldset(cast: Cast) -> None:
    for form in (ReportForm(offered=[]), DraftForm(project=Project.objects.get(pk="cpython"))):
        grouped = [field.name for fieldset in form.fieldsets for field in fieldset.fields]
        assert sorted(grouped) == sorted(field.name for field in form.visible_fields())


def test_a_draft_is_saved_and_shown_as_typed(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    client = browse(cast.mel)
    with recorded() as events:
        response = client.post(path("draft", report), TYPED)
    assert (response.status_code, response["Location"]) == (302, path("preview", report))
    stored = fresh_advisory(report)
    assert (stored.cve_id, stored.rating, stored.weaknesses, stored.modules) == (
        "CVE-2099-1001", "high", ["CWE-835"], ["tarfile"],
    )  # fmt: skip
    assert [reference["url"] for reference in stored.references] == [
        f"https://github.com/python/cpython/commit/{COMMIT}",
        "https://github.com/python/cpython/pull/1",
    ]
    assert stored.affected == [
        {
            "ranges": [
                {
                    "type": "GIT",
                    "repo": "https://github.com/python/cpython",
                    "events": [{"introduced": "0"}, {"fixed": COMMIT}],
                }
            ]
        }
    ]
    assert kinds(events) == ["report:read", "advisory:drafted"]


def test_the_form_shows_what_is_saved_and_saves_it_unchanged(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    client = browse(cast.mel)
    client.post(path("draft", report), TYPED)
    before = stored_text(report)
    shown = client.get(path("draft", report)).context["form"]
    again = {field.name: field.value() for field in shown}
    with recorded() as events:
        client.post(path("draft", report), {**again, "credits_settled": "on"})
    assert (stored_text(report), events, again["revision"]) == (before, [], 1)


def test_an_edit_is_saved_once_and_voids_the_approval(cast: Cast, browse: Browse) -> None:
    report = factories.approved(cast.mel, cast.mia)
    client = browse(cast.mel)
    typed = {**TYPED, "title": "Better words", "revision": "1"}
    with recorded() as events:
        for _ in range(2):
            assert client.post(path("draft", report), typed).status_code == 302
    stored = fresh_advisory(report)
    assert (stored.title, stored.revision, stored.approved_at) == ("Better words", 2, None)
    assert kinds(events) == ["report:read", "advisory:edited"]


def test_an_empty_draft_is_a_draft(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    assert browse(cast.mel).post(path("draft", report), {}).status_code == 302
    assert fresh_advisory(report).title == ""
    page = browse(cast.mel).get(path("preview", report)).content.decode()
    assert "there is no CVE ID" in page


@pytest.mark.rule("PEP811-44")
def test_checking_computes_the_score_and_saves_nothing(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    with recorded() as events:
        response = browse(cast.mel).post(path("draft", report), {**TYPED, "vector": VECTOR, "check": "1"})
    assert response.status_code == 200
    score = response.context["score"]
    assert (str(score.base_score), score.severity.label) == ("6.9", "Medium")
    assert response.context["form"]["title"].value() == TYPED["title"]
    assert (kinds(events), draft_of(fresh(report))) == (["report:read"], None)


@pytest.mark.rule("PSRT-10")
@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("title", "x" * 257, "Ensure this value has at most 256 characters (it has 257)."),
        ("description", "x" * 4_097, "Ensure this value has at most 4096 characters (it has 4097)."),
        ("description", "bell \x07", "This: holds the character U+0007, which is not allowed in text."),
        (
            "cve_id",
            "CVE-1",
            "This is no CVE ID: CVE, the year, and four digits or more, such as CVE-2026-12345.",
        ),
        ("vector", "high", "A version 4 vector begins with CVSS:4.0/."),
        ("vector", "CVSS:3.1/AV:N", "A version 4 vector begins with CVSS:4.0/."),
        ("vector", HIGH_VECTOR.replace("AC:L", "AC:X"), "CVSS:4.0 vector: the metric AC cannot be “X”, only L, H."),
        ("weaknesses", "infinite loop", "Line 1: “infinite loop”: must be a weakness such as CWE-835."),
        ("modules", "a\n-", "Line 2: “-”: must be a module such as http.client."),
        ("fix_commits", "abc", "Line 1: “abc”: must be a commit of 40 hexadecimal digits."),
        ("version_ranges", "before x", "Line 1: the version with the fix is not a version such as 3.14.0 or 3.15.0a3."),
    ],
)
def test_bad_input_is_named_at_its_field_and_everything_is_kept(
    cast: Cast, browse: Browse, field: str, value: str, error: str
) -> None:
    report = factories.determined(cast.mel)
    typed = {**TYPED, field: value}
    response = browse(cast.mel).post(path("draft", report), typed)
    form = response.context["form"]
    assert (response.status_code, form.errors) == (422, {field: [error]})
    assert {name: form[name].value() for name in TYPED if name != "credits_settled"} == {
        name: value for name, value in typed.items() if name != "credits_settled"
    }
    assert draft_of(fresh(report)) is None


def test_several_bad_lines_are_named_at_once(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    typed = {**TYPED, "credits": "A\nB, reporter\nC", "references": "PATCH https://example.org/"}
    errors = browse(cast.mel).post(path("draft", report), typed).context["form"].errors
    assert {name: len(sentences) for name, sentences in errors.items()} == {"credits": 2, "references": 1}


def test_a_cve_id_of_another_advisory_is_named_at_its_field(cast: Cast, browse: Browse) -> None:
    factories.drafted(cast.mel)
    report = factories.determined(cast.mel)
    response = browse(cast.mel).post(path("draft", report), TYPED)
    assert response.status_code == 422
    assert response.context["form"].errors == {"cve_id": ["CVE-2099-1001 belongs to another advisory."]}


# -- two people at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["1", "", "99", "-5"])
def test_the_second_of_two_editors_sees_both_versions(cast: Cast, browse: Browse, revision: str) -> None:
    report = factories.drafted(cast.mel)
    publication_workflow.edit_draft(report, replace(DRAFT, title="The other version"), revision=1, by=act_as(cast.mel))
    mine = {**TYPED, "fix_commits": "", "title": "My version", "revision": revision}
    client = browse(cast.mel)
    with recorded() as events:
        response = client.post(path("draft", report), mine)
    assert response.status_code == 409
    differing = {line.label: (line.mine, line.theirs) for line in response.context["differences"]}
    assert differing["Title"] == ("My version", "The other version")
    assert set(differing) == {"Title", "Description"}
    form = response.context["form"]
    assert (form["title"].value(), form["revision"].value()) == ("My version", "2")
    assert (kinds(events), fresh_advisory(report).title) == (["report:read"], "The other version")
    assert client.post(path("draft", report), {**mine, "revision": "2"}).status_code == 302
    assert fresh_advisory(report).title == "My version"


def test_two_who_start_at_once_see_both_versions(cast: Cast, browse: Browse) -> None:
    """Both forms were empty; the first has been saved."""
    report = factories.determined(cast.mel)
    client = browse(cast.mel)
    client.post(path("draft", report), {**TYPED, "credits_settled": ""})
    response = client.post(path("draft", report), TYPED)
    assert response.status_code == 409
    assert [(line.label, line.mine, line.theirs) for line in response.context["differences"]] == [
        ("The credits are settled", "yes", "no")
    ]


# -- who may ---------------------------------------------------------------------------------------


def test_other_members_read_the_preview_and_do_not_write(cast: Cast, browse: Browse) -> None:
    report = factories.drafted(cast.mel)
    for person in (cast.mia, cast.ada):
        client = browse(person)
        assert client.get(path("preview", report)).status_code == 200
        assert client.get(path("draft", report)).status_code == 403
        assert client.post(path("draft", report), TYPED).status_code == 403
    assert stored_text(report) == DRAFT


@pytest.mark.parametrize("state", ["received", "triage", "closed", "published"])
def test_a_report_that_is_not_being_remedied_gets_no_advisory(cast: Cast, browse: Browse, state: str) -> None:
    report = factories.in_state(cast, state)
    response = browse(cast.mel).get(path("draft", report))
    assert response.status_code == (403 if state == "received" else 302)
