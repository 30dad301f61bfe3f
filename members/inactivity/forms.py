"""Forms of the inactivity review: a member's reason, a decision of the council, and a note on somebody's work."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from members.inactivity.enums import ReviewVerdict
from members.inactivity.models import ReviewEntry
from members.inactivity.policy import obstacle_to_day
from members.people.forms.council import CouncilForm, count_field
from members.people.models import Person
from web.dates import day_in_words
from web.forms import LineField

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


class ActivityNoteForm(forms.Form):
    """An admin's note that somebody worked on a report outside the portal."""

    person = forms.ModelChoiceField(
        label="Who worked",
        queryset=Person.objects.none(),
        empty_label="Choose a member",
        error_messages={
            "required": "Choose who it is about.",
            "invalid_choice": "Choose somebody from the list; you yourself are not in it.",
        },
    )
    day = forms.DateField(
        label="On",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": "Write the day of the work.",
            "invalid": "Write the day as year-month-day, such as 2026-11-22.",
        },
    )
    text = LineField(
        label="What they did",
        max_length=300,
        help_text="Such as: answered mail to the security address. Name no report that is not public. "
        "They, the admins and the Steering Council read it.",
        error_messages={"required": "Say in a few words what they did."},
    )

    def __init__(self, *args: Any, members: QuerySet[Person], first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["person"].queryset = members  # type: ignore[attr-defined]
        self.fields["day"].help_text = f"The day in UTC, from {day_in_words(first)} on. Of several, the last one."
        self.fields["day"].widget.attrs |= {"min": first.isoformat(), "max": today.isoformat()}

    def clean_day(self) -> date:
        """Refuse a day outside the period, and one to come."""
        day: date = self.cleaned_data["day"]
        if obstacle := obstacle_to_day(day, self.first, self.today):
            raise ValidationError(obstacle)
        return day


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
        self.entry, self.review = entry, entry.review
        self.fields["verdict"].widget.notes = {verdict.value: note for verdict, note in _NOTES.items()}

    @property
    def concerned(self) -> Person:
        """The person of the name."""
        return self.entry.person

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
