"""allauth's forms for a second factor, with what they leave out."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator

from members.accounts import workflow


class SpentCode:
    """Take a code of the present 30 seconds or of those before, and each only once.

    allauth takes a code of the next step as well, and forgets after one step which was used.
    """

    def clean_code(self) -> str:
        """Return the code; one that was used already is as wrong as any other."""
        code: str = super().clean_code()  # type: ignore[misc]
        factor: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if factor.type == Authenticator.Type.TOTP and not workflow.spend_code(factor, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(SpentCode, AuthenticateForm):  # type: ignore[misc]
    """The code that completes a sign-in."""


class CodeAgainForm(SpentCode, ReauthenticateForm):  # type: ignore[misc]
    """The code that is asked for again before a grave act."""
