"""django-allauth's forms for passkeys, without the exceptions that they raise on what no authenticator answers."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError

from web.forms import LineField

#: The longest name of a passkey, in characters.
NAME_MOST = 100
_NO_ANSWER = "This is no answer of a passkey. Try again."
#: What the libraries raise on JSON of another shape than they expect.
_WRONG_SHAPE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CredentialField(forms.JSONField):
    """The answer of an authenticator, as the browser's script writes it: an object that a database can keep."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, error_messages={"invalid": _NO_ANSWER, "required": _NO_ANSWER})

    def to_python(self, value: Any) -> Any:
        """Return the object. Raises `ValidationError` for anything else."""
        try:
            answer = super().to_python(value)
            is_plain = "\\u0000" not in json.dumps(answer) and "\\ud" not in json.dumps(answer)
        except (RecursionError, ValueError) as error:
            raise ValidationError(_NO_ANSWER) from error
        if answer is not None and not (isinstance(answer, dict) and is_plain):
            raise ValidationError(_NO_ANSWER)
        return answer

    def has_changed(self, _initial: Any, _data: Any) -> bool:
        """Return True: Django would read the JSON once more."""
        return True

    def bound_data(self, _data: Any, initial: Any) -> Any:
        """Return nothing: an answer holds once, and Django would read the JSON once more."""
        return initial


class _Answer(forms.Form):
    """A form that takes what an authenticator answered."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Return the credential of the passkey; a malformed answer is an error of the form."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _WRONG_SHAPE as error:
            raise ValidationError(_NO_ANSWER) from error


class PasskeyLoginForm(_Answer, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of address and password."""


class PasskeyFactorForm(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor of a sign-in."""


class PasskeyAgainForm(_Answer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that is asked for again before a grave act."""


class PasskeyAddForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, and what its owner calls it."""

    name = LineField(max_length=NAME_MOST, required=False)
    credential = CredentialField()

    def clean(self) -> Any:
        """Return what was typed; a malformed answer is an error of the form."""
        try:
            return super().clean()
        except _WRONG_SHAPE as error:
            raise ValidationError(_NO_ANSWER) from error


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = LineField(max_length=NAME_MOST)
