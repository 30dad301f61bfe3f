"""Audit events about accounts on GitHub; the target is the person."""

from enum import StrEnum


class GitHubAccountEvent(StrEnum):
    """Kinds of audit events about accounts on GitHub."""

    LOOKED_UP = "github_account:looked_up"
