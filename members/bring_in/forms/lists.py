"""The form of a list of people, pasted or uploaded."""

from __future__ import annotations

from typing import Any

from django import forms

from members.accounts.forms.inviting import EVIDENCE_MOST
from members.bring_in.pasted import MOST_LINES, ListLine, read
from web.forms import LineField, TextFileField

#: In bytes and characters: more than 50 long lines.
_MOST = 100_000
#: Between what a line says and the slug of whom the reader means by it.
_MEANS = " = "


class ListForm(forms.Form):
    """A list as text or as a file, and how its addresses are known."""

    text = forms.CharField(
        label="Paste a list",
        max_length=_MOST,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
        help_text="One person a line: GitHub name, address, since, role, authority, how the address is known. Only the "
        "first is needed. A first row of titles may give another order.",
    )
    file = TextFileField(
        label="Or choose a file",
        most=_MOST,
        too_large="This file is larger than 100 kB, which is more than a list of people.",
        help_text="CSV or text from Excel, Numbers, GitHub or Mailman: commas, semicolons or tabs.",
    )
    evidence = LineField(
        label="How you know these addresses",
        max_length=EVIDENCE_MOST,
        required=False,
        help_text="For the lines that do not say it themselves. The second admin reads it beside each address: "
        "“subscribed to the list with it since 2019”.",
    )
    matched = forms.CharField(required=False, max_length=_MOST, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Require one of text and file, with lines and not too many; what the file says stands in the box from then."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["file"]:
            if cleaned["text"].strip():
                self.add_error("file", "Paste a list or choose a file, not both. Empty the box to take the file.")
                return cleaned
            cleaned["text"] = cleaned["file"]
            self.data = {**dict(self.data.items()), "text": cleaned["text"]}
        lines = read(cleaned["text"])
        if not lines:
            self.add_error("text", "Paste at least one line, or choose a file.")
        elif len(lines) > MOST_LINES:
            self.add_error("text", f"At most {MOST_LINES} people at once; these are {len(lines)}.")
        return cleaned

    @property
    def lines(self) -> list[ListLine]:
        """Return the lines of the valid form."""
        return read(self.cleaned_data["text"])

    @property
    def matches(self) -> dict[str, str]:
        """Return, for what a line of the valid form says, the slug of the person whom the reader means by it."""
        rows = self.cleaned_data["matched"].splitlines()
        return dict(row.rsplit(_MEANS, 1) for row in rows if _MEANS in row)

    def match(self, row: str) -> None:
        """Add one match, as the button beside an offer sends it."""
        rows = [*self.cleaned_data["matched"].splitlines(), row]
        self.cleaned_data["matched"] = "\n".join(rows)
        self.data = {**dict(self.data.items()), "matched": self.cleaned_data["matched"]}
