"""Spend the codes of authenticator apps, and store seeds under the newest key."""

from __future__ import annotations

import time
from dataclasses import dataclass

# allauth has no public function that says which step a code belongs to (65.21). tests/members/accounts/test_factors.py
# holds what these do.
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from audit.log import record
from members.accounts.events import AccountEvent
from members.accounts.models import User
from web import keys

#: Steps of 30 seconds before the present one whose code is still taken: the time a slow phone or reader may need
#: (RFC 6238, 5.2).
STEPS_BACK = 1
#: Where an authenticator app's row notes the last step whose code was used, and where rows keep what is encrypted.
_USED_STEP, _SEALED = "used_step", ("secret", "seed")


@transaction.atomic
def spend_code(factor: Authenticator, code: str) -> bool:
    """Return whether a code of an authenticator app may be used now, and let neither it nor an older one in again."""
    factor = Authenticator.objects.select_for_update().get(pk=factor.pk)
    seed = keys.open_factor(factor.data["secret"])
    present = int(time.time()) // app_settings.TOTP_PERIOD
    for step in range(max(present - STEPS_BACK, factor.data.get(_USED_STEP, 0) + 1), present + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(seed, step))):
            factor.data[_USED_STEP] = step
            factor.save(update_fields=["data"])
            return True
    return False


@dataclass(frozen=True)
class Reencrypted:
    """How many seeds of a login were stored anew, and how many no key opens."""

    stored: int
    unreadable: int


@transaction.atomic
def reencrypt_factors(user: User) -> Reencrypted:
    """Store the seeds of `user` under FACTOR_KEY itself, so that a fallback can be removed. Does nothing twice."""
    stored = unreadable = 0
    for factor in Authenticator.objects.select_for_update().filter(user=user).order_by("pk"):
        sealed = {name: factor.data[name] for name in _SEALED if name in factor.data}
        for name, seed in sealed.items():
            if keys.is_under_newest_key(seed):
                continue
            try:
                factor.data[name] = keys.seal_factor(keys.open_factor(seed))
            except keys.UnreadableFactorError:
                unreadable += 1
                continue
            factor.save(update_fields=["data"])
            stored += 1
    if stored:
        record(AccountEvent.FACTORS_REENCRYPTED, target=user, by=None, seeds=stored)
    return Reencrypted(stored, unreadable)
