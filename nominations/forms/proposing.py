"""What people type when they propose somebody, and when they talk about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from members.accounts.models import User
from members.people.models import Person
from members.people.policy import Actor
from nominations.models import Category, InterestKind, Nomination
from nominations.workflow import Newcomer
from web.validity import is_github_name, is_name

#: Long enough for any case that a colleague will read, short enough to be read.
STATEMENT_LENGTH = 10_000
REASON_LENGTH = 4_000


def interest_kind_field(*, required: bool) -> forms.ChoiceField:
    """What kind of tie there is."""
    return forms.ChoiceField(
        label="What ties you to them",
        choices=[("", "Choose one" if required else "Nothing"), *InterestKind.choices],
        required=required,
        help_text="The same employer, or anything else that voters should know. It is shown to them.",
        error_messages={"required": "Choose what it is."},
    )


def interest_text_field() -> forms.CharField:
    """The tie in words."""
    return forms.CharField(
        label="In your words", max_length=500, required=False, help_text="Needed for “Other”, welcome otherwise."
    )


def check_interest(form: forms.Form, kind: str, text: str, field: str) -> None:
    """Another tie than an employer has to be put in words, and words need a tie."""
    if kind == InterestKind.OTHER and not text:
        form.add_error(field, "Say what it is.")
    if text and not kind and field not in form.errors:
        form.add_error(field, "Choose above what kind of tie this is.")


def eligible_people(actor: Actor, now: datetime) -> QuerySet[Person]:
    """People the portal knows whom `actor` may nominate."""
    taken = Nomination.objects.running().values("nominee")
    members = Person.objects.members(now.date()).values("pk")
    oneself = [actor.person.pk] if actor.person else []
    return Person.objects.exclude(pk__in=members).exclude(pk__in=taken).exclude(pk__in=oneself)


class ProposeForm(forms.Form):
    """Whom to propose, and why. Either somebody from the list, or a name with a GitHub name."""

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
    name = forms.CharField(
        max_length=200, required=False, help_text="Only for somebody who is not in the list: the name as they write it."
    )
    github = forms.CharField(
        label="GitHub name",
        max_length=39,
        required=False,
        help_text="Only for somebody who is not in the list. It tells two people with the same name apart.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    category = forms.ChoiceField(
        choices=[("", "Choose one"), *Category.choices],
        help_text="Where this person comes from. It is shown to the voters and excludes nobody.",
        error_messages={"required": "Choose where this person comes from."},
    )
    email = forms.EmailField(
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
        help_text="What you have seen of their work, and why you trust them with embargoed reports. Members read it, "
        "and the Steering Council if the vote passes; nobody else ever does. Markdown works.",
        error_messages={"required": "Say why: this is what the members decide on."},
    )
    interest_kind = interest_kind_field(required=False)
    interest_text = interest_text_field()

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now = actor, now
        self.fields["person"].queryset = eligible_people(actor, now)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not is_name(name):
            raise ValidationError("The name has a character that no name has.")
        return name

    def clean_github(self) -> str:
        github = str(self.cleaned_data["github"]).removeprefix("@")
        if github and not is_github_name(github):
            raise ValidationError("A GitHub name has letters, digits and single hyphens, such as octo-cat.")
        if github:
            self._refuse_known(github)
        return github

    def _refuse_known(self, github: str) -> None:
        person = Person.objects.filter(github__iexact=github).first()
        if person is None:
            return
        if self.actor.is_person(person):
            raise ValidationError("This is your own GitHub name, and you cannot nominate yourself.")
        if eligible_people(self.actor, self.now).filter(pk=person.pk).exists():
            raise ValidationError(f"This is the GitHub name of {person.name}: choose {person.name} from the list.")
        if Person.objects.members(self.now.date()).filter(pk=person.pk).exists():
            raise ValidationError(f"{person.name} is a member already.")
        raise ValidationError(f"{person.name} has an open nomination already.")

    def clean(self) -> dict[str, Any]:
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
        knows = person is not None and User.objects.filter(person=person, is_active=True).exists()
        if not knows and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", "Write an address: the portal knows none, and they have to be asked.")

    def _want_newcomer(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "Choose somebody from the list, or write a name.")
        if cleaned.get("name") and not cleaned.get("github") and "github" not in self.errors:
            self.add_error("github", "Write the GitHub name as well.")

    @property
    def nominee(self) -> Person | Newcomer:
        """Whom the valid form means."""
        known: Person | None = self.cleaned_data["person"]
        return known or Newcomer(self.cleaned_data["name"], self.cleaned_data["github"])

    def said(self) -> dict[str, Any]:
        """What else the verb wants to know."""
        cleaned = self.cleaned_data
        return {
            "statement": cleaned["statement"],
            "category": Category(cleaned["category"]),
            "email": cleaned["email"].lower(),
        }

    @property
    def interest(self) -> tuple[InterestKind, str] | None:
        """What the nominator declares, if anything."""
        kind = self.cleaned_data["interest_kind"]
        return (InterestKind(kind), self.cleaned_data["interest_text"]) if kind else None


class InterestForm(forms.Form):
    """What ties a member to the nominee."""

    kind = interest_kind_field(required=True)
    text = interest_text_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_interest(self, cleaned.get("kind", ""), cleaned.get("text", ""), "text")
        return cleaned

    @property
    def interest(self) -> tuple[InterestKind, str]:
        """What the valid form says."""
        return InterestKind(self.cleaned_data["kind"]), self.cleaned_data["text"]


class AskAgainForm(forms.Form):
    """Where to write to the nominee once more."""

    email = forms.EmailField(
        label="Their e-mail address",
        max_length=254,
        required=False,
        help_text="Shown to the admin who opens the vote. Somebody with a login here is written to at its address, "
        "whatever stands here.",
    )


class CommentForm(forms.Form):
    """One contribution to the discussion."""

    text = forms.CharField(
        label="Comment",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Markdown works.",
        error_messages={"required": "Write something first."},
    )


class EndorseForm(forms.Form):
    """Why a member stands behind the nomination."""

    text = forms.CharField(
        label="Why",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="May stay empty. Markdown works.",
    )
