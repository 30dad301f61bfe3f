"""The forms of the discussion: comments, endorsements, and declared interests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import BigIntegerField

from nominations.models import InterestKind
from web.forms import LineField

REASON_LENGTH = 4_000


def interest_kind_field(*, required: bool) -> forms.ChoiceField:
    """Return the field for the kind of tie."""
    return forms.ChoiceField(
        label="What ties you to them",
        choices=[("", "Choose one" if required else "Nothing"), *InterestKind.choices],
        required=required,
        help_text="The same employer, or anything else that voters should know. It is shown to them.",
        error_messages={"required": "Choose what it is."},
    )


def interest_text_field() -> LineField:
    """Return the field that describes the tie."""
    return LineField(
        label="In your words", max_length=500, required=False, help_text="Needed for “Other”, welcome otherwise."
    )


def check_interest(form: forms.Form, kind: str, text: str, field: str) -> None:
    """Add errors: another tie than an employer needs a text, and a text needs a tie."""
    if kind == InterestKind.OTHER and not text:
        form.add_error(field, "Say what it is.")
    if text and not kind and field not in form.errors:
        form.add_error(field, "Choose above what kind of tie this is.")


class InterestForm(forms.Form):
    """The interest of a member in a nomination."""

    kind = interest_kind_field(required=True)
    text = interest_text_field()

    def clean(self) -> dict[str, Any]:
        """Check that kind and text fit together."""
        cleaned = super().clean() or {}
        check_interest(self, cleaned.get("kind", ""), cleaned.get("text", ""), "text")
        return cleaned

    @property
    def interest(self) -> tuple[InterestKind, str]:
        """The kind and the text of the valid form."""
        return InterestKind(self.cleaned_data["kind"]), self.cleaned_data["text"]


class CommentForm(forms.Form):
    """One contribution to the discussion; `reply_to` is the key of the comment that it replies to."""

    reply_to = forms.IntegerField(
        required=False, min_value=1, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput
    )
    text = forms.CharField(
        label="Comment",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Markdown works.",
        error_messages={"required": "Write something first."},
    )


class EndorseForm(forms.Form):
    """The endorsement of a member, with reasons or without."""

    text = forms.CharField(
        label="Why",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Markdown works.",
    )
