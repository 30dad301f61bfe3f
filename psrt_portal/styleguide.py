"""Example data for the style guide: every component in every state, with invented content and fixed dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.paginator import Paginator

from nominations.tally import Tally, Verdict

#: The one moment of every example; fixed, so that the page is the same for every reader.
MOMENT = datetime(2099, 9, 3, 9, 12, tzinfo=UTC)
TONES = ("neutral", "accent", "now", "private", "good", "low", "medium", "high", "critical")
BUTTON_TONES = ("primary", "secondary", "private", "danger")
ALERTS = (
    ("info", "An answer waits", "The reporter wrote two days ago."),
    ("now", "The vote closes today", "Nine hours are left, and you have not voted."),
    ("success", "Your ballot is sealed", "You can replace it until the close."),
    ("danger", "Nothing was saved", "Somebody else changed the draft while you wrote."),
    ("private", "Only the team sees this", "Keep it to yourself until the embargo ends."),
)
ICONS = (
    *("shield", "lock", "check", "cross", "circle", "dot", "menu", "down", "left", "right", "search", "clock"),
    *("person", "mail", "copy", "download", "feed", "edit", "note", "warning", "info", "vote", "key", "out"),
    "external",
)
TOKENS = (
    ("Grounds and lines", ("background", "surface", "sunken", "line", "line-strong", "field-line")),
    ("Ink", ("ink", "ink-second", "ink-third")),
    ("What can be done", ("accent", "accent-strong", "accent-soft")),
    ("Now and soon", ("gold", "gold-ink", "gold-soft")),
    ("What must not leave the team", ("private", "private-strong", "private-soft")),
    ("Severity and age", ("critical", "high", "medium", "low")),
)
TEXT = """A member with a *negative* size makes the reader step back.

- Reject such members, or
- update to the version below.

```
python -m tarfile --test archive.tar
```

See <https://example.org/psf-2099-8> and `tarfile.TarFile`.
"""


@dataclass(frozen=True)
class Year:
    """A bar of the chart."""

    year: int
    count: int


class ExampleForm(forms.Form):
    """A form with a field of every kind."""

    #: Elsewhere a form with errors takes the focus.
    stays_put = True

    summary = forms.CharField(
        label="Summary", max_length=60, help_text="One line, so that the team can tell your report from others."
    )
    project = forms.ChoiceField(
        label="Project", choices=[("", "Choose one"), ("cpython", "CPython"), ("pip", "pip")], required=False
    )
    description = forms.CharField(
        label="What happens",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What goes wrong, and where in the code. Plain text, please.",
    )
    script = forms.CharField(
        label="How to see it",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"}),
    )
    decided_on = forms.DateField(
        label="Decided on", widget=forms.DateInput(attrs={"type": "date"}), help_text="The day in UTC."
    )
    choice = forms.ChoiceField(
        label="Your vote",
        choices=[("yes", "Yes"), ("no", "No"), ("abstain", "Abstain")],
        widget=forms.RadioSelect,
        help_text="You can replace it until the close.",
    )
    channels = forms.MultipleChoiceField(
        label="Channels",
        choices=[("list", "Mailing list"), ("chat", "Chat")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(
        label="I keep what I read to myself",
        help_text="Until the embargo ends.",
        error_messages={"required": "Without this the report stays closed."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notes = {
            "yes": "Nora joins, unless the Steering Council vetoes within seven days.",
            "no": "Somebody does not join, unless two thirds are yes all the same.",
            "abstain": "Counts as taking part, not towards the two thirds.",
        }
        self.fields["choice"].widget.notes = notes

    def clean(self) -> dict[str, Any]:
        """Add an error to the whole form where a field has one."""
        cleaned = super().clean() or {}
        if self.errors:
            self.add_error(None, "Nothing was sent yet.")
        return cleaned


class CrispyForm(forms.Form):
    """A form that brings its own tag and button."""

    name = forms.CharField(label="Name of this key", disabled=True, initial="Blue key", help_text="Cannot be changed.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_method = "get"


def _steps(*states: str) -> list[dict[str, str]]:
    labels = ("Received", "Triage", "Vulnerability", "Remediation", "Published")
    notes = ("3 September 2099", "4 September 2099", "", "", "")
    return [
        {"label": label, "note": note, "state": state} for label, note, state in zip(labels, notes, states, strict=True)
    ]


def context() -> dict[str, Any]:
    """Return the context of `styleguide.html`."""
    pages = Paginator(range(90), 30)
    typed = {"summary": "Reading a crafted archive " * 3, "choice": "perhaps"}
    invalid = ExampleForm({f"wrong-{name}": value for name, value in typed.items()}, prefix="wrong")
    return {
        "tokens": TOKENS,
        "icons": ICONS,
        "tones": TONES,
        "button_tones": BUTTON_TONES,
        "alerts": ALERTS,
        "moment_example": MOMENT,
        "text": TEXT,
        "steps": _steps("done", "done", "done", "current", "todo"),
        "last_steps": _steps("done", "done", "done", "done", "current"),
        "form": ExampleForm(),
        "invalid": invalid,
        "crispy_form": CrispyForm(),
        "pages": [pages.page(1), pages.page(2), pages.page(3)],
        "years": [Year(2084 + index, count) for index, count in enumerate((7, 10, 7, 3, 6, 3, 7, 0, 10, 11, 8, 17, 8))],
        "verdicts": [Verdict(Tally(*counts)) for counts in ((21, 10, 2), (20, 11, 0), (3, 0, 0), (0, 0, 4))],
    }
