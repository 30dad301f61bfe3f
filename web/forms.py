"""Form fields that several apps share."""

from __future__ import annotations

from django import forms


class ReasonForm(forms.Form):
    """A reason that the admins read, and of a suspension the Steering Council as well."""

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The admins read it, and of a suspension the Steering Council as well.",
    )
