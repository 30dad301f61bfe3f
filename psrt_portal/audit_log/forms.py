"""The filter of the audit log, in its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.people.models import Person
from psrt_portal.audit_log.reading import Wanted
from psrt_portal.audit_log.sentences import Group


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day as year-month-day, such as 2026-11-22."},
    )


class LogForm(forms.Form):
    """Whose events, of which kind, of which days (UTC); all of it may be left out."""

    person = forms.ModelChoiceField(
        Person.objects.order_by("sort_key", "pk"),
        to_field_name="slug",
        required=False,
        empty_label="Everybody",
        error_messages={"invalid_choice": "The portal knows nobody by that name. Choose somebody from the list."},
    )
    kind = forms.ChoiceField(
        choices=[("", "All kinds"), *Group.choices],
        required=False,
        error_messages={"invalid_choice": "There is no such kind. Choose one from the list."},
    )
    since = _day("From")
    until = _day("To")

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError("This day is before the first one."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """Return what the valid form asks for."""
        cleaned = self.cleaned_data
        kind = cleaned["kind"]
        return Wanted(cleaned["person"], Group(kind) if kind else None, cleaned["since"], cleaned["until"])
