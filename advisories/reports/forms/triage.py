"""Forms of members on a report's page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from advisories.reports.enums import Determination
from advisories.reports.forms.fields import OnceField, box, line
from advisories.reports.models import Report
from advisories.reports.queries import heirs
from members.people.models import Person
from members.people.policy import Actor


class ReportNoteForm(forms.Form):
    """A note for the team only."""

    prefix = "note"
    body = box("Internal note", "Only members of the team will ever see this.", rows=4)
    once = OnceField()


class MessageForm(forms.Form):
    """A message to the reporter."""

    prefix = "message"
    body = box("Message to the reporter", "The reporter and the team will see this.", rows=4)
    once = OnceField()


class HandOverForm(forms.Form):
    """The next coordinator."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label="New coordinator",
        help_text="Ask first. They are told, and find everything here.",
    )

    def __init__(self, *args: Any, report: Report, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = heirs(report, now)  # type: ignore[attr-defined]


class EmbargoForm(forms.Form):
    """The end of the embargo in UTC; empty: nothing is agreed."""

    until = forms.DateTimeField(
        label="Embargo ends (UTC)",
        required=False,
        help_text="As agreed with the reporter. Leave it empty if nothing is agreed.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def clean_until(self) -> datetime | None:
        """Return the moment in UTC."""
        until: datetime | None = self.cleaned_data["until"]
        return until.astimezone(UTC) if until else None


#: What some determinations cannot do without.
_DETAILS = (
    (Determination.DUPLICATE, "duplicate_of", "Say which report it repeats."),
    (Determination.FORWARDED, "forwarded_to", "Say to whom it was forwarded."),
)


class _Choices(forms.RadioSelect):
    """Radio buttons; the form's template shows the note of each choice below it."""

    notes: ClassVar = {
        Determination.VULNERABILITY: "It is fixed in private and gets an advisory.",
        Determination.ORDINARY_BUG: "It can be fixed in public, in an issue.",
        Determination.NOT_A_BUG: "It is meant to be so.",
        Determination.DUPLICATE: "Somebody reported it before.",
        Determination.INVALID: "It cannot be confirmed.",
        Determination.FORWARDED: "It belongs to another project.",
    }


class DetermineForm(forms.Form):
    """The determination, with the original of a duplicate or the receiver of what is forwarded."""

    determination = forms.ChoiceField(
        choices=Determination.choices,
        widget=_Choices,
        help_text="Everything but a vulnerability finishes the report. It can be reopened.",
    )
    duplicate_of = line("Original", "For a duplicate: the reference of the report it repeats.", most=20, required=False)
    forwarded_to = line("Forwarded to", "For a forwarded report: to whom it went.", required=False)

    def __init__(self, *args: Any, report: Report, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.actor = report, actor

    def clean_duplicate_of(self) -> Report | None:
        """Return the original, as far as the member may see it."""
        reference: str = self.cleaned_data["duplicate_of"]
        if not reference or self.cleaned_data.get("determination") != Determination.DUPLICATE:
            return None
        original = Report.objects.visible_to(self.actor).filter(reference=reference.upper()).first()
        if original is None:
            raise ValidationError("There is no report with this reference.")
        return original

    def clean(self) -> dict[str, Any]:
        """Ask for the detail that the determination cannot do without, and drop the others."""
        cleaned = super().clean() or {}
        determination = cleaned.get("determination")
        for needing, name, sentence in _DETAILS:
            if determination == needing and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if determination != Determination.FORWARDED:
            cleaned["forwarded_to"] = ""
        return cleaned


def forms_of(
    report: Report, actor: Actor, now: datetime, bound: forms.Form | None = None
) -> tuple[dict[str, forms.Form], str]:
    """Return the forms of a report's page by name, and the name of `bound` among them.

    `bound` is the form that was sent and refused; it takes the place of the empty one, with what was typed.
    """
    by_name: dict[str, forms.Form] = {
        "note": ReportNoteForm(),
        "message": MessageForm(),
        "hand_over": HandOverForm(report=report, now=now),
        "embargo": EmbargoForm(initial={"until": report.embargo_until}),
        "determine": DetermineForm(report=report, actor=actor),
    }
    refused = ""
    for name, form in by_name.items():
        if bound is not None and type(bound) is type(form):
            by_name[name], refused = bound, name
    return by_name, refused
