"""The form of a pasted list of addresses, one person a line, and of what a second person does with such a list."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from members.accounts.queries.address_list import AddressLine

#: The most lines of one list; a team has a few dozen people.
MOST_LINES = 200
_SEPARATOR = re.compile(r"\s*[,;\t]\s*")


class AddressListForm(forms.Form):
    """GitHub names with addresses, and how each is known."""

    text = forms.CharField(
        label="The list",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="One person a line: GitHub name, address, how it is known. For example: "
        "hana-veniam, hana@example.org, signed commit of 2 November",
        error_messages={"required": "Paste at least one line."},
    )

    def clean_text(self) -> str:
        """Refuse no line, and more than anybody reads before confirming them; the numbers are those of the text."""
        text: str = self.cleaned_data["text"]
        if not self._lines(text):
            raise ValidationError("Paste at least one line.")
        if len(self._lines(text)) > MOST_LINES:
            raise ValidationError(f"At most {MOST_LINES} lines at once.")
        return text

    @property
    def lines(self) -> list[AddressLine]:
        """Return the lines of the valid form; an empty part stays empty."""
        lines = []
        for number, text in self._lines(self.cleaned_data["text"]):
            github, email, evidence = [*_SEPARATOR.split(text, maxsplit=2), "", ""][:3]
            lines.append(AddressLine(number, github.removeprefix("@"), email, evidence))
        return lines

    @staticmethod
    def _lines(text: str) -> list[tuple[int, str]]:
        """Return the lines that say something, with their numbers from 1."""
        return [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


class TickedForm(forms.Form):
    """The addresses that a second person ticked."""

    address = forms.TypedMultipleChoiceField(
        label="Addresses",
        coerce=UUID,
        error_messages={
            "required": "Tick at least one address.",
            "invalid_choice": "One of these no longer waits: somebody has decided on it, or named another address.",
        },
    )

    def __init__(self, *args: Any, waiting: list[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].choices = [(str(pk), str(pk)) for pk in waiting]  # type: ignore[attr-defined]
