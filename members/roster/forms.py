"""The forms of the public roster, which are sent with the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class DayForm(forms.Form):
    """A calendar day in UTC up to today, as ``?on=2025-12-04``; without one it is today."""

    on = forms.DateField(
        label="Day",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write a day as 2025-12-04."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date | None:
        """Refuse a day in the future."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day > self.today:
            raise ValidationError("Nobody knows the team of a day that is still to come.")
        return day

    @property
    def day(self) -> date:
        """The day of the address; today without a valid one."""
        day = self.cleaned_data.get("on") if self.is_valid() else None
        return day or self.today
