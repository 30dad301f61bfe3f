"""The reporter's private link: a signed pair of report and nonce. Nothing in the database can be used as one."""

from __future__ import annotations

import re
from uuid import UUID

from django.urls import reverse

from advisories.reports.doors import LinkHolder
from advisories.reports.models import Report
from web import signed_links

_SALT = "advisories.link"
#: The report's id and the nonce, before the signature.
_PAIR = re.compile(r"([0-9a-f]{32})([A-Za-z0-9_-]{16})")


def token_of(report: Report) -> str:
    """Return the secret part of the link."""
    return signed_links.sign(f"{report.pk.hex}{report.link_nonce}", salt=_SALT)


def path_of(report: Report) -> str:
    """Return the address of the reporter's page, without scheme and host."""
    return reverse("intake:follow", args=[token_of(report)])


def read(token: str) -> LinkHolder | None:
    """Return the holder of a link with this token; None for one that the portal did not make.

    Says nothing about whether the link is still in force: that is for the door to say.
    """
    pair = signed_links.read(token, _PAIR, salt=_SALT)
    return LinkHolder(UUID(hex=pair[1]), pair[2]) if pair else None
