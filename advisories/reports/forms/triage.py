"""Forms of members about one report: what they write, whom they ask, and until when the embargo lasts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from advisories.projects.forms import ProjectField
from advisories.reports.forms.facts import MomentField
from advisories.reports.forms.fields import OnceField, box, line
from advisories.reports.models import Report, SplitPart
from advisories.reports.queries import heirs
from members.people.models import Person


class WriteForm(forms.Form):
    """What a member writes. Which button sends it says who reads it."""

    body = box("Your text", "", rows=5)
    once = OnceField()


class EditMessageForm(forms.Form):
    """The new text of a message, and the one that its author had in front of them."""

    body = box("Text", "What it said before stays readable to whoever can read the message.", rows=6)
    before = forms.CharField(widget=forms.HiddenInput, strip=False, required=False)

    def clean_before(self) -> str:
        """Return it with line feeds only, as texts are stored."""
        before: str = self.cleaned_data["before"]
        return before.replace("\r\n", "\n").replace("\r", "\n")


class OfferForm(forms.Form):
    """The person who is asked to coordinate."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label="New coordinator",
        help_text="They are asked, and coordinate it once they agree. Until then nothing changes.",
    )

    def __init__(self, *args: Any, report: Report, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = heirs(report, now)  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """The person who is asked instead."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(), label="Ask instead", help_text="They are offered the report next."
    )

    def __init__(self, *args: Any, report: Report, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = heirs(report, now).exclude(pk=report.offered_to_id)
        self.fields["person"].queryset = others  # type: ignore[attr-defined]


class EmbargoForm(forms.Form):
    """The end of the embargo in UTC; empty: nothing is agreed."""

    until = MomentField("Embargo ends (UTC)", "As agreed with the reporter. Leave it empty if nothing is agreed.")


class ReopenForm(forms.Form):
    """The reason for opening a report again."""

    reason = box("Reason", "An internal note: only the team reads it.", rows=3)


class SplitForm(forms.Form):
    """The project and the text of the second report."""

    project_id = ProjectField("The one that the second finding is about.", of_all=True)
    summary = line("Summary", "One line about the second finding.")
    description = box("What happens", "Keep what is about the second finding.", rows=8)
    impact = box("What an attacker gains", "", rows=4)
    proof_of_concept = box("Proof of concept", "", rows=8, required=False, code=True)
    once = OnceField()

    @property
    def part(self) -> SplitPart:
        """Return what was typed, once it is valid."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        return SplitPart(**{**typed, "project_id": typed["project_id"].pk})
