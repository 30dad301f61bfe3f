"""The nominee's private link: a signed pair of nomination and nonce. Nothing in the database can be used as one."""

from __future__ import annotations

import re
from uuid import UUID

from django.urls import reverse

from nominations.models import Nomination
from web import signed_links

_SALT = "nominations.link"
#: The nomination's id and the nonce, before the signature.
_PAIR = re.compile(r"([0-9a-f]{32})([A-Za-z0-9_-]{16})")


def token_of(nomination: Nomination) -> str:
    """The secret part of the link."""
    return signed_links.sign(f"{nomination.pk.hex}{nomination.link_nonce}", salt=_SALT)


def path_of(nomination: Nomination) -> str:
    """The address of the nominee's page, without scheme and host."""
    return reverse("nominations:nominee", args=[token_of(nomination)])


def find(token: str) -> Nomination | None:
    """The nomination whose nominee holds this link; None for one that is false or was replaced, alike."""
    pair = signed_links.read(token, _PAIR, salt=_SALT)
    if pair is None:
        return None
    found = Nomination.objects.select_related("nominee", "nominator", "vote")
    return found.filter(pk=UUID(hex=pair[1]), link_nonce=pair[2]).first()
