"""Forms of the inactivity review: a member's reason, and a decision of the Steering Council."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.inactivity.enums import ReviewVerdict
from members.inactivity.models import ReviewEntry
from members.people.forms.council import CouncilForm, count_field

REASON_LENGTH = 2000


_NOTES = {
    ReviewVerdict.KEEP: "Nothing changes. Final for this review.",
    ReviewVerdict.LATER: "The name stays open until another decision is recorded.",
}


class SpokenAnswerForm(forms.Form):
    """The answer of somebody without an address, recorded by the admin who asked them."""

    text = forms.CharField(
        label="They are still active, because",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What they told you, and where: a mail, a call. The admins and the Steering Council read it, nobody "
        "else. Name no report that is not public.",
        error_messages={"required": "Write down what they said."},
    )


class ActiveForm(forms.Form):
    """The reason why somebody is still active although no report shows it."""

    text = forms.CharField(
        label="I am still active, because",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Such as reviewing fixes, answering on the list, or a leave that ends. "
        "The admins and the Steering Council read it, nobody else. Name no report that is not public.",
        error_messages={"required": "Write a sentence or two: without it the council cannot tell."},
    )


class VerdictForm(CouncilForm):
    """A decision on one name of an inactivity review that ends no membership."""

    field_order = ("verdict",)

    verdict = forms.ChoiceField(
        label="Decision",
        choices=ReviewVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the Steering Council decided."},
    )
    in_favour = count_field("In favour of this decision")

    def __init__(self, *args: Any, entry: ReviewEntry, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.review = entry.review
        self.fields["verdict"].widget.notes = {verdict.value: note for verdict, note in _NOTES.items()}

    def clean_verdict(self) -> ReviewVerdict:
        """Return the decision as a member of the enumeration."""
        return ReviewVerdict(self.cleaned_data["verdict"])

    def clean_decided_on(self) -> date:
        """Return the day of the decision (UTC), which is not before the day of the lists."""
        day = super().clean_decided_on()
        if self.review.generated_at and day < self.review.generated_at.date():
            raise ValidationError("This day is before the review was made.")
        return day

    def clean(self) -> dict[str, Any]:
        """Require a possible tally, and a majority in favour of the decision."""
        super().clean()
        self.require_majority()
        return self.cleaned_data
