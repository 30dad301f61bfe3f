"""Form fields that several apps share."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from web import outside_json
from web.validity import (
    GITHUB_NAME_MOST,
    NAME_MOST,
    as_line,
    is_web_address,
    obstacle_to_line,
    valid_github_name,
    valid_name,
)


def _line(value: Any) -> Any:
    """Return what was typed into one line as it is kept. Raises `ValidationError` for what is no line."""
    if not isinstance(value, str):
        return value
    if obstacle := obstacle_to_line(line := as_line(value)):
        raise ValidationError(obstacle)
    return line


class LineField(forms.CharField):
    """A text of one line, without line breaks and without characters that nobody sees."""

    def to_python(self, value: Any) -> Any:
        """Return the text composed, with plain spaces."""
        return _line(super().to_python(value))


class NameField(LineField):
    """The name of a person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=NAME_MOST, strip=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the name as it is kept."""
        return _valid(valid_name, super().to_python(value))


class GitHubNameField(LineField):
    """The name of an account on GitHub; an @ before it is left out."""

    def __init__(self, **kwargs: Any) -> None:
        quiet = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        # Ten more characters are room for the @ and the spaces that come with a pasted name.
        most = GITHUB_NAME_MOST + 10
        widget = forms.TextInput(attrs=quiet)
        super().__init__(label="GitHub name", max_length=most, strip=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the name as it is kept."""
        return _valid(valid_github_name, super().to_python(value))


def _valid(function: Callable[[str], str], value: Any) -> Any:
    """Return what `function` makes of a value that is not empty; its sentence becomes the error of the field."""
    if not value:
        return value
    try:
        return function(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class AddressField(forms.EmailField):
    """An e-mail address. Django's own takes control characters within quotation marks."""

    def to_python(self, value: Any) -> Any:
        """Return the address composed."""
        return _line(super().to_python(value))


class WebAddressField(forms.URLField):
    """A web address. Django's own takes what turns the direction of the text."""

    def to_python(self, value: Any) -> Any:
        """Return the address composed."""
        return _line(super().to_python(_line(value)))


#: Begins like an address of some scheme, or is a host with a path or without.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S|[\w-]+(\.[\w-]+)+(/\S*)?$", re.IGNORECASE)


class TextFileField(forms.FileField):
    """A text or CSV file as spreadsheets and servers save it; its value is the text, "" without a file.

    UTF-8 with or without a byte order mark, and UTF-16 with one. `most` is in bytes, `too_large` says what that is.
    """

    def __init__(self, *, most: int, too_large: str, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.most, self.too_large = most, too_large

    def clean(self, data: Any, initial: Any = None) -> str:
        """Return the text. Raises `ValidationError` for what is too large, or no text, by its line."""
        upload = super().clean(data, initial)
        if not upload:
            return ""
        if upload.size > self.most:
            raise ValidationError(self.too_large)
        content: bytes = upload.read()
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        try:
            text = content.decode("utf-16" if is_wide else "utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise ValidationError(f"Line {line} is not UTF-8. Save the file as “CSV UTF-8”.") from error
        if "\0" in text:
            raise ValidationError("This is not a text file. Save the table as “CSV UTF-8”.")
        return text


class AddressOrWordsField(LineField):
    """Where something is written: a web address, or words. `sentence` says that an address is of another kind."""

    def __init__(self, sentence: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sentence = sentence

    def to_python(self, value: Any) -> Any:
        """Return the address with its scheme, or the words. Raises `ValidationError` for another kind of address."""
        text = super().to_python(value)
        if not text or not _ADDRESS.match(text):
            return text
        address = text if ":" in text.partition("/")[0] else f"https://{text}"
        if not is_web_address(address):
            raise ValidationError(self.sentence)
        return address


class ScriptField(forms.JSONField):
    """An object that a script of ours sends as JSON, and that a database can keep; `sentence` says that it is none."""

    def __init__(self, sentence: str) -> None:
        super().__init__(widget=forms.HiddenInput, error_messages={"invalid": sentence, "required": sentence})

    def to_python(self, value: Any) -> Any:
        """Return the object. Raises `ValidationError` for other JSON, and for what is too deep or too long to read."""
        try:
            sent = None if value in self.empty_values else outside_json.read(value)
            # Neither NUL nor half a character; whole ones beyond the first 65,536 have no place in it.
            is_plain = not re.search(r"\\u(0000|d[89a-f])", json.dumps(sent))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"]) from error
        if sent is not None and not (isinstance(sent, dict) and is_plain):
            raise ValidationError(self.error_messages["invalid"])
        return sent

    def has_changed(self, _initial: Any, _data: Any) -> bool:
        """Return True: Django would read the JSON once more."""
        return True

    def bound_data(self, _data: Any, initial: Any) -> Any:
        """Return nothing of what was sent: it holds once, and Django would read it once more."""
        return initial


class ReasonForm(forms.Form):
    """A reason that the admins read, and of a suspension the Steering Council as well."""

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The admins read it, and of a suspension the Steering Council as well.",
    )
