"""The form of one's own profile."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from web.forms import LineField, NameField
from web.time_zones import places

_FOR_MEMBERS = ("away_until", "may_be_assigned")


def time_zones() -> list[tuple[str, Any]]:
    """Return UTC, then every place by region, as the choices of a select."""
    regions = groupby(sorted(places()), key=lambda name: name.partition("/")[0])
    return [("UTC", "UTC"), *((region, [(name, _place(name)) for name in names]) for region, names in regions)]


def _place(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


class ProfileForm(forms.Form):
    """Name and affiliation, which may be public, and preferences."""

    name = NameField(
        help_text="As you write it. Public while you are a member or emeritus; your page’s address stays.",
    )
    affiliation = LineField(max_length=200, required=False, help_text="Your employer, or what you work for.")
    affiliation_public = forms.BooleanField(
        label="Show my affiliation on the public roster",
        required=False,
        help_text="Off, it is public nowhere.",
    )
    time_zone = forms.ChoiceField(
        choices=time_zones,
        help_text="For the hour of mail that comes once a day. Pages show UTC, with your browser’s clock beside it.",
    )
    away_until = forms.DateField(
        label="Away until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text="The first day on which you are back. Members see it where work is handed out. Empty: you are there.",
        error_messages={"invalid": "Write the day as year-month-day, such as 2026-11-22."},
    )
    may_be_assigned = forms.BooleanField(
        label="Reports may be assigned to me automatically",
        required=False,
        help_text="A report that nobody takes may then go to you. The portal chooses among those who agreed, are not "
        "away and have the fewest open reports. You can hand it over.",
    )

    def __init__(self, *args: Any, today: date, is_member: bool, is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if is_first:
            # static/js/time-zone.js chooses the browser's zone.
            self.fields["time_zone"].widget.attrs["data-time-zone"] = "preset"
        for name in () if is_member else _FOR_MEMBERS:
            del self.fields[name]

    def clean_away_until(self) -> date | None:
        """Refuse a day that is over."""
        day: date | None = self.cleaned_data["away_until"]
        if day and day <= self.today:
            raise ValidationError("This day is over. Leave it empty if you are back.")
        return day
