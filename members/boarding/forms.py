"""Forms of offboarding and leaving."""

from __future__ import annotations

from django import forms

from web.forms import LineField


class OffboardForm(forms.Form):
    """A member's wish to leave, as an admin records it."""

    authority = LineField(
        label="Where they asked for it",
        max_length=300,
        help_text="A link to their message, or a few words: whoever reads this in a year finds it again.",
    )
    reason = forms.CharField(
        label="For the admins",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What else the admins should know. Nobody else reads it.",
    )


class DeathForm(forms.Form):
    """How it is known that somebody has died."""

    source = LineField(
        label="How it is known",
        max_length=300,
        help_text="A link to an announcement, or who told the team and when. Admins and the Steering Council read it.",
    )


class UndoForm(forms.Form):
    """Why a record is undone."""

    reason = LineField(label="Reason", max_length=300, help_text="Admins and the Steering Council read it.")


class LeaveForm(forms.Form):
    """The reason for leaving, which nobody has to give."""

    reason = forms.CharField(
        label="Anything the admins should know",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only the admins read it.",
    )
