"""The verbs of this app."""

from members.people.workflow.people import (
    add_person,
    correct_person,
    rename_on_github,
    require_free_name,
    require_github_name,
    require_name,
)
from members.people.workflow.periods import admit, begin_role, end_membership, end_role, lock_admins
from members.people.workflow.recording import (
    correct_membership,
    finish_role,
    record_membership,
    record_role,
)

__all__ = [
    "add_person",
    "admit",
    "begin_role",
    "correct_membership",
    "correct_person",
    "end_membership",
    "end_role",
    "finish_role",
    "lock_admins",
    "record_membership",
    "record_role",
    "rename_on_github",
    "require_free_name",
    "require_github_name",
    "require_name",
]
