"""What a Steering Council member types to record what the council decided on somebody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Case, Q, QuerySet, Value, When

from members.people.forms.council import CouncilForm
from members.people.models import Person, RoleKind
from members.people.policy import Actor
from nominations.forms.proposing import REASON_LENGTH
from nominations.models import ResolutionKind

#: What each decision does, when it carries.
_NOTES = {
    ResolutionKind.DESIGNATE_ADMIN: "From today they open votes, invite people and see to undelivered mail.",
    ResolutionKind.RELEASE_ADMIN: "They stay a member. At least two admins have to be left.",
    ResolutionKind.REMOVE_MEMBER: "Their access ends at once, and with it the role of an admin. "
    "The public roster shows them no longer.",
    ResolutionKind.RETURN_MEMBER: "Their onboarding begins today, without a vote. "
    "They are a member again when access is complete.",
}


def _kinds() -> list[tuple[str, str]]:
    """Coming back is offered only where this portal's rule leaves it to the council."""
    closed = set() if settings.RETURN_BY_DECISION else {ResolutionKind.RETURN_MEMBER}
    return [(kind.value, kind.label) for kind in ResolutionKind if kind not in closed]


def _concerned(actor: Actor, day: date) -> QuerySet[Person]:
    """Members without `actor`, and emeriti where the council can let them come back, each with what they are."""
    members = Person.objects.members(day).values("pk")
    admins = Person.objects.holding(RoleKind.ADMIN, day).values("pk")
    emeriti = Person.objects.emeritus(day) if settings.RETURN_BY_DECISION else Person.objects.none()
    found = Person.objects.filter(Q(pk__in=members) | Q(pk__in=emeriti.values("pk")))
    standing = Case(
        When(pk__in=members, then=Case(When(pk__in=admins, then=Value("admin")), default=Value("member"))),
        default=Value("emeritus"),
    )
    oneself = [actor.person.pk] if actor.person else []
    return found.exclude(pk__in=oneself).annotate(standing=standing)


class _ConcernedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People, each with what they are."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.standing})"


class ResolutionForm(CouncilForm):
    """What was decided, on whom, and why; one that did not carry is recorded as well."""

    field_order = ("kind", "person")

    kind = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the Steering Council decided on."},
    )
    person = _ConcernedField(
        queryset=Person.objects.none(),
        label="Person",
        empty_label="Choose one",
        help_text="You yourself are not in the list: a decision on you is recorded by another council member.",
        error_messages={
            "required": "Choose whom the decision is about.",
            "invalid_choice": "Choose somebody from the list; you yourself are not in it.",
        },
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only the team and the council read it. Markdown works.",
    )

    def __init__(self, *args: Any, actor: Actor, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, today=now.date(), **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        self.fields["kind"].widget.notes = {kind.value: note for kind, note in _NOTES.items()}
        self.fields["person"].queryset = _concerned(actor, self.today)  # type: ignore[attr-defined]

    def clean_kind(self) -> ResolutionKind:
        return ResolutionKind(self.cleaned_data["kind"])
