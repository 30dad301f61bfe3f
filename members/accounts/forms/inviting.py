"""Forms to invite somebody and to accept an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from audit import clock
from members.accounts.models import User
from members.accounts.queries.inviting import TAKEN, have_standing, owners_of
from members.accounts.queries.logins import people_without_login
from members.people.models import Person
from members.people.queries.people import obstacle_to_addition, obstacle_to_name
from web.forms import AddressField, LineField, NameField

#: The longest sentence about how an address is known, in characters.
EVIDENCE_MOST = 300


class InviteForm(forms.Form):
    """The person to invite, and the address to which the link goes."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        required=False,
        empty_label="Somebody who is not in the list",
        help_text="People the portal knows who have no login yet.",
    )
    name = NameField(required=False, help_text="Only for somebody who is not in the list: the name as they write it.")
    email = AddressField(
        label="E-mail address",
        max_length=254,
        help_text="The private link goes here, and this becomes the address they sign in with. It is never public.",
    )

    evidence = LineField(
        label="How you know that it is theirs",
        max_length=EVIDENCE_MOST,
        required=False,
        help_text="Needed for members, the Steering Council and people who have been accepted: a second person reads "
        "it and confirms the address before anything is sent. A signed commit, the mailing list, a call.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_without_login()  # type: ignore[attr-defined]
        self.initial.setdefault("email", self._recorded_address())

    def _recorded_address(self) -> str:
        """Return the address on record of the person chosen from the start: of a closed login or an invitation."""
        try:
            person = self.fields["person"].clean(self.initial.get("person"))
        except ValidationError:
            return ""
        if person is None:
            return ""
        row = User.objects.filter(person=person).first() or person.invitations.filter(accepted_at=None).first()
        if row is None:
            return ""
        self.fields["email"].help_text += f" Filled in is what is known of {person}; ask whether it still holds."
        return str(row.email)

    def clean(self) -> dict[str, Any]:
        """Require either somebody from the list or a name."""
        cleaned = super().clean() or {}
        if "person" in self.errors or "name" in self.errors:
            return cleaned
        if not cleaned.get("person") and not cleaned.get("name"):
            self.add_error("name", "Choose somebody from the list, or write a name.")
        if cleaned.get("person") and cleaned.get("name"):
            self.add_error("name", "You chose somebody from the list as well; leave one of the two empty.")
        self._require_a_free_address(cleaned.get("person"), cleaned.get("email", ""))
        self._require_evidence(cleaned.get("person"), cleaned.get("evidence", ""))
        return cleaned

    def _require_a_free_address(self, person: Person | None, email: str) -> None:
        """Add an error for the address of another login, open or closed; who comes back may have their own again."""
        owner = owners_of([email]).get(email.lower())
        if owner is not None and (person is None or owner != person.pk):
            self.add_error("email", TAKEN)

    def _require_evidence(self, person: Person | None, evidence: str) -> None:
        """Add an error where a second person will ask how the address is known and nobody has said it."""
        if person is not None and not evidence and have_standing([person.pk], clock.now()):
            self.add_error("evidence", f"Say how you know that this is the address of {person.name}.")

    def clean_name(self) -> str:
        """Refuse the name of somebody on record: they are in the list, or have a login."""
        name: str = self.cleaned_data["name"]
        if name and (obstacle := obstacle_to_name(name, clock.now().date()) or obstacle_to_addition(name)):
            raise ValidationError(f"{obstacle} If it is another person, add them to the records first.")
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
        """Apply the password validators of the settings."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Require the same password twice."""
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ.")
        return cleaned
