"""The forms of a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import BoundField

from members.accounts.queries.logins import login_of
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import obstacle_to_addition, obstacle_to_github, obstacle_to_name
from nominations import queries
from nominations.forms.discussing import check_interest, interest_kind_field, interest_text_field
from nominations.models import Category, InterestKind, Newcomer, Nomination
from nominations.policy import GENERAL, GeneralAction
from web.conflicts import Conflict
from web.forms import AddressField, GitHubNameField, NameField

#: Long enough for any case that a colleague will read, short enough to be read.
STATEMENT_LENGTH = 10_000


class Way(StrEnum):
    """The two ways of naming somebody."""

    RECORDED = "recorded"
    NEW = "new"


@dataclass(frozen=True)
class FormPart:
    """Some fields of the page under one title, a fieldset; `way` is that of the fields, empty for those of both."""

    legend: str
    fields: list[BoundField]
    way: str = ""


#: The fields of each way.
_OF = {Way.RECORDED: ("person", "recorded_email"), Way.NEW: ("name", "github", "email")}


class ProposeForm(forms.Form):
    """A proposal: somebody the portal knows, or somebody new by name, GitHub name and address; and the reasons."""

    way = forms.ChoiceField(
        label="Who is it",
        choices=[(Way.RECORDED, "Somebody the portal knows"), (Way.NEW, "Somebody new")],
        widget=forms.RadioSelect,
    )
    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label="Person",
        empty_label="Choose one",
        help_text="Everybody on record who can be nominated now.",
        error_messages={
            "required": "Choose somebody, or choose “Somebody new” above.",
            "invalid_choice": "This person cannot be nominated: choose somebody from the list. "
            "You yourself, members, and the people named beside the form are not in it.",
        },
    )
    recorded_email = AddressField(
        label="E-mail address, for somebody without a login",
        max_length=254,
        required=False,
        help_text="Where they are asked whether they want to. Somebody with a login here is written to at its address, "
        "whatever you write. Shown to the admin who opens the vote.",
    )
    name = NameField(help_text="As they write it.", error_messages={"required": "Write their name."})
    github = GitHubNameField(
        help_text="It tells two people with the same name apart.",
        error_messages={"required": "Write the GitHub name as well."},
    )
    email = AddressField(
        label="Their e-mail address",
        max_length=254,
        help_text="Where they are asked whether they want to. Shown to the admin who opens the vote.",
        error_messages={"required": "Write an address: they have to be asked."},
    )
    category = forms.ChoiceField(
        choices=[("", "Choose one"), *Category.choices],
        help_text="Where this person comes from. It is shown to the voters and excludes nobody.",
        error_messages={"required": "Choose where this person comes from."},
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
        self.fields["way"].initial = Way.RECORDED

    @property
    def way_taken(self) -> Way:
        """The way that was chosen; without a choice, the one whose field is filled in."""
        chosen = self.data.get("way")
        if chosen in set(Way):
            return Way(chosen)
        return Way.RECORDED if self.data.get("person") else Way.NEW

    def full_clean(self) -> None:
        """Ask for the fields of the chosen way only; what stands in the others is kept and not looked at."""
        super().full_clean()
        for name in ("way", *_OF[Way.NEW if self.way_taken is Way.RECORDED else Way.RECORDED]):
            self.errors.pop(name, None)

    @property
    def parts(self) -> list[FormPart]:
        """Return the page's fieldsets after the choice of the way."""
        return [
            FormPart("Somebody the portal knows", [self["person"], self["recorded_email"]], Way.RECORDED),
            FormPart("Somebody new", [self["name"], self["github"], self["email"]], Way.NEW),
            FormPart("The nomination", [self["category"], self["statement"]]),
            FormPart("Your tie to them, if there is one", [self["interest_kind"], self["interest_text"]]),
        ]

    def clean_name(self) -> str:
        """Refuse the name of somebody on record, who could be in an open nomination or have to wait."""
        name: str = self.cleaned_data["name"]
        if self.way_taken is Way.RECORDED:
            return name
        other = "If it is another person, ask an admin to add them to the records first."
        if obstacle := obstacle_to_name(name, self.now.date()):
            raise ValidationError(f"{obstacle} {other}")
        if obstacle := obstacle_to_addition(name):
            raise ValidationError(f"{obstacle} Choose “Somebody the portal knows” above. {other}")
        return name

    def clean_github(self) -> str:
        """Refuse the GitHub name of somebody on record, and one that somebody had before."""
        github: str = self.cleaned_data["github"]
        if github and self.way_taken is Way.NEW:
            self._refuse_recorded(github)
        return github

    def _refuse_recorded(self, github: str) -> None:
        person = Person.objects.filter(github__iexact=github).first()
        if person is None:
            if obstacle := obstacle_to_github(github):
                raise ValidationError(f"{obstacle} If it is another person, ask an admin to add them first.")
            return
        try:
            GENERAL.require(GeneralAction.PROPOSE, self.actor, person, self.now)
        except Conflict as conflict:
            raise ValidationError(str(conflict)) from conflict
        raise ValidationError(
            f"This is the GitHub name of {person.name}: choose “Somebody the portal knows”, and {person.name}."
        )

    def clean(self) -> dict[str, Any]:
        """Check that the person can be asked, and that the parts of a declared interest fit together."""
        cleaned = super().clean() or {}
        person = cleaned.get("person") if self.way_taken is Way.RECORDED else None
        has_address = cleaned.get("recorded_email") or "recorded_email" in self.errors
        if person and not has_address and not login_of(person).is_active:
            self.add_error("recorded_email", "Write an address: the portal knows none, and they have to be asked.")
        check_interest(self, cleaned.get("interest_kind", ""), cleaned.get("interest_text", ""), "interest_text")
        return cleaned

    def sent_before(self, by: Person) -> Nomination | None:
        """Return the nomination that the same form has made a moment ago, when it was sent twice."""
        statement = str(self.data.get("statement", "")).strip()
        if self.way_taken is Way.NEW:
            nominee = Q(github__iexact=str(self.data.get("github", "")).strip().removeprefix("@"))
        else:
            try:
                nominee = Q(pk=UUID(str(self.data.get("person", ""))))
            except ValueError:
                return None
        return queries.just_proposed(by, nominee, statement, self.now)

    @property
    def nominee(self) -> Person | Newcomer:
        """The person that the valid form names."""
        if self.way_taken is Way.RECORDED:
            person: Person = self.cleaned_data["person"]
            return person
        return Newcomer(self.cleaned_data["name"], self.cleaned_data["github"])

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the other arguments of the verb."""
        cleaned = self.cleaned_data
        return {
            "statement": cleaned["statement"],
            "category": Category(cleaned["category"]),
            "email": cleaned["recorded_email" if self.way_taken is Way.RECORDED else "email"].lower(),
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
        "whatever you write here.",
    )
