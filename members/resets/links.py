"""The private link by which the owner of a login stops its reset. Made from the id of the request, stored nowhere."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from members.resets.models import LoginReset
from web.signed_links import PrivateLink

_STOP_RESET = PrivateLink("members.stop-reset", r"[0-9a-f]{32}")


def path_to_stop(reset: LoginReset) -> str:
    """Return the address at which the owner of a login stops its reset, without scheme and host."""
    return reverse("resets:stop", args=[_STOP_RESET.token(reset.pk.hex)])


def find(token: str) -> LoginReset | None:
    """Return the request for a reset behind a link, whatever became of it; None for a false one."""
    match = _STOP_RESET.read(token)
    return None if match is None else LoginReset.objects.filter(pk=UUID(hex=match[0])).first()
