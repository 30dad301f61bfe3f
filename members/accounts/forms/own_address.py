"""The form of allauth by which somebody changes the address of their login, in the portal's words."""

from __future__ import annotations

from allauth.account.forms import AddEmailForm
from django.forms import EmailInput

from web.forms import AddressField


class NewAddressForm(AddEmailForm):  # type: ignore[misc]
    """The address that is to replace the present one once its link is opened."""

    email = AddressField(label="New address", widget=EmailInput(attrs={"autocomplete": "email"}))
