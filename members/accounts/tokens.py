"""The token in a link that resets a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetToken(PasswordResetTokenGenerator):
    """A token that ends with the password, the address and a sign-in, as Django's does, and with the access.

    A link that was asked for before a suspension is void after it as well.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        suspensions = user.person.suspensions.count()
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{suspensions}"
