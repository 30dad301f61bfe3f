"""Clients of the services in which members have accounts. They know no model; the settings say which server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from django.conf import settings

from members.channels.connectors.advisories import CoordinatorCredited, GitHubAdvisories
from members.channels.connectors.base import BY_HAND, Account, Connector, ConnectorError, Privilege
from members.channels.connectors.discord import DiscordRole
from members.channels.connectors.github import AccountProfile, GitHubTeam
from members.channels.connectors.mailman import MailmanList

__all__ = [
    "ADVISORIES_NEEDED",
    "BY_HAND",
    "NEEDED",
    "Account",
    "AccountProfile",
    "Connector",
    "ConnectorError",
    "CoordinatorCredited",
    "GitHubAdvisories",
    "GitHubTeam",
    "Privilege",
    "connector_of",
    "github_advisories",
    "github_team",
    "missing_for_advisories",
    "missing_settings",
    "server_of",
]


#: What has to be set for each kind of channel; the first is the address.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "github": ("GITHUB_API_URL", "GITHUB_API_TOKEN", "GITHUB_ORG", "GITHUB_TEAM"),
    "mailman": ("MAILMAN_API_URL", "MAILMAN_API_USER", "MAILMAN_API_PASSWORD", "MAILMAN_LIST"),
    "discord": ("DISCORD_API_URL", "DISCORD_API_TOKEN", "DISCORD_GUILD", "DISCORD_ROLE"),
}

#: The same for the security advisories, which are no channel. Their token is another one: it reads what is undisclosed,
#: which the one that changes the team need not.
ADVISORIES_NEEDED = ("GITHUB_API_URL", "GITHUB_ADVISORIES_TOKEN", "GITHUB_ADVISORIES")

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _github() -> GitHubTeam:
    return GitHubTeam(
        url=settings.GITHUB_API_URL,
        token=settings.GITHUB_API_TOKEN,
        org=settings.GITHUB_ORG,
        team=settings.GITHUB_TEAM,
        server=server_of("github"),
    )


def _mailman() -> Connector:
    return MailmanList(
        url=settings.MAILMAN_API_URL,
        user=settings.MAILMAN_API_USER,
        password=settings.MAILMAN_API_PASSWORD,
        name=settings.MAILMAN_LIST,
        server=server_of("mailman"),
    )


def _discord() -> Connector:
    return DiscordRole(
        url=settings.DISCORD_API_URL,
        token=settings.DISCORD_API_TOKEN,
        guild=settings.DISCORD_GUILD,
        role=settings.DISCORD_ROLE,
        server=server_of("discord"),
    )


_MAKERS: Mapping[str, Callable[[], Connector]] = {"github": _github, "mailman": _mailman, "discord": _discord}


def missing_settings(kind: str) -> list[str]:
    """Return the variables that stand between a channel of this kind and its server; empty when it is connected."""
    return [name for name in NEEDED.get(kind, ()) if not getattr(settings, name)]


def connector_of(kind: str) -> Connector | None:
    """Return the connector of a kind of channel; None when it is not connected, or has no server."""
    return _MAKERS[kind]() if kind in _MAKERS and not missing_settings(kind) else None


def github_team() -> GitHubTeam | None:
    """Return the connector of the GitHub team; None when it is not connected."""
    return None if missing_settings("github") else _github()


def missing_for_advisories() -> list[str]:
    """Return the variables that stand between the portal and GitHub's security advisories; empty when connected."""
    return [name for name in ADVISORIES_NEEDED if not getattr(settings, name)]


def github_advisories() -> GitHubAdvisories | None:
    """Return the connector of the security advisories; None when it is not connected."""
    if missing_for_advisories():
        return None
    return GitHubAdvisories(url=settings.GITHUB_API_URL, token=settings.GITHUB_ADVISORIES_TOKEN)


def server_of(kind: str) -> str:
    """Return which server and which list of it is connected, in words for a page; empty when none is."""
    if kind not in NEEDED or missing_settings(kind):
        return ""
    address = urlsplit(getattr(settings, NEEDED[kind][0]))
    host = address.netloc.rpartition("@")[2]
    is_demo = settings.DEVELOPMENT and address.hostname in _LOOPBACK
    return f"{_what(kind)} at {f'the demo server on {host}' if is_demo else host}"


def _what(kind: str) -> str:
    return {
        "github": f"{settings.GITHUB_ORG}/{settings.GITHUB_TEAM}",
        "mailman": settings.MAILMAN_LIST,
        "discord": f"role {settings.DISCORD_ROLE}",
    }[kind]
