"""The verbs of this app, by what they are about. A person is locked before anything that belongs to them."""

from members.workflow.accounts import has_noted_accounts, note_account, rename_on_github
from members.workflow.applying import confirm_apply, make_change, obstacle_to_apply, plan, review_apply
from members.workflow.channels import move_channel_up, retire_channel, save_channel
from members.workflow.documents import publish, remind_of_acceptance
from members.workflow.drift import connected_channels, paste_list, request_check, run_check
from members.workflow.importing import import_roster
from members.workflow.inviting import accept_invitation, find_invitation, invitation_token, invite, revoke
from members.workflow.offboarding import (
    begin_offboarding,
    finish_offboarding,
    missing_for_the_end,
    offboard,
    remind_offboarding,
    resign,
    tick_offboarding,
)
from members.workflow.onboarding import (
    accept_responsibilities,
    begin_onboarding,
    cancel_onboarding,
    complete_onboarding,
    missing_for_completion,
    remind_onboarding,
    tick_onboarding,
    waits_for_admin,
)
from members.workflow.people import add_person, correct_person
from members.workflow.periods import LEAST_ADMINS, admit, begin_role, end_membership, end_role, lock_admins
from members.workflow.profile import Profile, change_profile, export_own_data
from members.workflow.recording import Span, correct_membership, finish_role, record_membership, record_role
from members.workflow.suspending import end_suspension, suspend
from members.workflow.yearly import (
    announce_yearly,
    answer_active,
    answer_for,
    answer_retire,
    generate_yearly,
    not_answered_for,
    record_verdict,
    remind_of_notice,
    send_yearly,
    undecidable,
)

__all__ = [
    "LEAST_ADMINS",
    "Profile",
    "Span",
    "accept_invitation",
    "accept_responsibilities",
    "add_person",
    "admit",
    "announce_yearly",
    "answer_active",
    "answer_for",
    "answer_retire",
    "begin_offboarding",
    "begin_onboarding",
    "begin_role",
    "cancel_onboarding",
    "change_profile",
    "complete_onboarding",
    "confirm_apply",
    "connected_channels",
    "correct_membership",
    "correct_person",
    "end_membership",
    "end_role",
    "end_suspension",
    "export_own_data",
    "find_invitation",
    "finish_offboarding",
    "finish_role",
    "generate_yearly",
    "has_noted_accounts",
    "import_roster",
    "invitation_token",
    "invite",
    "lock_admins",
    "make_change",
    "missing_for_completion",
    "missing_for_the_end",
    "move_channel_up",
    "not_answered_for",
    "note_account",
    "obstacle_to_apply",
    "offboard",
    "paste_list",
    "plan",
    "publish",
    "record_membership",
    "record_role",
    "record_verdict",
    "remind_of_acceptance",
    "remind_of_notice",
    "remind_offboarding",
    "remind_onboarding",
    "rename_on_github",
    "request_check",
    "resign",
    "retire_channel",
    "review_apply",
    "revoke",
    "run_check",
    "save_channel",
    "send_yearly",
    "suspend",
    "tick_offboarding",
    "tick_onboarding",
    "undecidable",
    "waits_for_admin",
]
