"""Write projects, branches and the security policy: each verb asks the policy, writes, and records one event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from advisories.projects import release_cycle, rules_text
from advisories.projects.events import ProjectEvent
from advisories.projects.models import Branch, BranchSource, PolicyRule, PolicyVersion, Project
from advisories.projects.policy import Action, require
from advisories.projects.queries import PROJECT_FIELDS, BranchChanges, branch_changes, newest_policy
from advisories.projects.release_cycle import CycleBranch
from audit import clock
from audit.log import record
from members.people.policy import Actor
from web.conflicts import Conflict

#: Addresses below ``/manage/projects/`` that are pages of their own and so no project's.
RESERVED = frozenset({"new"})

# -- projects ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_project(slug: str, values: Mapping[str, Any], *, by: Actor) -> Project:
    """Add a project. Raises `NotAllowed` for anybody but an admin, `Conflict` for a name that is taken."""
    who = require(Action.KEEP_PROJECTS, by)
    rows = _locked()
    if slug in RESERVED or any(row.slug == slug for row in rows):
        raise Conflict(f"The short name {slug} is taken.")
    project = Project(slug=slug)
    _fill(project, values, rows)
    project.save(force_insert=True)
    changed = [name for name in PROJECT_FIELDS if values[name]]
    record(ProjectEvent.PROJECT_SAVED, target=project, by=who, at=clock.now(), added=True, changed=changed)
    return project


@transaction.atomic
def change_project(project: Project, values: Mapping[str, Any], *, revision: int, by: Actor) -> Project:
    """Change what is known of a project; `revision` is the one that was read. No published record changes with it.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a name that is taken, when somebody was quicker, and
    when nothing would change.
    """
    who = require(Action.KEEP_PROJECTS, by)
    rows = _locked()
    row = next(row for row in rows if row.pk == project.pk)
    if row.revision != revision:
        raise Conflict("Somebody has changed this project meanwhile. What it says now is below; compare it with yours.")
    changed = [name for name in PROJECT_FIELDS if getattr(row, name) != values[name]]
    if not changed:
        raise Conflict("Nothing would change.")
    _fill(row, values, rows)
    row.revision += 1
    row.save()
    record(ProjectEvent.PROJECT_SAVED, target=row, by=who, at=clock.now(), added=False, changed=changed)
    return row


def _locked() -> list[Project]:
    """Lock and return every project, so that two changes wait for each other."""
    return list(Project.objects.select_for_update().order_by("pk"))


def _fill(project: Project, values: Mapping[str, Any], rows: Sequence[Project]) -> None:
    name = values["name"]
    if any(row.name.casefold() == name.casefold() and row.pk != project.pk for row in rows):
        raise Conflict(f"There is a project called {name} already.")
    if values["is_covered"] and (values["cna_name"] or values["cna_url"]):
        raise Conflict("A project that the PSF’s CNA covers has no other CNA.")
    for field in PROJECT_FIELDS:
        setattr(project, field, values[field])


# -- branches ------------------------------------------------------------------------------------------------


@transaction.atomic
def save_branch(project: Project, branch: Branch | None, values: Mapping[str, Any], *, by: Actor) -> Branch:
    """Add a branch (`branch` None), or change one; its name never changes.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for a name that is taken.
    """
    who = require(Action.KEEP_PROJECTS, by)
    Project.objects.select_for_update().get(pk=project.pk)
    row = Branch.objects.get(pk=branch.pk) if branch else Branch(project=project, name=values["name"])
    if branch is None and project.branches.filter(name=row.name).exists():
        raise Conflict(f"There is a branch {row.name} already.")
    first, last = values["first_release"], values["end_of_life"]
    if first and last and first > last:
        raise Conflict("The end of life comes after the first release.")
    for name in ("git_branch", "status", "first_release", "end_of_life", "pep", "release_manager", "release_person"):
        setattr(row, name, values[name])
    row.end_of_life_is_month = bool(last and values["end_of_life_is_month"])
    row.save()
    record(ProjectEvent.BRANCH_SAVED, target=row, by=who, at=clock.now(), project=project.pk, added=branch is None)
    return row


@transaction.atomic
def take_branches(cycle: Sequence[CycleBranch], *, source: str, as_of: date) -> BranchChanges:
    """Take over the branches of CPython from a release cycle, all of them or none; others stay as they are.

    Run by the portal. A person noted as release manager stays noted as long as the name stays the same.
    """
    project = Project.objects.select_for_update().get(pk=release_cycle.PROJECT)
    at = clock.now()
    changes = branch_changes(list(project.branches.order_by("pk")), cycle)
    for new in changes.added:
        Branch.objects.create(project=project, name=new.name, **new.values())
    for branch, new in changes.changed:
        # The row in hand stays as it was: the caller tells what has changed.
        is_same = branch.release_manager == new.release_manager
        person = {} if is_same else {"release_person": None}
        Branch.objects.filter(pk=branch.pk).update(**new.values(), **person)
    BranchSource.objects.create(project=project, source=source, as_of=as_of, taken_at=at)
    names = {"added": [new.name for new in changes.added], "changed": [new.name for _, new in changes.changed]}
    record(ProjectEvent.BRANCHES_TAKEN, target=project, by=None, at=at, **names)
    return changes


# -- the policy ----------------------------------------------------------------------------------------------


@transaction.atomic
def save_policy_draft(text: str, change: str, *, revision: int, by: Actor) -> PolicyVersion:
    """Write the draft of the next version; `revision` is that of the draft that was read, 0 when there was none.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when somebody was quicker, or for a text with faults.
    """
    who = require(Action.KEEP_POLICY, by)
    newest = _locked_policy()
    draft = PolicyVersion.objects.draft()
    if (draft.revision if draft else 0) != revision:
        raise Conflict("Somebody has changed the draft meanwhile. It is below; compare it with yours.")
    _rules(text)
    draft = draft or PolicyVersion(number=newest.number + 1, revision=0)
    draft.text, draft.change, draft.revision = text, change, draft.revision + 1
    draft.edited_at, draft.edited_by = clock.now(), who
    draft.save()
    record(ProjectEvent.POLICY_DRAFTED, target=draft, by=who, at=draft.edited_at, number=draft.number)
    return draft


@transaction.atomic
def discard_policy_draft(*, revision: int, by: Actor) -> None:
    """Throw the draft of the next version away. Raises `NotAllowed`, or `Conflict` when it is another one."""
    who = require(Action.KEEP_POLICY, by)
    _locked_policy()
    draft = _draft(revision)
    record(ProjectEvent.POLICY_DISCARDED, target=draft, by=who, at=clock.now(), number=draft.number)
    draft.delete()


@transaction.atomic
def publish_policy(*, revision: int, in_force_from: datetime | None, by: Actor) -> PolicyVersion:
    """Publish the draft, to hold from `in_force_from` on, or with None from now; its rules can then be cited.

    Raises `NotAllowed` for anybody but an admin, `Conflict` for another draft than was read, for a day that is over or
    before the one from which the version before holds, and for a text that is the same as that one.
    """
    who, at = require(Action.KEEP_POLICY, by), clock.now()
    newest = _locked_policy()
    draft = _draft(revision)
    if draft.text == newest.text:
        raise Conflict("This is the text as it stands. Nothing was published.")
    if not draft.change:
        raise Conflict("Say in the draft what changes, and why.")
    start = in_force_from or at
    if start < at:
        raise Conflict("That day is over. A policy holds from a day to come, or from now on.")
    if newest.in_force_from and start < newest.in_force_from:
        raise Conflict(f"Version {newest.number} holds from a later day; this one cannot come before it.")
    draft.published_at, draft.in_force_from = at, start
    draft.edited_by = who
    draft.save()
    PolicyRule.objects.bulk_create(
        PolicyRule(
            version=draft,
            code=rule.code,
            heading=rule.heading,
            text=rule.text,
            leads_to=rule.leads_to,
            position=position,
        )
        for position, rule in enumerate(_rules(draft.text), start=1)
    )
    record(ProjectEvent.POLICY_PUBLISHED, target=draft, by=who, at=at, number=draft.number)
    return draft


def _locked_policy() -> PolicyVersion:
    """Lock the first version, which always is there, so that two writers wait; return the one published last."""
    PolicyVersion.objects.select_for_update().get(number=1)
    return newest_policy()


def _draft(revision: int) -> PolicyVersion:
    draft = PolicyVersion.objects.draft()
    if draft is None or draft.revision != revision:
        raise Conflict("Somebody has changed the draft meanwhile. Read it again.")
    return draft


def _rules(text: str) -> list[rules_text.RuleText]:
    try:
        return rules_text.rules(text)
    except rules_text.PolicyTextError as error:
        raise Conflict(" ".join(error.sentences)) from error
