"""What people type into this app."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from members.accounts.models import User
from members.accounts.queries.logins import people_without_login
from members.people.models import Person
from web.validity import is_name


class InviteForm(forms.Form):
    """Whom to invite, and where to."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        required=False,
        empty_label="Somebody who is not in the list",
        help_text="People the portal knows who have no login yet.",
    )
    name = forms.CharField(
        max_length=200, required=False, help_text="Only for somebody who is not in the list: the name as they write it."
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="The private link goes here, and this becomes the address they sign in with. It is never public.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_without_login()  # type: ignore[attr-defined]
        self.initial.setdefault("email", self._known_address())

    def _known_address(self) -> str:
        """Of whoever is chosen from the start: their closed login's, or where an invitation waits to be accepted."""
        try:
            person = self.fields["person"].clean(self.initial.get("person"))
        except ValidationError:
            return ""
        if person is None:
            return ""
        known = User.objects.filter(person=person).first() or person.invitations.filter(accepted_at=None).first()
        if known is None:
            return ""
        self.fields["email"].help_text += f" Filled in is what is known of {person}; ask whether it still holds."
        return str(known.email)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "person" in self.errors or "name" in self.errors:
            return cleaned
        if not cleaned.get("person") and not cleaned.get("name"):
            self.add_error("name", "Choose somebody from the list, or write a name.")
        if cleaned.get("person") and cleaned.get("name"):
            self.add_error("name", "You chose somebody from the list as well; leave one of the two empty.")
        return cleaned

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        # Whose closed login an address belongs to is asked by the verb: it may be that of who comes back.
        if User.objects.filter(email=email.lower(), is_active=True).exists():
            raise ValidationError("This address belongs to another login.")
        return email

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not is_name(name):
            raise ValidationError("The name has a character that no name has.")
        return name


class AcceptForm(forms.Form):
    """The password of a new login, twice."""

    password1 = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A second factor comes next.",
    )
    password2 = forms.CharField(
        label="The same password again",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ.")
        return cleaned


class PasskeyLoginForm(LoginWebAuthnForm):  # type: ignore[misc]
    """allauth's, which raises on an answer that no authenticator gives."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise ValidationError("This is no answer of a passkey. Try again.") from error
