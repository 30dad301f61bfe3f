"""How often somebody may try something, counted without keeping who it was.

Counts stand in the cache table of the database, so they hold for all processes together. A key there is an HMAC of
action and address under a key that is another one each day (UTC): a reader of the table, or of a backup, cannot tell
who sent a report when. The counts begin anew at midnight.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

# The public allauth.core.ratelimit takes no rates: it reads those of allauth's own actions from ACCOUNT_RATE_LIMITS,
# and its docstring announces its end (65.21). tests/web/test_limits.py holds what these do.
from allauth.core.internal.ratelimit import RateLimitUsage, clear, consume, get_ip
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

#: What every key of a count begins with, ours and allauth's own.
_COUNTS = "allauth:rl:"
_APP = "psrt_portal"
#: Mails of one kind that anybody can cause by typing an address: to one mailbox, and in all. A team has a few dozen
#: people, and gets a few reports a day.
MAILS_TO_ONE = "5/h/key"
MAILS_TO_ALL = "100/h/key"


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Return a key as the cache table holds it (`CACHES["default"]["KEY_FUNCTION"]`)."""
    day = datetime.now(UTC).date() if key.startswith(_COUNTS) else ""
    return salted_hmac(f"web.limits {day}", f"{key_prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def count(request: HttpRequest, *rates: tuple[str, str, str | None]) -> RateLimitUsage | None:
    """Count one try by each of `rates`, an action, its rate and its key; None, and nothing counted, if one is used up.

    A rate is written ``20/h/ip,5/m/ip``, or ``5/h/key`` with a key. A GET does not count. `rollback` of what is
    returned takes the try back.
    """
    counted = RateLimitUsage(usage=[])
    for action, rate, key in rates:
        usage = consume(request, app=_APP, action=action, config={action: rate}, key=key)
        if usage is None:
            counted.rollback()
            return None
        counted.usage += usage.usage
    return counted


def forget(request: HttpRequest, *rates: tuple[str, str, str | None]) -> None:
    """Begin the counts of `rates` anew."""
    for action, rate, key in rates:
        clear(request, app=_APP, action=action, config={action: rate}, key=key)


def network_of(request: HttpRequest) -> str:
    """Return the address of a caller as limits count it: of IPv6 the network of 64 bits, behind TRUSTED_PROXIES."""
    return str(get_ip(request))


def may_mail(kind: str, address: str) -> bool:
    """Count a mail that anybody can cause; return whether it may go out now. One that is held back is logged."""
    nobody = HttpRequest()
    nobody.method = "POST"
    rates = (f"mail-{kind}", MAILS_TO_ONE, _mailbox(address)), (f"mails-{kind}", MAILS_TO_ALL, "")
    if count(nobody, *rates) is not None:
        return True
    logger.warning("a mail (%s) is held back: there were %s to one mailbox or %s to all", kind, *(r[1] for r in rates))
    return False


def _mailbox(address: str) -> str:
    """Return what the variants of an address with a plus have in common."""
    name, _, domain = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"
