"""Fields that the forms of reports and advisories share."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from advisories.records.reading import Node, RecordError
from web.forms import LineField

#: Characters in one text box: some twelve pages. A report that needs more needs a conversation.
LONG = 20_000

#: Characters in one line.
SHORT = 200


@dataclass(frozen=True)
class Fieldset:
    """Fields that belong together, for a fieldset."""

    legend: str
    fields: list[BoundField]


def fieldsets_of(form: forms.Form, names: Mapping[str, Sequence[str]]) -> list[Fieldset]:
    """Return a form's fields by legend, in the order of `names`."""
    return [Fieldset(legend, [form[name] for name in names]) for legend, names in names.items()]


class PlainField(forms.CharField):
    """Text without the control characters that neither a feed nor a record may hold; lines end in a line feed."""

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds only."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        """Refuse characters that a record could not hold."""
        super().validate(value)
        try:
            Node(value, "This").text(len(value))
        except RecordError as error:
            raise ValidationError(f"{error}.") from error


def box(
    label: str, help_text: str, *, most: int = LONG, rows: int = 5, required: bool = True, code: bool = False
) -> PlainField:
    """Return a field for several lines; `code` keeps spaces at both ends and is shown in a monospaced face."""
    attrs = {"rows": rows, **({"class": "code", "spellcheck": "false"} if code else {})}
    return PlainField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        strip=not code,
        widget=forms.Textarea(attrs=attrs),
    )


def line(label: str, help_text: str = "", *, most: int = SHORT, required: bool = True, **attrs: str) -> LineField:
    """Return a field for a text of one line."""
    return LineField(
        label=label, help_text=help_text, max_length=most, required=required, widget=forms.TextInput(attrs=attrs)
    )


class OnceField(forms.CharField):
    """A random mark of one rendered form, by which a double submit is recognised. Guards nothing else."""

    def __init__(self) -> None:
        super().__init__(
            required=False, max_length=64, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(16)
        )
