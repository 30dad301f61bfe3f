"""The form that records a decision of the Steering Council on somebody."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from members.people.forms.council import COUNTS, NO_MAJORITY, CouncilForm, abstained_field, count_field
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.council import obstacle_to_tally
from members.people.tally import CouncilTally
from nominations import queries
from nominations.forms.discussing import REASON_LENGTH
from nominations.models import CouncilDecision, Resolution, ResolutionKind

#: What each decision does, when it has carried and takes effect.
_NOTES = {
    ResolutionKind.DESIGNATE_ADMIN: "They open votes, invite people and see to undelivered mail.",
    ResolutionKind.RELEASE_ADMIN: "They stay a member. At least two admins have to be left.",
    ResolutionKind.REMOVE_MEMBER: "Their access ends at once, and with it the role of an admin. "
    "They leave this team; a place on the core team is another matter.",
    ResolutionKind.RETURN_MEMBER: "Their onboarding begins, without a vote. "
    "They are a member again when access is complete.",
}


def _kinds() -> list[tuple[str, str]]:
    """Return the choices; coming back is one only where this portal's rule leaves it to the council."""
    closed = set() if settings.RETURN_BY_DECISION else {ResolutionKind.RETURN_MEMBER}
    return [(kind.value, kind.label) for kind in ResolutionKind if kind not in closed]


class _ConcernedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of people, each with their standing."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.standing})"


class ResolutionForm(CouncilForm):
    """One decision; one that did not carry is recorded as well."""

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
    is_public = forms.BooleanField(
        label="The decision is public",
        required=False,
        initial=True,
        help_text="Public pages then show where it is written, as the source of the role of an admin. The council "
        "decides in public whenever that is possible (PEP 13). How a membership ended is never public.",
    )

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        now: datetime,
        corrects: Resolution | None = None,
        suggested: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, today=now.date(), initial=_as_typed(corrects) if corrects else None, **kwargs)
        self.corrects = corrects
        self.fields["link"].help_text += " For what the council has delegated, name the delegation."
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        self.fields["kind"].widget.notes = {kind.value: note for kind, note in _NOTES.items()}
        self.fields["person"].queryset = queries.people_to_decide_on(actor, now)  # type: ignore[attr-defined]
        if suggested and not self.is_bound:
            self.initial.update(self._choosable(suggested))

    def _choosable(self, suggested: Mapping[str, str]) -> dict[str, Any]:
        """Return the kind and the person that a link to this form suggests, each only if it can be chosen here."""
        chosen = {}
        for name in ("kind", "person"):
            with suppress(ValidationError):
                chosen[name] = self.fields[name].clean(suggested.get(name, ""))
        return chosen

    def clean_kind(self) -> ResolutionKind:
        """Return the kind as its enumeration."""
        return ResolutionKind(self.cleaned_data["kind"])

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb, with the record that this one corrects."""
        return {**super().arguments, "corrects": self.corrects}


def _as_typed(resolution: Resolution) -> dict[str, Any]:
    """Return a mistaken record as somebody typed it: a correction begins with it."""
    names = ("kind", "person", "decided_on", "link", "in_favour", "against", "abstained", "reason", "is_public")
    return {name: getattr(resolution, name) for name in names}


class AnswerForm(forms.Form):
    """The word of another seat on a recorded decision: confirmed, or stopped with a reason."""

    on_objection = "It does not take effect. Say why below; council, admins and the person concerned are told."

    answer = forms.ChoiceField(
        label="Is this what the council decided?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one. Nothing has changed."},
    )
    objection = forms.CharField(
        label="Reason for an objection",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only the council and the admins read it. Markdown works.",
    )

    def __init__(self, *args: Any, effect: str, may_confirm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("confirm", "Yes, confirm it")] if may_confirm else []
        self.fields["answer"].choices = [*choices, ("object", "No, object")]  # type: ignore[attr-defined]
        self.fields["answer"].widget.notes = {
            "confirm": f"{effect} Everybody on the team is told.",
            "object": self.on_objection,
        }

    def clean(self) -> dict[str, Any]:
        """Ask for a reason with an objection, and for none with a confirmation: nobody would read it."""
        cleaned = super().clean() or {}
        objects, reason = cleaned.get("answer") == "object", cleaned.get("objection", "")
        if objects and not reason and "objection" not in self.errors:
            self.add_error("objection", "Say why: the others have to be able to judge it.")
        if cleaned.get("answer") == "confirm" and reason:
            self.add_error("objection", "Leave this empty to confirm, or choose to object.")
        return cleaned


class VetoAnswerForm(AnswerForm):
    """The word of another seat on a recorded veto, with the tally of one that came by mail without it."""

    on_objection = "The veto falls, and the person who recorded it cannot record another one here. Say why below."

    def __init__(self, *args: Any, decision: CouncilDecision, may_confirm: bool, **kwargs: Any) -> None:
        super().__init__(*args, may_confirm=may_confirm, **kwargs)
        self.decision = decision
        self.fields["objection"].help_text = "Only the team and the council read it. Markdown works."
        if may_confirm and decision.tally is None:
            self.fields["in_favour"] = count_field("For the veto", "To confirm it, give all three.", required=False)
            self.fields["against"] = count_field("Against", required=False)
            self.fields["abstained"] = abstained_field(required=False)
            self.order_fields(["answer", *COUNTS, "objection"])

    @property
    def tally(self) -> CouncilTally | None:
        """The three numbers; None unless all were asked for and given."""
        counts = [self.cleaned_data.get(name) for name in COUNTS]
        return None if None in counts else CouncilTally(*counts)  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        """Ask for a possible tally that carries the veto with a confirmation, where none was recorded."""
        cleaned = super().clean()
        if cleaned.get("answer") != "confirm" or "in_favour" not in self.fields:
            return cleaned
        missing = [name for name in COUNTS if cleaned.get(name) is None and name not in self.errors]
        for name in missing:
            self.add_error(name, self.fields[name].error_messages["required"])
        if self.tally is not None:
            obstacle = obstacle_to_tally(self.tally, self.decision.decided_on)
            if obstacle or not self.tally.carries:
                self.add_error("in_favour", obstacle or NO_MAJORITY)
        return cleaned
