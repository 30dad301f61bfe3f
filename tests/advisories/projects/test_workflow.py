"""The verbs about projects, branches and the policy: who may, what they write, what they record, what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from advisories.projects import queries, workflow
from advisories.projects.models import Branch, PolicyRule, PolicyVersion, Project
from advisories.projects.queries import BranchChanges
from advisories.projects.texts import shipped_branches
from advisories.reports.models import Report
from audit import clock
from tests.advisories import factories
from tests.advisories.projects.making import BRANCH, KETTLE, TEXT, branch, drafted, kettle, published, values_of
from tests.cast import Cast, act_as
from tests.events import kinds, recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def cpython() -> Project:
    return Project.objects.get(pk="cpython")


# -- projects --------------------------------------------------------------------------------------------


def test_cpython_and_pip_are_there_after_migrate() -> None:
    rows = {row.slug: (row.repository, row.purl, row.is_covered, row.is_offered) for row in Project.objects.all()}
    assert rows == {
        "cpython": ("python/cpython", "", True, True),
        "pip": ("pypa/pip", "pkg:pypi/pip", True, True),
    }
    assert cpython().advisory_form == "https://github.com/python/cpython/security/advisories/new"
    assert [row.slug for row in Project.objects.offered()] == ["cpython", "pip"]


def test_an_admin_adds_a_project(cast: Cast) -> None:
    with recorded() as events:
        project = kettle(cast.ada)
    assert kinds(events) == ["project:saved"]
    assert events[0].data["added"] is True
    assert Project.objects.get(pk="kettle").facts == project.facts
    assert (project.facts.ecosystem, project.facts.package, project.facts.collection_url) == (
        "PyPI", "kettle", "https://pypi.org",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["mel", "sam", "olga", "emil"])
def test_nobody_but_an_admin_keeps_projects(cast: Cast, name: str) -> None:
    by = act_as(getattr(cast, name))
    with pytest.raises(NotAllowed):
        workflow.add_project("kettle", KETTLE, by=by)
    with pytest.raises(NotAllowed):
        workflow.change_project(cpython(), values_of(cpython(), vendor="Me"), revision=1, by=by)
    with pytest.raises(NotAllowed):
        workflow.save_branch(cpython(), None, BRANCH, by=by)
    with pytest.raises(NotAllowed):
        workflow.save_policy_draft(TEXT, "x", revision=0, by=by)
    draft = drafted(cast.ada)
    with pytest.raises(NotAllowed):
        workflow.publish_policy(revision=draft.revision, in_force_from=None, by=by)
    with pytest.raises(NotAllowed):
        workflow.discard_policy_draft(revision=draft.revision, by=by)


@pytest.mark.parametrize(
    ("slug", "values", "sentence"),
    [
        ("new", {}, "The short name new is taken."),
        ("pip", {}, "The short name pip is taken."),
        ("kettle", {"name": "CPYTHON"}, "There is a project called CPYTHON already."),
        ("kettle", {"cna_name": "Other"}, "A project that the PSF’s CNA covers has no other CNA."),
    ],
)
def test_a_project_is_refused_whole(cast: Cast, slug: str, values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Conflict) as refusal:
        workflow.add_project(slug, {**KETTLE, **values}, by=act_as(cast.ada))
    assert str(refusal.value) == sentence
    assert Project.objects.count() == 2


def test_a_change_names_what_it_changed_and_nothing_else(cast: Cast) -> None:
    with recorded() as events:
        changed = workflow.change_project(
            cpython(), values_of(cpython(), vendor="PSF", contact="x"), revision=1, by=act_as(cast.ada)
        )
    assert (changed.revision, cpython().vendor) == (2, "PSF")
    assert (kinds(events), events[0].data["changed"]) == (["project:saved"], ["vendor", "contact"])


def test_the_second_of_two_changes_and_one_of_nothing_are_refused(cast: Cast) -> None:
    by, before = act_as(cast.ada), cpython()
    workflow.change_project(before, values_of(before, vendor="PSF"), revision=1, by=by)
    with pytest.raises(Conflict, match="Somebody has changed this project meanwhile"):
        workflow.change_project(before, values_of(before, vendor="Mine"), revision=1, by=by)
    with pytest.raises(Conflict, match="Nothing would change"):
        workflow.change_project(cpython(), values_of(cpython()), revision=2, by=by)
    assert cpython().vendor == "PSF"


# -- branches --------------------------------------------------------------------------------------------


def test_a_branch_is_added_and_changed(cast: Cast) -> None:
    pip = Project.objects.get(pk="pip")
    with recorded() as events:
        row = workflow.save_branch(pip, None, BRANCH, by=act_as(cast.ada))
        workflow.save_branch(pip, row, {**BRANCH, "status": "security", "end_of_life": None}, by=act_as(cast.ada))
    row.refresh_from_db()
    assert (row.name, row.status, row.end_of_life, row.end_of_life_is_month) == ("25.x", "security", None, False)
    assert kinds(events) == ["branch:saved", "branch:saved"]
    with pytest.raises(Conflict, match=r"There is a branch 25.x already"):
        workflow.save_branch(pip, None, BRANCH, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="comes after the first release"):
        workflow.save_branch(pip, row, {**BRANCH, "end_of_life": date(2025, 1, 1)}, by=act_as(cast.ada))


@pytest.mark.rule("POLICY-14")
@pytest.mark.parametrize(
    ("name", "day", "is_supported"),
    [
        ("3.14", date(2026, 12, 1), True),
        ("3.12", date(2026, 12, 1), True),
        ("3.10", date(2026, 10, 31), True),
        ("3.10", date(2026, 11, 1), False),
        ("3.9", date(2025, 1, 1), False),
        ("3.15", date(2026, 9, 1), False),
        ("3.16", date(2026, 9, 1), False),
    ],
)
def test_cve_ids_are_for_branches_that_get_fixes(name: str, day: date, is_supported: bool) -> None:
    assert branch(name).is_supported(day) is is_supported


def test_a_branch_without_an_end_is_supported_while_it_gets_fixes() -> None:
    assert Branch(status="bugfix").is_supported(date(2099, 1, 1))


def test_dates_that_contradict_the_status_are_seen() -> None:
    assert queries.is_late(branch("3.15"), date(2026, 10, 1))
    assert not queries.is_late(branch("3.15"), date(2026, 9, 30))
    assert queries.is_late(branch("3.10"), date(2026, 11, 1))
    assert not queries.is_late(branch("3.9"), date(2026, 11, 1))
    assert not queries.is_late(Branch(status="feature"), date(2026, 11, 1))


def test_a_release_cycle_adds_and_changes_and_leaves_the_rest(cast: Cast) -> None:
    Branch.objects.filter(project="cpython", name="3.15").update(release_person=cast.mel)
    Branch.objects.filter(project="cpython", name="3.14").update(release_person=cast.mel)
    shipped = {one.name: one for one in shipped_branches()}
    cycle = [
        replace(shipped["3.15"], status="bugfix", release_manager="Somebody else"),
        replace(shipped["3.14"], end_of_life=date(2030, 10, 1), end_of_life_is_month=False),
        shipped["3.13"],
        replace(shipped["3.16"], name="3.17"),
    ]
    with recorded() as events:
        changes = workflow.take_branches(cycle, source="https://example.org/x.json", as_of=date(2026, 12, 1))
    sentences = list(changes.sentences())
    assert sentences[:3] == [
        "3.17: new, feature",
        "3.15: status prerelease -> bugfix, release manager Hugo van Kemenade -> Somebody else",
        "3.14: end of life 2030-10-31 -> 2030-10-01, end of life is month yes -> no",
    ]
    assert "3.9: not in this release cycle, stays as it is" in sentences
    assert kinds(events) == ["branches:taken"]
    assert events[0].data == {"added": ["3.17"], "changed": ["3.15", "3.14"]}
    assert (branch("3.15").status, branch("3.15").release_person) == ("bugfix", None)
    assert (branch("3.14").release_person, branch("3.9").status) == (cast.mel, "end-of-life")
    source = queries.newest_source(cpython())
    assert source is not None
    assert (source.source, source.as_of) == ("https://example.org/x.json", date(2026, 12, 1))


def test_the_same_release_cycle_again_changes_nothing() -> None:
    changes = workflow.take_branches(shipped_branches(), source="again", as_of=date(2026, 12, 1))
    assert changes == BranchChanges()


def test_branches_stand_with_the_newest_first() -> None:
    names = [row.name for row in queries.branches_of(cpython())]
    assert names[:3] == ["3.16", "3.15", "3.14"]
    assert names.index("3.10") < names.index("3.9")


# -- the policy ------------------------------------------------------------------------------------------


def test_a_version_is_drafted_published_and_in_force_from_its_day(cast: Cast) -> None:
    start = clock.now() + timedelta(days=3)
    with recorded() as events:
        version = published(cast.ada, in_force_from=start)
    assert kinds(events) == ["policy:drafted", "policy:published"]
    assert (version.number, version.is_draft) == (2, False)
    rules = PolicyRule.objects.filter(version=version).values_list("code", "heading", "leads_to", "position")
    assert list(rules) == [("kettle", "Kettles", "not-a-vulnerability", 1)]
    assert queries.policy_in_force(clock.now()).number == 1
    assert queries.policy_in_force(start - timedelta(microseconds=1)).number == 1
    assert queries.policy_in_force(start).number == 2


def test_a_report_remembers_the_version_it_was_handed_in_under(cast: Cast) -> None:
    before = factories.received()
    published(cast.ada)
    after = factories.received(days_ago=0)
    assert [report.policy_version.number for report in (before, after)] == [1, 2]
    assert Report.objects.system("a test looks").filter(policy_version__number=2).count() == 1


def test_the_second_of_two_drafts_is_refused(cast: Cast) -> None:
    first = drafted(cast.ada)
    with pytest.raises(Conflict, match="Somebody has changed the draft meanwhile"):
        workflow.save_policy_draft(TEXT, "Mine.", revision=0, by=act_as(cast.abel))
    again = workflow.save_policy_draft(TEXT + "\nMore.\n", "Mine.", revision=first.revision, by=act_as(cast.abel))
    assert (again.pk, again.revision, again.number) == (first.pk, 2, 2)
    with pytest.raises(Conflict, match="Read it again"):
        workflow.publish_policy(revision=1, in_force_from=None, by=act_as(cast.ada))


def test_a_draft_with_faults_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match=r"There is no rule in it"):
        workflow.save_policy_draft("## Nothing\n", "x", revision=0, by=act_as(cast.ada))
    assert queries.policy_draft() is None


def test_a_draft_is_thrown_away(cast: Cast) -> None:
    draft = drafted(cast.ada)
    with recorded() as events:
        workflow.discard_policy_draft(revision=draft.revision, by=act_as(cast.abel))
    assert (kinds(events), queries.policy_draft()) == (["policy:discarded"], None)
    with pytest.raises(Conflict, match="Read it again"):
        workflow.discard_policy_draft(revision=draft.revision, by=act_as(cast.ada))


def test_what_cannot_be_published(cast: Cast) -> None:
    by = act_as(cast.ada)
    same = drafted(cast.ada, PolicyVersion.objects.get(number=1).text)
    with pytest.raises(Conflict, match="This is the text as it stands"):
        workflow.publish_policy(revision=same.revision, in_force_from=None, by=by)
    silent = drafted(cast.ada, TEXT, "")
    with pytest.raises(Conflict, match="Say in the draft what changes"):
        workflow.publish_policy(revision=silent.revision, in_force_from=None, by=by)
    ready = drafted(cast.ada)
    with pytest.raises(Conflict, match="That day is over"):
        workflow.publish_policy(revision=ready.revision, in_force_from=datetime(2020, 1, 1, tzinfo=UTC), by=by)
    later = clock.now() + timedelta(days=5)
    workflow.publish_policy(revision=ready.revision, in_force_from=later, by=by)
    third = drafted(cast.ada, TEXT + "\nMore.\n")
    with pytest.raises(Conflict, match="Version 2 holds from a later day"):
        workflow.publish_policy(revision=third.revision, in_force_from=later - timedelta(days=1), by=by)
