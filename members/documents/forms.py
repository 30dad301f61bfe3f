"""The form in which an admin writes a new version of a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from members.documents.models import DocumentVersion
from web.forms import LineField

TEXT_LENGTH = 40_000


class DocumentForm(forms.Form):
    """The new text, what changed, and the version it was made from."""

    text = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text=format_html(
            "Markdown. Headings begin with ##. <code>{}</code>, <code>{}</code>, <code>{}</code> and <code>{}</code> "
            "become this portal’s rules.",
            *("{voting_period}", "{threshold}", "{threshold_lower}", "{veto_window}"),
        ),
        error_messages={"required": "The page cannot be empty."},
    )
    change = LineField(
        label="What changed, and why",
        max_length=300,
        help_text="One sentence. Members read it beside the new version.",
        error_messages={"required": "Say in one sentence what changed."},
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, current: DocumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_text(self) -> str:
        """Return the text with the line ends of the database; a text without a change is refused."""
        text = "\n".join(line.rstrip() for line in self.cleaned_data["text"].splitlines()).strip() + "\n"
        if text == self.current.text:
            raise ValidationError("This is the text that is published. Change something, or leave it.")
        return text

    @property
    def is_outdated(self) -> bool:
        """Return whether a newer version was published since the form was made."""
        return bool(self.data) and self.data.get("based_on") != str(self.current.number)
