"""django-allauth's forms for passkeys, without the exceptions that they raise on what no authenticator answers."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from web.forms import LineField, ScriptField
from web.refusals import Refusal, refused

#: The longest name of a passkey, in characters.
NAME_MOST = 100
_NO_ANSWER = "This is no answer of a passkey. Try again."


class _Answer(forms.Form):
    """A form that takes what an authenticator answered, as the browser's script writes it."""

    credential = ScriptField(_NO_ANSWER)

    def clean_credential(self) -> Any:
        """Return the credential of the passkey; a malformed answer is an error of the form."""
        with refused(Refusal.PASSKEY, _NO_ANSWER):
            return super().clean_credential()  # type: ignore[misc]


class PasskeyLoginForm(_Answer, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of address and password."""


class PasskeyFactorForm(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor of a sign-in."""


class PasskeyAgainForm(_Answer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that is asked for again before a grave act."""


class PasskeyAddForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, and what its owner calls it."""

    name = LineField(max_length=NAME_MOST, required=False)
    credential = ScriptField(_NO_ANSWER)
    passwordless = forms.BooleanField(
        label="Use it to sign in without a password (recommended)",
        required=False,
        initial=True,
        help_text="Your device asks for its PIN or fingerprint.",
    )

    def clean(self) -> Any:
        """Return what was typed; a malformed answer is an error of the form."""
        with refused(Refusal.PASSKEY, _NO_ANSWER):
            return super().clean()


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = LineField(max_length=NAME_MOST)
