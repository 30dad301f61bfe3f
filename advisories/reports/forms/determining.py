"""The forms in which a member says what a report is, and how a forwarding ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from advisories.reports.determinations import KINDS, DeterminationKind
from advisories.reports.enums import PUBLIC_ISSUE, Determination, ForwardOutcome
from advisories.reports.forms.fields import box, line
from advisories.reports.models import Report
from members.people.policy import Actor
from web.forms import WebAddressField


def _issue() -> WebAddressField:
    return WebAddressField(
        label="Public issue",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Open it first, then paste its address. It says nothing about this report: no CVE ID, no name, no "
        "“exploit”.",
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )


@dataclass(frozen=True)
class KindChoice:
    """One kind on the decision page: its radio button, what it means, and the fields that only it needs."""

    value: str
    label: str
    id: str
    kind: DeterminationKind
    control: SafeString
    needs: list[BoundField]


#: The field that a kind cannot do without, and the sentence where it is missing.
_NEEDS: dict[Determination, tuple[str, str]] = {
    **{kind: (f"issue_{kind.value}", "Open the public issue first, and name it here.") for kind in PUBLIC_ISSUE},
    Determination.DUPLICATE: ("duplicate_of", "Say which report it repeats."),
    Determination.FORWARDED: ("forwarded_to", "Say to whom it was forwarded."),
}


class DetermineForm(forms.Form):
    """The determination, with what its kind needs, a message to the reporter and a reason for the team."""

    determination = forms.ChoiceField(
        choices=Determination.choices, widget=forms.RadioSelect, error_messages={"required": "Choose what it is."}
    )
    issue_hardening = _issue()
    issue_ordinary_bug = _issue()
    issue_prerelease = _issue()
    duplicate_of = line("Original", "The number of the report that it repeats.", most=20, required=False)
    forwarded_to = line("Forwarded to", "The maintainers or the team that it went to.", required=False)
    message = box(
        "Message to the reporter",
        "They read it on their page, ten minutes after this at the earliest.",
        rows=4,
        required=False,
    )
    reason = box("Reason, for the team", "An internal note. The reporter never sees it.", rows=2, required=False)

    def __init__(self, *args: Any, report: Report, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.actor = report, actor

    @property
    def kinds(self) -> Iterator[KindChoice]:
        """Yield every kind with its button, in the order in which they are offered."""
        for choice in self["determination"]:
            value = Determination(str(choice.data["value"]))
            choice.data["attrs"]["aria-describedby"] = f"{choice.id_for_label}_note"
            needs = [self._needed(_NEEDS[value][0])] if value in _NEEDS else []
            yield KindChoice(value, value.label, choice.id_for_label, KINDS[value], choice.tag(), needs)

    def _needed(self, name: str) -> BoundField:
        """Return the field as one that has to be filled in: it is shown where its kind is chosen, and only there."""
        self.fields[name].required = True
        return self[name]

    def clean_duplicate_of(self) -> Report | None:
        """Return the original, as far as the member may see it."""
        reference: str = self.cleaned_data["duplicate_of"]
        if not reference or self.cleaned_data.get("determination") != Determination.DUPLICATE:
            return None
        original = Report.objects.visible_to(self.actor).filter(reference=reference.upper()).first()
        if original is None:
            raise ValidationError("There is no report with this reference.")
        return original

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind cannot do without; a message goes with every kind but a discard."""
        cleaned = super().clean() or {}
        chosen = cleaned.get("determination")
        for kind, (name, _) in _NEEDS.items():
            if kind != chosen:  # left in a box that is closed
                self.errors.pop(name, None)
                cleaned[name] = None if kind is Determination.DUPLICATE else ""
        if chosen in _NEEDS:
            name, sentence = _NEEDS[Determination(chosen)]
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if chosen == Determination.DISCARDED and cleaned.get("message"):
            self.add_error(
                "message", "A report that is discarded gets no reply. Empty this box, or choose another kind."
            )
        return cleaned

    @property
    def kind(self) -> Determination:
        """Return the kind, once the form is valid."""
        return Determination(self.cleaned_data["determination"])

    @property
    def details(self) -> dict[str, Any]:
        """Return what goes with it, once the form is valid."""
        names = ("duplicate_of", "forwarded_to", "message", "reason")
        issue = self.cleaned_data[f"issue_{self.kind.value}"] if self.kind in PUBLIC_ISSUE else ""
        return {"public_issue": issue, **{name: self.cleaned_data[name] for name in names}}


class EndForwardForm(forms.Form):
    """How a forwarding ended."""

    outcome = forms.ChoiceField(choices=ForwardOutcome.choices, widget=forms.RadioSelect, label="How it ended")
    message = DetermineForm.base_fields["message"]
    reason = DetermineForm.base_fields["reason"]
