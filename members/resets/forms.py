"""Forms of a reset: to begin one for somebody, and to vouch for them."""

from __future__ import annotations

from typing import Any

from django import forms

from members.accounts.forms.inviting import EVIDENCE_MOST
from members.accounts.queries.inviting import TAKEN, owners_of
from members.people.models import Person
from web.forms import AddressField


class VouchForm(forms.Form):
    """How somebody knows that it is the owner of the login who asks."""

    evidence = forms.CharField(
        label="How do you know that it is them?",
        max_length=EVIDENCE_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Not by the same mail or chat account alone: those may be lost too. A call, a meeting, a signed "
        "message.",
    )


class BeginResetForm(VouchForm):
    """The first person's word, and a new address where the old one is dead."""

    new_email = AddressField(
        label="New address",
        max_length=254,
        required=False,
        help_text="Only if the old address is dead. Empty: the link goes to the address they sign in with.",
    )
    field_order = ("new_email", "evidence")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_new_email(self) -> str:
        """Refuse the address of another login."""
        email: str = self.cleaned_data["new_email"]
        if email and owners_of([email]).get(email.lower(), self.person.pk) != self.person.pk:
            raise forms.ValidationError(TAKEN)
        return email
