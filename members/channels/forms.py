"""Forms about channels and the accounts in them."""

from __future__ import annotations

from typing import Any

from django import forms

from members.channels.models import Channel
from web.forms import LineField


class ChannelForm(forms.Form):
    """The name of a list, and the instructions for a channel."""

    name = LineField(max_length=80, help_text="As the team calls it, such as “Signal group”.")
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

    contact = LineField(
        required=False,
        max_length=200,
        help_text="Who runs the place and helps when something is wrong there: an address, or a name.",
    )

    def __init__(self, *args: Any, channel: Channel | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channel and not channel.is_list:
            del self.fields["name"]


class AccountForm(forms.Form):
    """The account of one person in one channel."""

    identifier = LineField(label="Account", required=False, max_length=254)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["identifier"]
        field.help_text = f"{channel.traits.account_help} Only admins see it."
        field.validators += channel.traits.validators
