"""Forms of drift checks: a pasted list, and the changes to make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members.drift import pasted
from members.drift.models import ChangeAct
from members.drift.pages.sentences import account_link, caution_about, change_as_text
from members.drift.pages.strangers import Stranger, strangers_in
from members.drift.queries.plans import ChannelPlan, Proposal
from web.forms import TextFileField

_MAX_BYTES = 500_000


#: Ticked from the start: what only lets somebody in, or follows an account whose number is known.
_TICKED = {ChangeAct.ADD, ChangeAct.RENAME}


class PasteForm(forms.Form):
    """A list as text, or as a file."""

    text = forms.CharField(
        label="The list",
        required=False,
        max_length=_MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="One address or name a line. A table works too: commas, semicolons or tabs between the columns.",
    )
    file = TextFileField(
        label="Or a file",
        most=_MAX_BYTES,
        too_large="This file is larger than half a megabyte.",
        help_text="CSV or text from Excel, Numbers, GitHub or Mailman, instead of the text above.",
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two, and a list that can be read."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if bool(cleaned["text"].strip()) == bool(cleaned["file"]):
            raise ValidationError("Paste the list, or choose a file: one of the two.")
        field = "file" if cleaned["file"] else "text"
        listed = pasted.read(cleaned[field])
        if listed.faults:
            self.add_error(field, [ValidationError(fault) for fault in listed.faults[:20]])
        elif not listed.accounts:
            self.add_error(field, "There is no address or name in it.")
        return cleaned

    @property
    def content(self) -> str:
        """Return the list, pasted or uploaded."""
        return str(self.cleaned_data["file"] or self.cleaned_data["text"])


class ApplyForm(forms.Form):
    """The changes of a dry run, one box each, by channel."""

    def __init__(self, *args: Any, plan: list[ChannelPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strangers = strangers_in([part.reading for part in plan])
        for part in plan:
            if part.proposals:
                self.fields[f"channel_{part.reading.channel_id}"] = _field(part, strangers[part.reading.pk])

    def clean(self) -> dict[str, Any]:
        """Require at least one change."""
        cleaned = super().clean() or {}
        if not self.errors and not self.findings:
            raise ValidationError("Tick at least one change.")
        return cleaned

    @property
    def findings(self) -> list[int]:
        """Return the keys of the findings that are ticked."""
        return [int(value) for name in self.fields for value in self.cleaned_data.get(name, [])]


class LookForm(forms.Form):
    """The ticks of an admin who has looked at the accounts of which only the name says whose they are."""

    def __init__(self, *args: Any, proposals: Sequence[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for proposal in proposals:
            if proposal.needs_look:
                finding = proposal.finding
                self.fields[f"looked_{finding.pk}"] = forms.BooleanField(
                    label=f"I have looked at {finding.shown}, number {finding.identifier}: it is {finding.person}’s",
                    help_text=account_link(finding),
                    error_messages={"required": "Look at the account first, and tick this if it is theirs."},
                )

    @property
    def looked_at(self) -> list[int]:
        """Return the keys of the findings that are ticked."""
        return [int(name.removeprefix("looked_")) for name, ticked in self.cleaned_data.items() if ticked]


class _Boxes(forms.MultipleChoiceField):
    """Boxes of which none has to be ticked, and which all the same are no optional question."""

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


def _field(part: ChannelPlan, strangers: list[Stranger]) -> forms.MultipleChoiceField:
    owners = {stranger.finding.pk: stranger.owner for stranger in strangers}
    field = _Boxes(
        label=part.reading.channel.name,
        choices=[(proposal.finding.pk, _label(proposal)) for proposal in part.proposals],
        initial=[
            proposal.finding.pk for proposal in part.proposals if proposal.act in _TICKED and not proposal.needs_look
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=part.refusal,
        error_messages={"invalid_choice": "One of these changes is ordered already. Look again."},
    )
    field.widget.notes = {
        str(proposal.finding.pk): caution_about(proposal.act, proposal.finding, owners.get(proposal.finding.pk))
        for proposal in part.proposals
    }
    return field


def _label(proposal: Proposal) -> str:
    return change_as_text(proposal.act, proposal.finding)
