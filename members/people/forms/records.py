"""Forms of the admins about people, their memberships and their roles."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.people.models import MembershipEnded, Person, Precision, RoleKind, Span
from members.people.queries.people import obstacle_to_addition, obstacle_to_github, obstacle_to_name
from web.forms import GitHubNameField, LineField, NameField

AUTHORITY_HELP = "The decision, vote or document it rests on: a link, or a few words that somebody finds again."


_RECORDABLE = [kind for kind in RoleKind if kind not in {RoleKind.ADMIN, RoleKind.STEERING_COUNCIL}]


def day_field(label: str, help_text: str = "") -> forms.DateField:
    """Return a field for a calendar day in UTC that may stay empty."""
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def precision_field(label: str) -> forms.ChoiceField:
    """Return a field for how well a day is known."""
    return forms.ChoiceField(
        label=label,
        choices=Precision.choices,
        required=False,
        help_text="Below the day, pages show only what is known.",
    )


class PersonForm(forms.Form):
    """The name and GitHub name of a person."""

    name = NameField(help_text="As they write it themselves.")
    github = GitHubNameField(required=False, help_text="An earlier name is kept with the day it changed.")
    is_namesake = forms.BooleanField(
        label="They are two people",
        required=False,
        help_text="Tick this if you know both of them. The other admins and the council are told of a changed name.",
    )

    def __init__(
        self, *args: Any, today: date, person: Person | None = None, is_own: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.obstacles = self._obstacles(today, person) if self.is_bound else {}
        if is_own or not self.obstacles:
            del self.fields["is_namesake"]

    def _obstacles(self, today: date, person: Person | None) -> dict[str, str]:
        """Return why the name or the GitHub name may be somebody else's, by field."""
        name, github = (self._typed(field) for field in ("name", "github"))
        found = {
            "name": self._obstacle_to_name(name, today, person),
            "github": obstacle_to_github(github, besides=person) if github != (person and person.github) else "",
        }
        return {field: sentence for field, sentence in found.items() if sentence}

    def _obstacle_to_name(self, name: str, today: date, person: Person | None) -> str:
        if not name or name == (person and person.name):
            return ""
        return obstacle_to_name(name, today, besides=person) or ("" if person else obstacle_to_addition(name))

    def _typed(self, field: str) -> str:
        try:
            return str(self.fields[field].clean(self.data.get(field)))
        except ValidationError:
            return ""

    def clean(self) -> dict[str, Any]:
        """Refuse a name that somebody else has, and a former GitHub name, until the box says they are two."""
        cleaned = super().clean() or {}
        if not cleaned.get("is_namesake"):
            for field, sentence in self.obstacles.items():
                self.add_error(field, sentence)
        return cleaned


class _SpanForm(forms.Form):
    """Days of a period, each with how well it is known."""

    @property
    def span(self) -> Span:
        """Return the days of the valid form."""
        cleaned = self.cleaned_data
        return Span(
            since=cleaned.get("since"),
            since_precision=Precision(cleaned.get("since_precision") or Precision.DAY),
            until=cleaned.get("until"),
            until_precision=Precision(cleaned.get("until_precision") or Precision.DAY),
        )


class MembershipForm(_SpanForm):
    """A membership that is over."""

    since = day_field("From", "Leave it empty when nobody knows.")
    since_precision = precision_field("The first day is known")
    until = day_field("Until", "The first day on which it no longer held. Leave it empty when nobody knows.")
    until_precision = precision_field("The last day is known")
    ended = forms.ChoiceField(
        label="It ended as",
        choices=[choice for choice in MembershipEnded.choices if choice[0] != MembershipEnded.MEMORIAM],
        help_text="That somebody has died is recorded on their page, by two people.",
    )
    authority = LineField(label="It began by", max_length=300, required=False, help_text=AUTHORITY_HELP)
    end_authority = LineField(label="It ended by", max_length=300, required=False, help_text=AUTHORITY_HELP)


class CorrectionForm(_SpanForm):
    """Better days for a membership; one that runs has no last day here."""

    since = day_field("From", "Leave it empty when nobody knows.")
    since_precision = precision_field("The first day is known")
    until = day_field("Until", "The first day on which it no longer held. Leave it empty when nobody knows.")
    until_precision = precision_field("The last day is known")
    authority = LineField(label="It began by", max_length=300, required=False, help_text=AUTHORITY_HELP)

    def __init__(self, *args: Any, runs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if runs:
            del self.fields["until"], self.fields["until_precision"]


class RoleForm(_SpanForm):
    """A role that somebody holds or held."""

    kind = forms.ChoiceField(
        label="Role",
        choices=[(kind.value, kind.label) for kind in _RECORDABLE],
        help_text="Admins and the Steering Council are not here: the council designates admins by a recorded decision, "
        "and the people who run the server record an election.",
    )
    since = day_field("From", "Leave it empty when nobody knows.")
    since_precision = precision_field("The first day is known")
    until = day_field("Until", "The first day without it. Leave it empty while the role is held.")
    is_over = forms.BooleanField(
        label="It is over, and nobody knows since when", required=False, help_text="Only without a last day above."
    )
    authority = LineField(label="It rests on", max_length=300, help_text="A release PEP, or another document: a link.")


class EndRoleForm(forms.Form):
    """The document on which the end of a role rests."""

    authority = LineField(label="It ends by", max_length=300, help_text=AUTHORITY_HELP)


class SearchForm(forms.Form):
    """Part of a name."""

    q = LineField(label="Name or GitHub name", max_length=100, required=False)


def initial_of(person: Person) -> dict[str, Any]:
    """Return the initial values of the form about a person."""
    return {"name": person.name, "github": person.github}


def first_day(today: date) -> dict[str, Any]:
    """Return the initial values of a form about something that begins today."""
    return {"since": today}
