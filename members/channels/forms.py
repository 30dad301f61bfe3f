"""Forms about channels and the accounts in them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from members.channels.models import Channel, ChannelKind


class ChannelForm(forms.Form):
    """The name of a list, and the instructions for a channel."""

    name = forms.CharField(max_length=80, help_text="As the team calls it, such as “Signal group”.")
    to_let_in = forms.CharField(
        label="To give access",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What an admin does when somebody joins; the onboarding checklist shows it. Markdown works.",
    )
    to_let_out = forms.CharField(
        label="To take access away",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What an admin does when somebody leaves; the offboarding checklist shows it.",
    )

    def __init__(self, *args: Any, channel: Channel | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channel and channel.kind != ChannelKind.LIST:
            del self.fields["name"]


_HELP = {
    ChannelKind.MAILMAN: "The address that is subscribed. Empty: the address they sign in with.",
    ChannelKind.DISCORD: "The number of their account, 17 to 20 digits (“Copy User ID” in Discord), not the name.",
    ChannelKind.LIST: "The address or name that is on the list. Empty: the address they sign in with, or their name.",
}


class AccountForm(forms.Form):
    """The account of one person in one channel."""

    identifier = forms.CharField(label="Account", required=False, max_length=254)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = ChannelKind(channel.kind)
        self.fields["identifier"].help_text = f"{_HELP[self.kind]} Only admins see it."

    def clean_identifier(self) -> str:
        """Return the identifier if it has the form of the channel's accounts, or is empty."""
        typed = str(self.cleaned_data["identifier"]).strip()
        if typed and self.kind == ChannelKind.MAILMAN:
            validate_email(typed)
        if typed and self.kind == ChannelKind.DISCORD and not re.fullmatch("[0-9]{1,20}", typed):
            raise ValidationError("Write the number of the account: digits only.")
        return typed
