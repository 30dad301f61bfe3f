"""Audit events about projects, their branches and the security policy.

The target is the project unless a comment names another row.
"""

from __future__ import annotations

from enum import StrEnum


class ProjectEvent(StrEnum):
    """Kinds of audit events about projects, branches and the security policy."""

    PROJECT_SAVED = "project:saved"
    BRANCH_SAVED = "branch:saved"  # the branch
    BRANCHES_TAKEN = "branches:taken"
    POLICY_DRAFTED = "policy:drafted"  # the version
    POLICY_DISCARDED = "policy:discarded"  # the version
    POLICY_PUBLISHED = "policy:published"  # the version
