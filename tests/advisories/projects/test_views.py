"""The admins' pages of projects, branches and the policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from advisories.projects import queries
from advisories.projects.models import Branch, PolicyVersion, Project
from audit import clock
from tests.advisories.projects.making import KETTLE, TEXT, branch, drafted, published, values_of
from tests.cast import Browse, Cast
from tests.events import kinds, recorded

pytestmark = pytest.mark.django_db


def typed(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a browser sends: a box that is not ticked is left out."""
    sent = {name: value for name, value in {**values, **more}.items() if value is not False and value is not None}
    return {name: "on" if value is True else value for name, value in sent.items()}


def path(name: str, *args: Any) -> str:
    return reverse(f"projects:{name}", args=args)


def test_a_project_is_added_after_a_look_at_it(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    with recorded() as events:
        check = client.post(path("new"), typed(KETTLE, slug="kettle", step="check"))
    assert (check.status_code, kinds(events), Project.objects.count()) == (200, [], 2)
    assert ("vendor", "", "Example") in [(c.label, c.before, c.after) for c in check.context["changes"]]
    again = client.post(path("new"), typed(KETTLE, slug="kettle", step="edit"))
    assert (again.status_code, again.context["form"]["vendor"].value()) == (200, "Example")
    with recorded() as events:
        saved = client.post(path("new"), typed(KETTLE, slug="kettle", step="save"))
    assert (saved["Location"], kinds(events)) == (path("detail", "kettle"), ["project:saved"])
    assert values_of(Project.objects.get(pk="kettle")) == KETTLE


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"slug": "Kettle"}, "slug"),
        ({"name": ""}, "name"),
        ({"repository": "kettle"}, "repository"),
        ({"repository": "example/.."}, "repository"),
        ({"repository": "https://github.com/example/kettle"}, "repository"),
        ({"purl": "pkg:npm/kettle"}, "purl"),
        ({"purl": "pkg:pypi/Kettle"}, "purl"),
        ({"cna_name": "Other"}, "cna_name"),
        ({"is_covered": False, "cna_url": "https://example.org/"}, "cna_name"),
        ({"policy_url": "javascript:x"}, "policy_url"),
        ({"position": "-1"}, "position"),
    ],
)
def test_a_bad_fact_is_named_at_its_field(cast: Cast, browse: Browse, wrong: dict[str, Any], field: str) -> None:
    response = browse(cast.ada).post(path("new"), typed({**KETTLE, "slug": "kettle", **wrong}, step="save"))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert response.context["form"]["vendor"].value() == "Example"
    assert Project.objects.count() == 2


def test_a_short_name_that_is_taken_is_refused_with_what_was_typed(cast: Cast, browse: Browse) -> None:
    response = browse(cast.ada).post(path("new"), typed(KETTLE, slug="pip", step="save"))
    assert (response.status_code, response.context["form"].non_field_errors()) == (
        422,
        ["The short name pip is taken."],
    )


def test_a_change_is_shown_before_it_is_saved(cast: Cast, browse: Browse) -> None:
    client, pip = browse(cast.ada), Project.objects.get(pk="pip")
    mine = typed(values_of(pip, vendor="PyPA", platforms="Windows\r\n\r\n Windows \r\nmacOS"), revision=1)
    check = client.post(path("change", "pip"), {**mine, "step": "check"})
    assert [(c.label, c.before, c.after) for c in check.context["changes"]] == [
        ("vendor", "Python Packaging Authority", "PyPA"),
        ("platforms", "", "Windows\nmacOS"),
    ]
    assert Project.objects.get(pk="pip").vendor == "Python Packaging Authority"
    saved = client.post(path("change", "pip"), {**mine, "step": "save"})
    assert (saved["Location"], Project.objects.get(pk="pip").vendor) == (path("detail", "pip"), "PyPA")


def test_the_second_of_two_admins_sees_both_versions(cast: Cast, browse: Browse) -> None:
    client, pip = browse(cast.abel), Project.objects.get(pk="pip")
    mine = typed(values_of(pip, vendor="Mine"), revision=1, step="save")
    Project.objects.filter(pk="pip").update(vendor="Theirs", revision=2)
    response = client.post(path("change", "pip"), mine)
    assert response.status_code == 422
    assert [(c.before, c.after) for c in response.context["differences"]] == [("Theirs", "Mine")]
    assert response.context["form"]["revision"].value() == "2"
    assert client.post(path("change", "pip"), {**mine, "revision": "2"}).status_code == 302
    assert Project.objects.get(pk="pip").vendor == "Mine"


def test_saving_nothing_says_so(cast: Cast, browse: Browse) -> None:
    pip = Project.objects.get(pk="pip")
    response = browse(cast.ada).post(path("change", "pip"), typed(values_of(pip), revision=1, step="check"))
    assert response.context["form"].non_field_errors() == ["Nothing would change."]


def test_a_page_says_why_nothing_is_published_about_a_project(cast: Cast, browse: Browse) -> None:
    Project.objects.create(slug="kettle", name="Kettle", cna_name="Other CNA")
    client = browse(cast.mel)
    assert client.get(path("detail", "kettle")).context["obstacles"] == [
        "Records about Kettle need its repository and vendor and product. An admin adds that to the project.",
        "The PSF’s CNA does not cover Kettle and gives it no CVE IDs. Its CVE IDs come from Other CNA.",
    ]
    page = client.get(path("detail", "cpython"))
    assert (page.context["obstacles"], page.context["may_keep"]) == ([], False)
    assert [row.branch.name for row in page.context["table"].rows][:2] == ["3.16", "3.15"]


def test_old_data_about_branches_are_marked(cast: Cast, browse: Browse) -> None:
    table = browse(cast.mel).get(path("detail", "cpython")).context["table"]
    source = queries.newest_source(Project.objects.get(pk="cpython"))
    assert source is not None
    assert (table.source, table.age) == (source, (clock.now().date() - source.as_of).days)
    source.as_of = clock.now().date() - timedelta(days=61)
    source.save()
    Branch.objects.filter(status__in=["prerelease", "feature", "security"]).delete()
    assert browse(cast.mel).get(path("detail", "cpython")).context["table"].is_old
    source.as_of = clock.now().date()
    source.save()
    assert not browse(cast.mel).get(path("detail", "cpython")).context["table"].is_old


def test_projects_are_listed_in_their_order_and_admins_find_them(cast: Cast, browse: Browse) -> None:
    Project.objects.create(slug="kettle", name="Kettle", position=15)
    page = browse(cast.mel).get(path("list"))
    assert [project.pk for project in page.context["page"]] == ["cpython", "kettle", "pip"]
    assert (page.context["may_keep"], b"Add a project" in page.content) == (False, False)
    areas = browse(cast.ada).get(reverse("manage")).content.decode()
    assert f'href="{path("list")}"' in areas
    assert f'href="{path("policy")}"' in areas


def test_a_project_without_branches_says_so(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).get(path("detail", "pip"))
    assert b"Nothing says yet which versions of it get fixes." in page.content


def test_a_branch_is_added_and_changed(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    new = {"name": "25.x", "status": "bugfix", "first_release": "2026-01-02", "end_of_life": "2027-01-31"}
    assert client.post(path("new_branch", "pip"), new)["Location"] == path("detail", "pip")
    row = Branch.objects.get(project="pip")
    form = client.get(path("branch", "pip", row.pk)).context["form"]
    assert ("name" in form.fields, form["status"].value()) == (False, "bugfix")
    client.post(path("branch", "pip", row.pk), {**new, "status": "end-of-life"})
    row.refresh_from_db()
    assert row.status == "end-of-life"
    late = client.post(path("branch", "pip", row.pk), {**new, "end_of_life": "2025-01-31"})
    assert (late.status_code, list(late.context["form"].errors)) == (422, ["end_of_life"])
    taken = client.post(path("new_branch", "pip"), new)
    assert taken.context["form"].non_field_errors() == ["There is a branch 25.x already."]


def test_a_branch_is_found_under_its_own_project_only(cast: Cast, browse: Browse) -> None:
    assert browse(cast.ada).get(path("branch", "pip", branch().pk)).status_code == 404


# -- the policy ------------------------------------------------------------------------------------------


def test_a_version_is_drafted_previewed_compared_and_published(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    mine = {"text": TEXT.replace("\n", "\r\n"), "change": "Kettles.", "revision": "0"}
    preview = client.post(path("policy_draft"), {**mine, "step": "preview"})
    assert [section.heading for section in preview.context["preview"]] == ["Rules"]
    assert queries.policy_draft() is None
    assert client.post(path("policy_draft"), {**mine, "step": "save"})["Location"] == path("policy_publish")
    assert client.get(path("policy_draft")).context["form"]["change"].value() == "Kettles."
    check = client.get(path("policy_publish"))
    assert {line.sign for line in check.context["lines"]} >= {"+", "-"}
    done = client.post(path("policy_publish"), {"revision": "1", "in_force_from": ""})
    assert done["Location"] == path("policy_version", 2)
    assert queries.policy_in_force(clock.now()).text == TEXT
    page = client.get(path("policy_version", 2))
    assert (page.context["other"].number, page.context["others"]) == (1, [1])
    assert client.get(path("policy_version", 1) + "?with=2").context["other"].number == 2
    assert client.get(path("policy_version", 1) + "?with=x").context["other"] is None


def test_a_fault_in_the_text_is_named_by_its_line_and_nothing_is_lost(cast: Cast, browse: Browse) -> None:
    mine = {"text": TEXT + "### No code\n", "change": "", "revision": "0", "step": "save"}
    response = browse(cast.ada).post(path("policy_draft"), mine)
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "text": ["Line 8: a rule is written “### Heading {code: outcome}”, a section “## Heading”."]
    }
    assert response.context["form"]["text"].value() == mine["text"]


def test_the_second_of_two_drafts_is_shown_beside_the_first(cast: Cast, browse: Browse) -> None:
    drafted(cast.abel)
    mine = {"text": TEXT + "\nMine.\n", "change": "Mine.", "revision": "0", "step": "save"}
    client = browse(cast.ada)
    response = client.post(path("policy_draft"), mine)
    assert (response.status_code, response.context["form"]["revision"].value()) == (409, "1")
    assert "Mine." in [line.text for line in response.context["lines"]]
    assert client.post(path("policy_draft"), {**mine, "revision": "1"}).status_code == 302


def test_a_day_that_has_begun_and_a_stale_draft_are_refused(cast: Cast, browse: Browse) -> None:
    drafted(cast.ada)
    client, today = browse(cast.ada), clock.now().date()
    past = client.post(path("policy_publish"), {"revision": "1", "in_force_from": today.isoformat()})
    assert (past.status_code, list(past.context["form"].errors)) == (422, ["in_force_from"])
    stale = client.post(path("policy_publish"), {"revision": "7"})
    assert stale.context["form"].non_field_errors() == ["Somebody has changed the draft meanwhile. Read it again."]
    tomorrow = today + timedelta(days=1)
    client.post(path("policy_publish"), {"revision": "1", "in_force_from": tomorrow.isoformat()})
    version = PolicyVersion.objects.get(number=2)
    assert version.in_force_from is not None
    assert version.in_force_from.isoformat() == f"{tomorrow.isoformat()}T00:00:00+00:00"


def test_a_draft_is_thrown_away_after_a_question(cast: Cast, browse: Browse) -> None:
    drafted(cast.ada)
    client = browse(cast.ada)
    assert client.get(path("policy_discard")).status_code == 200
    assert client.post(path("policy_discard"), {"revision": "1"})["Location"] == path("policy")
    assert [client.get(path(name)).status_code for name in ("policy_discard", "policy_publish")] == [404, 404]


def test_members_read_the_history_and_see_no_draft(cast: Cast, browse: Browse) -> None:
    published(cast.ada)
    drafted(cast.ada, TEXT + "\nMore.\n")
    page = browse(cast.mel).get(path("policy"))
    assert [version.number for version in page.context["page"]] == [2, 1]
    assert (page.context["draft"], page.context["in_force"].number) == (None, 2)
    assert browse(cast.mel).get(path("policy_version", 3)).status_code == 404
    assert browse(cast.ada).get(path("policy")).context["draft"].number == 3
