"""The forms of the public roster, which are sent with the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator

from members.people.models import RoleKind
from members.roster.pages import Filter
from web.forms import LineField


class PastDayField(forms.DateField):
    """A day as ``2025-12-04``; the error repeats what was sent, because a date input cannot show it."""

    def to_python(self, value: Any) -> date | None:
        """Return the day, or refuse the text and name it."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(f"“{Truncator(value).chars(40)}” is not a day. Write it as 2025-12-04.") from error


class DayForm(forms.Form):
    """A calendar day in UTC up to today, as ``?on=2025-12-04``; without one it is today."""

    on = PastDayField(
        label="Team on",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date | None:
        """Refuse a day in the future."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day > self.today:
            raise ValidationError("This day is still to come. Choose today or an earlier day.")
        return day

    @property
    def day(self) -> date:
        """The day of the address; today without a valid one."""
        return self._valid("on") or self.today

    def _valid(self, name: str) -> Any:
        """Return the value of a field, or nothing if what the address has is not valid."""
        self.is_valid()
        return self.cleaned_data.get(name)


class TeamForm(DayForm):
    """The day, part of a name, and a role held on that day."""

    q = LineField(label="Filter by name or GitHub name", max_length=100, required=False)
    role = forms.ChoiceField(
        required=False,
        choices=RoleKind.choices,
        error_messages={"invalid_choice": "There is no such role."},
    )

    @property
    def filter(self) -> Filter:
        """What the list is narrowed to; nothing by a field whose value is not valid."""
        on = "" if self.day == self.today else self.day.isoformat()
        return Filter(self._valid("q") or "", self._valid("role") or "", on)
