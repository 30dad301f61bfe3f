"""Audit events of bringing the team in."""

from enum import StrEnum


class BringInEvent(StrEnum):
    """Kinds of audit events about what a list changes beyond what other apps record."""

    ROLE_SOURCED = "role:sourced"  # the role: the document it rests on was written down
