"""The reporter's private link: a signed pair of report and nonce. Nothing in the database can be used as one."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from advisories.reports.doors import LinkHolder
from advisories.reports.models import Report
from web.signed_links import UUID_AND_NONCE, PrivateLink

_FOLLOW = PrivateLink("advisories.link", UUID_AND_NONCE)


def token_of(report: Report) -> str:
    """Return the secret part of the link."""
    return _FOLLOW.token(f"{report.pk.hex}{report.link_nonce}")


def path_of(report: Report) -> str:
    """Return the address of the reporter's page, without scheme and host."""
    return reverse("intake:follow", args=[token_of(report)])


def read(token: str) -> LinkHolder | None:
    """Return the holder of a link with this token; None for one that the portal did not make.

    Says nothing about whether the link is still in force: that is for the door to say.
    """
    match = _FOLLOW.read(token)
    return LinkHolder(UUID(hex=match[1]), match[2]) if match else None
