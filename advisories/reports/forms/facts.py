"""The form in which a member corrects the facts of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms

from advisories.projects.forms import ProjectField
from advisories.reports.enums import FixedOnMain, Origin
from advisories.reports.forms.fields import Fieldset, box, fieldsets_of, line
from advisories.reports.models import Facts, Report
from web.dates import moment_in_words
from web.forms import WebAddressField


class MomentField(forms.DateTimeField):
    """A moment in UTC, as the browser's own control gives it, to the minute."""

    def __init__(self, label: str, help_text: str, *, required: bool = False) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        )

    def clean(self, value: Any) -> datetime | None:
        """Return the moment in UTC."""
        moment: datetime | None = super().clean(value)
        return moment.astimezone(UTC) if moment else None


@dataclass(frozen=True)
class FactDifference:
    """A fact that two members saved differently."""

    label: str
    mine: str
    theirs: str


class FactsForm(forms.Form):
    """The facts of a report, and the revision that they were read from."""

    project_id = ProjectField(
        "The one it is about. A draft of its advisory has to be saved again afterwards.", of_all=True
    )
    summary = line("Summary", "One line, for the team.")
    versions_tested = box("Versions tested", "Every version that was tried.", rows=2)
    versions_affected = box("Versions affected", "Those of them that are vulnerable.", rows=2, required=False)
    fixed_on_main = forms.ChoiceField(
        choices=[("", "Not known"), *FixedOnMain.choices],
        required=False,
        label="Fixed on the main branch already",
        help_text="A fact, and no reason to close: stable branches get CVE IDs.",
    )
    platform = line("Platform", "", required=False)
    threat_model = box("Threat model", "The one that the report relies on.", rows=2, required=False)
    proof_of_concept = box("Proof of concept", "", rows=8, required=False, code=True)
    minimal_patch = box("Minimal patch", "", rows=6, required=False, code=True)
    found_with = box("Found with", "Tools and language models.", rows=2, required=False)
    asked_cna = box("Another CNA asked for an ID", "Which one, and what it said.", rows=2, required=False)
    fix_public_since = MomentField("Fix public since (UTC)", "When the fix, or its pull request, became public.")
    public_elsewhere_since = MomentField("Public elsewhere since (UTC)", "An issue, a talk, a post, another advisory.")
    exploited_since = MomentField("Exploited: known since (UTC)", "When the team learned that it is exploited.")
    origin = forms.ChoiceField(choices=Origin.choices, label="Came by")
    origin_id = line("Its number there", "Such as a GHSA ID.", required=False, most=260)
    origin_link = WebAddressField(label="Its address there", required=False, max_length=500, assume_scheme="https")
    received_at = MomentField("Received (UTC)", "The 90 days count from here.", required=True)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    @property
    def fieldsets(self) -> Sequence[Fieldset]:
        """Return the page's fieldsets."""
        return fieldsets_of(
            self,
            {
                "What was reported": (
                    "project_id", "summary", "versions_tested", "versions_affected", "fixed_on_main", "platform",
                    "threat_model", "proof_of_concept", "minimal_patch", "found_with", "asked_cna",
                ),
                "What makes it urgent": ("fix_public_since", "public_elsewhere_since", "exploited_since"),
                "Where it came from": ("origin", "origin_id", "origin_link", "received_at"),
            },
        )  # fmt: skip

    @classmethod
    def initial_of(cls, report: Report) -> dict[str, Any]:
        """Return what the boxes begin with."""
        return {**asdict(Facts.of(report)), "revision": report.facts_revision}

    def facts(self, report: Report) -> Facts:
        """Return what was typed, once it is valid.

        The boxes show moments to the minute: one that was left alone keeps the seconds that it has.
        """
        typed = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        for name, value in typed.items():
            stored = getattr(report, name)
            if isinstance(value, datetime) and stored and stored.replace(second=0, microsecond=0) == value:
                typed[name] = stored
        return Facts(**{**typed, "project_id": typed["project_id"].pk})

    def differences(self, report: Report) -> list[FactDifference]:
        """Return where what was typed differs from what is stored."""
        mine, theirs = asdict(self.facts(report)), asdict(Facts.of(report))
        return [
            FactDifference(str(self[name].label), _shown(self, name, mine), _shown(self, name, theirs))
            for name in mine
            if mine[name] != theirs[name]
        ]


def labels_of_facts() -> dict[str, str]:
    """Return the label of each fact by its name, for the history."""
    return {name: str(field.label) for name, field in FactsForm.base_fields.items()}


def _shown(form: FactsForm, name: str, facts: dict[str, Any]) -> str:
    value = facts[name]
    if isinstance(value, datetime):
        return moment_in_words(value)
    field: Any = form.fields[name]
    return str(dict(getattr(field, "choices", ())).get(value, value) or "")
