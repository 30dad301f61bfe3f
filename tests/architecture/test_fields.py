"""What people type into one line is one line, in every form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError

from tests.architecture.project_forms import form_classes
from web.forms import AddressField, LineField, WebAddressField

LINES = (LineField, AddressField, WebAddressField)
#: Fields of text that are no line, each with the reason.
OTHERS = {
    ("AcceptForm", "password1"): "a password is kept as a hash, and shown nowhere",
    ("AcceptForm", "password2"): "a password is kept as a hash, and shown nowhere",
    ("ReportForm", "once"): "a mark of the form, compared only",
    ("ReplyForm", "once"): "a mark of the form, compared only",
    ("WriteForm", "once"): "a mark of the form, compared only",
    ("SplitForm", "once"): "a mark of the form, compared only",
    ("EditMessageForm", "before"): "the text that the form was made from, compared only",
    ("CodeForm", "code"): "a code, compared only",
    ("CodeAgainForm", "code"): "a code, compared only",
    **{
        (form, "credential"): "the JSON of an authenticator"
        for form in ("PasskeyLoginForm", "PasskeyFactorForm", "PasskeyAgainForm", "PasskeyAddForm")
    },
    ("ExampleForm", "summary"): "the style guide saves nothing",
    ("CrispyForm", "name"): "the style guide saves nothing",
    ("ListForm", "matched"): "what the lines of a list mean, compared only",
}
HOSTILE = ["a\nb", "a\r\nb", "a\u2028b", "a\x85b", "a\u202eb", "a\u2066b", "a\u200bb", "a\ufeffb", "a\x1bb"]


def fields() -> Iterator[tuple[str, str, forms.CharField]]:
    """Yield every field of text that is shown in one line, with the names of form and field."""
    for form in sorted(form_classes(), key=lambda one: one.__name__):
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.Textarea):
                yield form.__name__, name, field


@pytest.mark.lint
def test_every_field_of_one_line_is_one_of_ours() -> None:
    strange = {(form, name) for form, name, field in fields() if not isinstance(field, LINES)}
    assert strange == set(OTHERS)


@pytest.mark.lint
def test_every_field_of_one_line_has_an_end() -> None:
    endless = {(form, name) for form, name, field in fields() if isinstance(field, LINES) and not field.max_length}
    assert endless == set()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_field_of_one_line_takes_breaks_or_hidden_characters(hostile: str) -> None:
    taken = []
    for form, name, field in fields():
        if isinstance(field, LINES):
            for text in (hostile, f"https://example.org/{hostile}", f'"{hostile}"@example.org'):
                try:
                    taken.append((form, name, field.clean(text)))
                except ValidationError:
                    continue
    assert taken == []
