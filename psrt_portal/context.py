"""Context of every template. It has nothing about the reader: public pages are the same for everyone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(_request: HttpRequest | None) -> dict[str, Any]:
    """Return facts about this site, as ``portal.name`` and so on."""
    return {
        "portal": {
            "name": settings.PORTAL_NAME,
            # The initials: "PSRT", for headers with more than the name in them.
            "short_name": "".join(word[0] for word in settings.PORTAL_NAME.split()).upper(),
            "version": settings.PORTAL_VERSION,
            "site_url": settings.SITE_URL,
            "site_host": settings.SITE_HOST,
            "development": settings.DEVELOPMENT,
            "github": bool(settings.GITHUB_CLIENT_ID),
            "security_address": settings.SECURITY_ADDRESS,
            "code_of_conduct_url": settings.CODE_OF_CONDUCT_URL,
            "conduct_address": settings.CONDUCT_ADDRESS,
        }
    }
