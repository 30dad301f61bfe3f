"""The forms about the key that an officer keeps: asking somebody, the public half, and the file for the count."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from members.people.models import Person
from nominations.keys import read_private_key, read_public_key
from web.forms import LineField

#: A key file has some 120 bytes; more is something else, and is not read.
_KEY_FILE_BYTES = 1_000


class AskOfficerForm(forms.Form):
    """The person to keep the key."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label="Who is asked",
        empty_label="Choose one",
        help_text="A member, who then does not vote in it, or anybody else who can sign in here. If one admin alone "
        "named the address of their login, a second person confirms it first.",
        error_messages={
            "required": "Choose whom to ask.",
            "invalid_choice": "Choose somebody from the list: they can sign in, and neither nominated nor ask.",
        },
    )

    def __init__(self, *args: Any, officers: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = officers  # type: ignore[attr-defined]


class OfficeForm(forms.Form):
    """The public half of the officer's key, and their word that they can keep the other one."""

    public_key = LineField(
        label="Public key",
        max_length=100,
        help_text="The line that the second command prints: 44 characters.",
        error_messages={"required": "Paste the line that the second command prints."},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    is_kept_twice = forms.BooleanField(
        label="I keep the key file in two safe places",
        help_text="Without it nobody can ever count this vote.",
        error_messages={"required": "Keep it in two places first, and tick this: a lost key loses the vote."},
    )

    def clean_public_key(self) -> bytes:
        """Return the key. Refuse anything that can seal nothing."""
        key = read_public_key(str(self.cleaned_data["public_key"]).strip())
        if key is None:
            raise ValidationError("This is no public key: copy the line of 44 characters that ends with “=”.")
        return key


class KeyFileForm(forms.Form):
    """The private key, for one count."""

    key_file = forms.FileField(
        label="Key file",
        max_length=200,
        help_text="As OpenSSL wrote it. It is used for this one count and not saved.",
        error_messages={"required": "Choose the key file.", "empty": "This file is empty: choose the key file."},
    )

    @sensitive_variables()
    def clean_key_file(self) -> bytes:
        """Return the private key. Refuse what is none, without quoting it."""
        upload = self.cleaned_data["key_file"]
        key = read_private_key(upload.read()) if upload.size <= _KEY_FILE_BYTES else None
        if key is None:
            raise ValidationError("This is no private key: choose the file that the first command wrote.")
        return key
