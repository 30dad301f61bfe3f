"""The form of one's own notifications: how soon the mail of each topic comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from notifications.enums import Rhythm, Topic


class ChoicesForm(forms.Form):
    """One choice for each topic that has one."""

    def __init__(self, *args: Any, possible: Mapping[Topic, Sequence[Rhythm]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic, rhythms in possible.items():
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=[(rhythm.value, rhythm.label) for rhythm in rhythms],
                widget=forms.RadioSelect,
            )

    @property
    def wanted(self) -> dict[Topic, Rhythm]:
        """The choices of a valid form."""
        return {Topic(name): Rhythm(value) for name, value in self.cleaned_data.items()}
