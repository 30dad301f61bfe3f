"""The forms of a vote: the ballot, reasons, and the Steering Council's decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.views.decorators.debug import sensitive_variables

from members.people.forms.council import COUNTS, CouncilForm, count_field
from nominations.forms.discussing import REASON_LENGTH
from nominations.models import DecisionKind, Vote
from nominations.policy import obstacle_to_decision_day
from nominations.queries import Voter
from nominations.tally import Base, Choice
from web.wording import in_words

#: What an admin may choose from, in hours, up to `EXTENSION_MAX_HOURS`.
EXTENSIONS = (24.0, 48.0, 72.0, 168.0, 336.0)


class StopForm(forms.Form):
    """The reason for stopping a vote."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The team reads it here, and the Steering Council if the vote had passed. Markdown works.",
        error_messages={"required": "Say why: the team has to be able to judge it."},
    )


class NoteForm(forms.Form):
    """An admin's note on a low turnout."""

    note = forms.CharField(
        label="Note",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Such as holidays, or a mail that did not arrive. Markdown works.",
        error_messages={"required": "Write the note: without it nobody joins by this vote."},
    )


class OpenForm(forms.Form):
    """The admin's word that they open a vote although somebody on its roll cannot sign in; else nothing to fill in."""

    despite = forms.BooleanField(
        help_text="It is recorded with your name and shown beside the result.",
        error_messages={"required": "Tick this to open the vote all the same, or bring them in first."},
    )

    def __init__(self, data: QueryDict | None = None, *, voters: Sequence[Voter]) -> None:
        super().__init__(data)
        #: Who cannot sign in, as the page names them and sends them back: a page may be older than what it says.
        self.unable = [str(voter.person.pk) for voter in voters if voter.obstacle]
        if self.unable:
            label = f"Open it although {len(self.unable)} of {len(voters)} on the roll cannot vote"
            self.fields["despite"].label = label
        else:
            del self.fields["despite"]

    def clean_despite(self) -> bool:
        """Refuse a tick for other people than those who cannot sign in now."""
        if not set(self.unable) <= set(self.data.get("unable", "").split()):
            raise ValidationError(
                "Somebody else cannot sign in since you opened this page. Look at the names above, and send it again."
            )
        return True


class ExtendForm(forms.Form):
    """The length of an extension, and the reason."""

    hours = forms.TypedChoiceField(label="Longer by", coerce=float, error_messages={"required": "Choose by how much."})
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everybody on the roll reads it on the nomination’s page. Markdown works.",
        error_messages={"required": "Say why: everybody on the roll is told."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [hours for hours in EXTENSIONS if hours <= settings.EXTENSION_MAX_HOURS] or [
            settings.EXTENSION_MAX_HOURS
        ]
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            ("", "Choose one"),
            *((f"{hours:g}", in_words(timedelta(hours=hours))) for hours in steps),
        ]


#: Every choice is sent in as many letters, because encryption does not hide how long a request is.
_CHOICE_LENGTH = max(len(choice) for choice in Choice.values)
_PADDING = "."


def padded(choice: str) -> str:
    """Return a choice as the voting page sends it."""
    return choice.ljust(_CHOICE_LENGTH, _PADDING)


class PaddedChoiceField(forms.ChoiceField):
    """A field that takes a choice with or without its padding."""

    @sensitive_variables()
    def to_python(self, value: Any) -> str:
        """Return the choice with its padding; empty for nothing."""
        typed = str(super().to_python(value))
        return padded(typed) if typed else ""


class BallotForm(forms.Form):
    """A ballot: yes, no or abstain; nothing is chosen beforehand."""

    choice = PaddedChoiceField(
        choices=[(padded(value), label) for value, label in Choice.choices],
        widget=forms.RadioSelect,
        label="Your vote",
        error_messages={
            "required": "Choose yes, no or abstain. Nothing was recorded.",
            "invalid_choice": "Choose yes, no or abstain. Nothing was recorded.",
        },
    )

    def explain(self, vote: Vote) -> None:
        """Say beside each choice what it does by the rules of this vote; only a form that is shown needs it."""
        name, rules = vote.nomination.nominee.name, vote.rules_kept
        counts_not = rules.base == Base.YES_NO
        self.fields["choice"].widget.notes = {
            padded(Choice.YES): f"{name} joins if the vote passes and the Steering Council does not veto within "
            f"{rules.veto_window_in_words} of being told.",
            padded(Choice.NO): f"{name} does not join, unless {rules.needed_in_words} are yes all the same.",
            padded(Choice.ABSTAIN): "You take part, and it counts neither for nor against."
            if counts_not
            else "You take part; by the rules of this vote it counts like a no.",
        }

    @sensitive_variables()
    def clean_choice(self) -> Choice:
        """Return the choice without its padding."""
        return Choice(self.cleaned_data["choice"].rstrip(_PADDING))


_WHOSE_VOTES = "How many members of the council. After a veto these are the votes for the veto."
_TALLY_BY_MAIL = "All three, if the mail has them. Otherwise the council member who confirms the veto gives them."


class DecisionForm(CouncilForm):
    """The Steering Council's decision on a nomination; an admin who passes a veto on may leave its tally empty."""

    field_order = ("kind", "decided_on", "link", "reason")

    kind = forms.ChoiceField(
        choices=DecisionKind.choices,
        widget=forms.RadioSelect,
        label="Decision",
        error_messages={"required": "Choose what the Steering Council decided."},
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only the team and the council read it. Markdown works.",
    )
    in_favour = count_field("In favour of this decision", _WHOSE_VOTES)
    against = count_field("Against")

    def __init__(self, *args: Any, vote: Vote, now: datetime, passes_on: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, today=now.date(), **kwargs)
        self.vote, self.now = vote, now
        name = vote.nomination.nominee.name
        if passes_on:
            for count in COUNTS:
                self.fields[count].required = False
            self.fields["in_favour"].help_text = _TALLY_BY_MAIL
            self.fields["kind"].initial = DecisionKind.VETO
            self.fields["kind"].choices = [(DecisionKind.VETO, DecisionKind.VETO.label)]  # type: ignore[attr-defined]
        self.fields["kind"].widget.notes = {
            DecisionKind.NO_VETO: f"The onboarding of {name} begins at once.",
            DecisionKind.VETO: f"From now nobody joins. When a second member of the council confirms it, {name} "
            "does not join; only the team and the council know.",
        }

    def clean_kind(self) -> DecisionKind:
        """Return the kind as its enumeration."""
        return DecisionKind(self.cleaned_data["kind"])

    def clean_decided_on(self) -> date:
        """Refuse a day before the count, and one after the window."""
        day = super().clean_decided_on()
        if obstacle := obstacle_to_decision_day(self.vote.nomination, day, self.now):
            raise ValidationError(obstacle)
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for the whole tally, or for none where it may stay empty; for a possible one, and for a majority."""
        super().clean()
        counts = [self.cleaned_data.get(name) for name in COUNTS]
        if any(count is not None for count in counts) and not any(name in self.errors for name in COUNTS):
            for name, count in zip(COUNTS, counts, strict=True):
                if count is None:
                    self.add_error(name, "Give all three numbers, or none.")
        self.require_majority()
        return self.cleaned_data
