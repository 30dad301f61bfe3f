"""What is typed around the yearly report: a member's reason, and what the Steering Council decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.models import ReportEntry, Verdict
from members.tally import CouncilTally

REASON_LENGTH = 2000
_LINK = "Write a link that begins with https://."
_NOTES = {
    Verdict.KEEP: "Nothing changes. Final for this report.",
    Verdict.REMOVE: "Their membership and all access end at once, and offboarding begins. Final.",
    Verdict.LATER: "The name stays open until another decision is recorded.",
}


class ActiveForm(forms.Form):
    """Why somebody is still active although no report shows it."""

    text = forms.CharField(
        label="I am still active, because",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Such as reviewing fixes, answering on the list, or a leave that ends. "
        "The admins and the Steering Council read it, nobody else. Name no report that is not public.",
        error_messages={"required": "Write a sentence or two: without it the council cannot tell."},
    )


def _count(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=99,
        help_text=help_text,
        error_messages={"required": "Write how many; nobody is 0."},
    )


class VerdictForm(forms.Form):
    """What was decided on one name, when, where it is written, and how the council voted."""

    verdict = forms.ChoiceField(
        label="Decision",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the Steering Council decided."},
    )
    decided_on = forms.DateField(
        label="Decided on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text="The day in UTC, such as 2026-11-22.",
        error_messages={
            "required": "Write the day of the decision.",
            "invalid": "Write the day as year-month-day, such as 2026-11-22.",
        },
    )
    link = forms.URLField(
        label="Link",
        max_length=200,
        assume_scheme="https",
        help_text="Where the council has written its decision down.",
        error_messages={"required": "Say where the decision is written.", "invalid": _LINK},
    )
    in_favour = _count("In favour of this decision")
    against = _count("Against")
    abstained = _count("Abstained", "Whoever has a conflict of interest abstains (PEP 13).")

    def __init__(self, *args: Any, entry: ReportEntry, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.report = entry.report
        self.fields["verdict"].widget.notes = {verdict.value: note for verdict, note in _NOTES.items()}

    def clean_verdict(self) -> Verdict:
        return Verdict(self.cleaned_data["verdict"])

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if day > self.today:
            raise ValidationError("This day is still to come.")
        if self.report.generated_at and day < self.report.generated_at.date():
            raise ValidationError("This day is before the report was made.")
        return day

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"])
        if not link.startswith(("https://", "http://")):
            raise ValidationError(_LINK)
        return link

    def clean(self) -> dict[str, Any]:
        """Nothing is recorded that the council did not decide."""
        cleaned = self.cleaned_data
        counts = [cleaned.get(name) for name in ("in_favour", "against", "abstained")]
        if None not in counts and not CouncilTally(*counts).carries:  # type: ignore[arg-type]
            self.add_error("in_favour", "That is no majority of those who did not abstain, so nothing is decided.")
        return cleaned

    def said(self) -> dict[str, Any]:
        """What the verb wants to know."""
        cleaned = self.cleaned_data
        tally = CouncilTally(cleaned["in_favour"], cleaned["against"], cleaned["abstained"])
        return {**{name: cleaned[name] for name in ("verdict", "decided_on", "link")}, "tally": tally}
