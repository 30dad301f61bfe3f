"""What people type into this app."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from members.models import Person
from members.policy import Actor
from members.roster_file import GITHUB_NAME
from nominations.models import Category, DecisionKind, Nomination, Vote
from nominations.tally import Choice
from nominations.workflow import Newcomer

#: Long enough for any case that a colleague will read, short enough to be read.
STATEMENT_LENGTH = 10_000
REASON_LENGTH = 4_000


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
    statement = forms.CharField(
        label="Why this person",
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What you have seen of their work, and why you trust them with embargoed reports. Members read it, "
        "and the Steering Council if the vote passes; nobody else ever does. Markdown works.",
        error_messages={"required": "Say why: this is what the members decide on."},
    )

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now = actor, now
        self.fields["person"].queryset = eligible_people(actor, now)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_github(self) -> str:
        github = str(self.cleaned_data["github"]).removeprefix("@")
        if github and not GITHUB_NAME.match(github):
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
        return cleaned

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


class BallotForm(forms.Form):
    """Yes, no or abstain; nothing is chosen beforehand."""

    choice = forms.ChoiceField(
        choices=Choice.choices,
        widget=forms.RadioSelect,
        label="Your vote",
        error_messages={
            "required": "Choose yes, no or abstain. Nothing was recorded.",
            "invalid_choice": "Choose yes, no or abstain. Nothing was recorded.",
        },
    )

    def __init__(self, *args: Any, vote: Vote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        window = vote.rules_kept.veto_window_in_words
        self.fields["choice"].widget.notes = {
            Choice.YES: f"{vote.nomination.nominee.name} joins, unless the Steering Council vetoes within {window} "
            "of the close.",
            Choice.NO: "Each no needs two yes votes against it.",
            Choice.ABSTAIN: "Counts as taking part, not towards the two thirds.",
        }

    @sensitive_variables()
    def clean_choice(self) -> Choice:
        return Choice(self.cleaned_data["choice"])


class DecisionForm(forms.Form):
    """The Steering Council's decision, as one of its members records it."""

    kind = forms.ChoiceField(
        choices=DecisionKind.choices,
        widget=forms.RadioSelect,
        label="Decision",
        error_messages={"required": "Choose what the Steering Council decided."},
    )
    decided_on = forms.DateField(
        label="Decided on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text="The day in UTC, such as 2026-11-22.",
        error_messages={"invalid": "Write the day as year-month-day, such as 2026-11-22."},
    )
    link = forms.URLField(
        label="Link",
        max_length=200,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text="Where the council has written its decision down.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only the team and the council read it.",
    )

    def __init__(self, *args: Any, vote: Vote, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vote, self.now = vote, now
        self.fields["kind"].widget.notes = {
            DecisionKind.NO_VETO: f"{vote.nomination.nominee.name} becomes a member at once.",
            DecisionKind.VETO: f"{vote.nomination.nominee.name} does not join. Only the team and the council know.",
        }

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > self.now.date():
            raise ValidationError("This day is still to come.")
        if self.vote.closed_at is not None and day < self.vote.closed_at.date():
            raise ValidationError(
                "On this day the vote had not closed yet; the council decides on a passed nomination."
            )
        return day

    def clean_kind(self) -> DecisionKind:
        return DecisionKind(self.cleaned_data["kind"])
