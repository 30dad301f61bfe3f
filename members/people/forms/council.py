"""The base of every form by which a decision of the Steering Council is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.people.models import Person
from members.people.queries.council import obstacle_to_abstentions, obstacle_to_tally
from members.people.tally import CouncilTally
from web.forms import AddressOrWordsField

COUNTS = ("in_favour", "against", "abstained")
_LINK = "Write a link that begins with https://, or say in words where it is written."
NO_MAJORITY = "That is no majority of those who did not abstain (PEP 13), so nothing is decided."
_CONFLICTS = "Whoever has a conflict of interest abstains (PEP 13)."


def count_field(label: str, help_text: str = "", *, required: bool = True) -> forms.IntegerField:
    """Return the field for the number of council members who voted one way."""
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=99,
        help_text=help_text,
        error_messages={"required": "Write how many; nobody is 0."},
    )


def abstained_field(*, required: bool = True) -> forms.IntegerField:
    """Return the field for the number of abstentions."""
    return count_field("Abstained", _CONFLICTS, required=required)


class CouncilForm(forms.Form):
    """Day, place and counts of a decision; subclasses add the decision itself."""

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
    link = AddressOrWordsField(
        _LINK,
        label="Where it is written",
        min_length=4,
        max_length=200,
        help_text="A link, or words where there is none: mail of the council to the admins, 22 November 2026.",
        error_messages={"required": "Say where the decision is written.", "min_length": _LINK},
    )
    in_favour = count_field("In favour")
    against = count_field("Against")
    abstained = abstained_field()

    def __init__(self, *args: Any, today: date, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"decided_on": today, **(initial or {})}
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_decided_on(self) -> date:
        """Refuse a day in the future."""
        day: date = self.cleaned_data["decided_on"]
        if day > self.today:
            raise ValidationError("This day is still to come.")
        return day

    @property
    def tally(self) -> CouncilTally | None:
        """The council's vote; None unless all three numbers are there."""
        counts = [self.cleaned_data.get(name) for name in COUNTS]
        return None if None in counts else CouncilTally(*counts)  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        """Refuse a tally that the council cannot have had on that day."""
        cleaned = super().clean() or {}
        day = cleaned.get("decided_on")
        impossible = obstacle_to_tally(self.tally, day) if self.tally is not None and day is not None else ""
        if impossible:
            self.add_error("in_favour", impossible)
        elif self.tally is not None and day is not None and self.concerned is not None:
            self._require_abstention(self.tally, day, self.concerned)
        return cleaned

    @property
    def concerned(self) -> Person | None:
        """The person on whom the council has decided; None while nobody is chosen, and for other decisions."""
        return self.cleaned_data.get("person")

    def _require_abstention(self, tally: CouncilTally, day: date, concerned: Person) -> None:
        if obstacle := obstacle_to_abstentions(tally, day, concerned):
            self.add_error("abstained", obstacle)

    def require_majority(self) -> None:
        """Add an error unless the council's majority was in favour; for what is recorded only then."""
        if "in_favour" not in self.errors and self.tally is not None and not self.tally.carries:
            self.add_error("in_favour", NO_MAJORITY)

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb: the three counts as one tally, the rest by the names of the fields."""
        rest = {name: value for name, value in self.cleaned_data.items() if name not in COUNTS}
        return {**rest, "tally": self.tally}
