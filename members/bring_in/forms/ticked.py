"""The form of what a second person does with addresses that wait."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms


class TickedForm(forms.Form):
    """The addresses that a second person ticked."""

    address = forms.TypedMultipleChoiceField(
        label="Addresses",
        coerce=UUID,
        error_messages={
            "required": "Tick at least one address.",
            "invalid_choice": "One of these no longer waits: somebody has decided on it, or named another address.",
        },
    )

    def __init__(self, *args: Any, waiting: list[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].choices = [(str(pk), str(pk)) for pk in waiting]  # type: ignore[attr-defined]
