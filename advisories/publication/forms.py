"""The form of an advisory, and the revision that somebody approves or publishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from advisories.projects.models import Project
from advisories.publication.drafting import (
    Draft,
    LinesError,
    read_commits,
    read_credits,
    read_modules,
    read_ranges,
    read_references,
    read_weaknesses,
    write_credits,
    write_ranges,
    write_references,
)
from advisories.publication.models import draft_of
from advisories.records import cvss
from advisories.records.content import CVE_ID
from advisories.records.cve import DESCRIPTION_MOST, TITLE_MOST
from advisories.records.projects import ProjectFacts
from advisories.records.reading import RecordError
from advisories.records.vocabulary import CreditRole, ReferenceKind
from advisories.reports.forms.fields import Fieldset, box, fieldsets_of, line
from advisories.reports.models import Report
from advisories.reports.queries import duplicates_to_credit
from web.forms import LineField

_ROLES = ", ".join(role.label.lower() for role in CreditRole)
_KINDS = ", ".join(ReferenceKind)
#: Fields whose value is no part of the draft itself.
_NOT_OF_A_DRAFT = {"revision", "fix_commits", "project_name"}


@dataclass(frozen=True)
class DraftDifference:
    """One field that two people left differently."""

    label: str
    mine: str
    theirs: str


class DraftForm(forms.Form):
    """An advisory. Everything may be empty while it is a draft; the checklist says what is still needed."""

    project_name = LineField(
        label="Project",
        disabled=True,
        required=False,
        max_length=80,
        help_text="As the report has it.",
    )
    title = line("Title", "What happens, in one line.", most=TITLE_MOST, required=False)
    description = box(
        "Description",
        "What happens, when, and what to do about it. Markdown; goes into all records and the mail.",
        most=DESCRIPTION_MOST,
        rows=10,
        required=False,
    )
    cve_id = line("CVE ID", "As reserved, such as CVE-2026-12345.", most=30, required=False)
    vector = line(
        "CVSS v4 vector",
        "Begins with CVSS:4.0/. “Check” shows score and severity without saving.",
        required=False,
        autocapitalize="off",
        spellcheck="false",
    )
    version_ranges = box(
        "Affected versions",
        "One range a line, oldest first: “before 3.12.7”, “3.13.0 before 3.13.1”, “3.14.0 and later” "
        "(no fix yet), or “all versions”. The version after “before” is the one with the fix.",
        rows=5,
        required=False,
        code=True,
    )
    modules = box("Modules", "Python modules, one a line, such as http.client.", most=2_000, rows=2, required=False)
    weaknesses = box("Weaknesses", "CWE ids, one a line, such as CWE-835.", most=2_000, rows=2, required=False)
    fix_commits = box(
        "Commits of the fix",
        "One a line, all 40 digits, for every branch. The OSV record is made from them.",
        rows=4,
        required=False,
        code=True,
    )
    references = box(
        "References",
        f"A kind and an address a line, such as “FIX https://github.com/…/pull/1”. Kinds: {_KINDS}.",
        rows=4,
        required=False,
        code=True,
    )
    credits = box("Credits", f"A name, a comma and a role a line. Roles: {_ROLES}.", rows=4, required=False)
    credits_settled = forms.BooleanField(
        label="The credits are settled",
        required=False,
        help_text="Everybody named agreed to be named like this, or nobody is to be named.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["project_name"].initial = project.name

    @property
    def fieldsets(self) -> Sequence[Fieldset]:
        """Return the page's fieldsets."""
        return fieldsets_of(
            self,
            {
                "What happens": ("project_name", "title", "description", "cve_id"),
                "How bad it is": ("vector", "weaknesses"),
                "Who is affected": ("version_ranges", "modules"),
                "Where the fix is": ("fix_commits", "references"),
                "Who is named": ("credits", "credits_settled"),
            },
        )

    @classmethod
    def initial_of(cls, report: Report, draft: Draft | None) -> dict[str, Any]:
        """Return what the boxes begin with: the draft as it is, or what the report suggests."""
        stored = draft_of(report)
        if draft is None:
            credits = [f"{report.credit_as}, reporter"] if report.credit_as else []
            credits += [f"{name}, reporter" for name in duplicates_to_credit(report)]
            credits += [f"{report.coordinator}, coordinator"] if report.coordinator else []
            return {"title": report.summary, "credits": "\n".join(credits), "revision": 0}
        return {
            **_texts(draft, report.project.facts),
            "credits_settled": draft.credits_settled,
            "revision": stored.revision if stored else 0,
        }

    def clean_project_name(self) -> str:
        """Refuse a project about which no record can be made."""
        if obstacle := self.project.obstacle_to_records or self.project.obstacle_to_cve_id:
            raise ValidationError(obstacle)
        return self.project.name

    def clean_cve_id(self) -> str:
        """Return the id in capitals."""
        cve_id: str = self.cleaned_data["cve_id"].upper()
        if cve_id and not CVE_ID.fullmatch(cve_id):
            raise ValidationError("This is no CVE ID: CVE, the year, and four digits or more, such as CVE-2026-12345.")
        return cve_id

    def clean_revision(self) -> int:
        """Return 0 for no draft at all; the verb refuses a stale one."""
        return self.cleaned_data["revision"] or 0

    def clean_vector(self) -> str:
        """Refuse what is no CVSS version 4 vector."""
        vector: str = self.cleaned_data["vector"]
        if vector and not vector.startswith("CVSS:4.0/"):
            raise ValidationError("A version 4 vector begins with CVSS:4.0/.")
        try:
            if vector:
                cvss.score(vector)
        except RecordError as error:
            raise ValidationError(f"{error}.") from error
        return vector

    def clean_version_ranges(self) -> Any:
        """Read the affected versions, one a line."""
        return self._lines("version_ranges", read_ranges)

    def clean_modules(self) -> Any:
        """Read the modules, one a line."""
        return self._lines("modules", read_modules)

    def clean_weaknesses(self) -> Any:
        """Read the weaknesses, one a line."""
        return self._lines("weaknesses", read_weaknesses)

    def clean_fix_commits(self) -> Any:
        """Read the commits of the fix, one a line."""
        return self._lines("fix_commits", lambda text: read_commits(text, self.project.facts))

    def clean_references(self) -> Any:
        """Read the references, one a line."""
        return self._lines("references", read_references)

    def clean_credits(self) -> Any:
        """Read the credits, one a line."""
        return self._lines("credits", read_credits)

    def _lines(self, name: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(self.cleaned_data[name])
        except LinesError as error:
            raise ValidationError(error.sentences) from error

    @property
    def draft(self) -> Draft:
        """Return what was typed, once it is valid."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in _NOT_OF_A_DRAFT}
        references = dict.fromkeys((*self.cleaned_data["fix_commits"], *typed["references"]))
        return Draft(**{**typed, "references": tuple(references)})

    @property
    def score(self) -> cvss.Score | None:
        """Return the score of the vector in the box, if it is one."""
        try:
            return cvss.score(str(self["vector"].value() or ""))
        except RecordError:
            return None

    def differences(self, theirs: Draft) -> list[DraftDifference]:
        """Return the fields in which what was typed, once it is valid, differs from what is stored."""
        typed = self.draft
        facts = self.project.facts
        mine, stored = _texts(typed, facts), _texts(theirs, facts)
        mine["credits_settled"], stored["credits_settled"] = (
            "yes" if draft.credits_settled else "no" for draft in (typed, theirs)
        )
        return [
            DraftDifference(str(self[name].label), mine[name], stored[name])
            for name in mine
            if mine[name] != stored[name]
        ]


def _texts(draft: Draft, project: ProjectFacts) -> dict[str, str]:
    """Return a draft as the text boxes show it."""
    commits, references = write_references(draft.references, project)
    return {
        "title": draft.title,
        "description": draft.description,
        "cve_id": draft.cve_id,
        "vector": draft.vector,
        "version_ranges": write_ranges(draft.version_ranges),
        "modules": "\n".join(draft.modules),
        "weaknesses": "\n".join(draft.weaknesses),
        "fix_commits": commits,
        "references": references,
        "credits": write_credits(draft.credits),
    }


class RevisionForm(forms.Form):
    """The revision that somebody approves or publishes."""

    revision = forms.IntegerField(min_value=1, max_value=1_000_000)
