"""The forms of a proposal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import obstacle_to_name
from nominations import queries
from nominations.forms.discussing import check_interest, interest_kind_field, interest_text_field
from nominations.models import Category, InterestKind, Newcomer
from nominations.policy import GENERAL, GeneralAction
from web.conflicts import Conflict
from web.forms import AddressField, LineField, NameField
from web.validity import GITHUB_NAME_MOST, is_github_name

#: Long enough for any case that a colleague will read, short enough to be read.
STATEMENT_LENGTH = 10_000


class ProposeForm(forms.Form):
    """A proposal: somebody from the list, or a name with a GitHub name; and the reasons."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        required=False,
        label="Person",
        empty_label="Somebody who is not in the list",
        help_text="People the portal knows who are not on the team and have no open nomination. For anybody else "
        "write name and GitHub name below.",
        error_messages={
            "invalid_choice": "This person cannot be nominated: choose somebody from the list. "
            "You yourself, members, and people with an open nomination are not in it."
        },
    )
    name = NameField(required=False, help_text="Only for somebody who is not in the list: the name as they write it.")
    github = LineField(
        label="GitHub name",
        max_length=GITHUB_NAME_MOST,
        required=False,
        help_text="Only for somebody who is not in the list. It tells two people with the same name apart.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    category = forms.ChoiceField(
        choices=[("", "Choose one"), *Category.choices],
        help_text="Where this person comes from. It is shown to the voters and excludes nobody.",
        error_messages={"required": "Choose where this person comes from."},
    )
    email = AddressField(
        label="Their e-mail address",
        max_length=254,
        required=False,
        help_text="Where they are asked whether they want to. Shown to the admin who opens the vote. For somebody with "
        "a login here the portal writes to the address of the login, whatever stands here.",
    )
    statement = forms.CharField(
        label="Why this person",
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What you have seen of their work, and why you trust them with embargoed reports. They read it "
        "themselves when they are asked; so do members, and the Steering Council if the vote passes. Nobody else ever "
        "does. Markdown works.",
        error_messages={"required": "Say why: this is what the members decide on."},
    )
    interest_kind = interest_kind_field(required=False)
    interest_text = interest_text_field()

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now = actor, now
        self.fields["person"].queryset = queries.eligible_people(actor, now)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse the name of somebody on the team or the Steering Council."""
        name: str = self.cleaned_data["name"]
        if name and (obstacle := obstacle_to_name(name, self.now.date())):
            raise ValidationError(f"{obstacle} If it is another person, ask an admin to add them to the records first.")
        return name

    def clean_github(self) -> str:
        """Refuse what is no GitHub name, and the name of somebody on record."""
        github = str(self.cleaned_data["github"]).removeprefix("@")
        if github and not is_github_name(github):
            raise ValidationError("A GitHub name has letters, digits and single hyphens, such as octo-cat.")
        if github:
            self._refuse_recorded(github)
        return github

    def _refuse_recorded(self, github: str) -> None:
        person = Person.objects.filter(github__iexact=github).first()
        if person is None:
            return
        try:
            GENERAL.require(GeneralAction.PROPOSE, self.actor, person, self.now)
        except Conflict as conflict:
            raise ValidationError(str(conflict)) from conflict
        raise ValidationError(f"This is the GitHub name of {person.name}: choose {person.name} from the list.")

    def clean(self) -> dict[str, Any]:
        """Check that one person is named, who can be asked."""
        cleaned = super().clean() or {}
        if cleaned.get("person"):
            for field in ("name", "github"):
                if self.data.get(field):
                    self.add_error(field, "You chose somebody from the list as well; leave one of the two empty.")
        elif "person" not in self.errors:
            self._want_newcomer(cleaned)
        self._want_address(cleaned)
        check_interest(self, cleaned.get("interest_kind", ""), cleaned.get("interest_text", ""), "interest_text")
        return cleaned

    def _want_address(self, cleaned: dict[str, Any]) -> None:
        if "person" in self.errors:
            return
        person = cleaned.get("person")
        has_login = person is not None and queries.has_login(person)
        if not has_login and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", "Write an address: the portal knows none, and they have to be asked.")

    def _want_newcomer(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "Choose somebody from the list, or write a name.")
        if cleaned.get("name") and not cleaned.get("github") and "github" not in self.errors:
            self.add_error("github", "Write the GitHub name as well.")

    @property
    def nominee(self) -> Person | Newcomer:
        """The person that the valid form names."""
        person: Person | None = self.cleaned_data["person"]
        return person or Newcomer(self.cleaned_data["name"], self.cleaned_data["github"])

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the other arguments of the verb."""
        cleaned = self.cleaned_data
        return {
            "statement": cleaned["statement"],
            "category": Category(cleaned["category"]),
            "email": cleaned["email"].lower(),
        }

    @property
    def interest(self) -> tuple[InterestKind, str] | None:
        """The interest that the nominator declares, if any."""
        kind = self.cleaned_data["interest_kind"]
        return (InterestKind(kind), self.cleaned_data["interest_text"]) if kind else None


class AskAgainForm(forms.Form):
    """The address at which the nominee is asked once more."""

    email = AddressField(
        label="Their e-mail address",
        max_length=254,
        required=False,
        help_text="Shown to the admin who opens the vote. Somebody with a login here is written to at its address, "
        "whatever stands here.",
    )
