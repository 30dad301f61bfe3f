"""Every address of the portal, walked out of the address list that production uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OUR_PACKAGES = {"psrt_portal", "audit", "members", "nominations", "advisories", "notifications", "web"}


@dataclass(frozen=True)
class Route:
    """One address pattern and the view behind it."""

    name: str
    pattern: str
    view: Any

    @property
    def is_public(self) -> bool:
        """Open without a login."""
        return not getattr(self.view, "login_required", True)

    @property
    def is_ours(self) -> bool:
        """Not one of django-allauth's, nor a redirect that it keeps for old links."""
        return self.view.__module__.partition(".")[0] in OUR_PACKAGES


def routes() -> list[Route]:
    """Return all routes, in the order of the address list."""
    return list(_walk(get_resolver("psrt_portal.urls").url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        else:
            address = prefix + str(pattern.pattern)
            yield Route(f"{namespace}{pattern.name or address}", address, pattern.callback)
