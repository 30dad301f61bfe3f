"""The verbs of nominations, by subject. Rows are locked in one order: nomination, vote, slot."""

from nominations.workflow.calendar import make_calendar_link
from nominations.workflow.counting import close_vote
from nominations.workflow.deciding import (
    acknowledge_count,
    confirm,
    confirm_veto,
    note_turnout,
    record_decision,
    refuse_veto,
)
from nominations.workflow.discussing import (
    comment,
    declare_interest,
    endorse,
    take_back,
    take_back_interest,
    unendorse,
)
from nominations.workflow.keeping import (
    accept_office,
    ask_officer,
    confirm_key_destroyed,
    dismiss_officer,
    give_office_back,
)
from nominations.workflow.proposing import accept, ask_again, decline, propose, withdraw, withdraw_as_nominee
from nominations.workflow.reminding import remind
from nominations.workflow.resolving import (
    confirm_resolution,
    let_resolution_lapse,
    object_to_resolution,
    record_resolution,
)
from nominations.workflow.rows import destroy_key
from nominations.workflow.stopping import ask_to_annul, cancel, confirm_annulment, drop_annulment
from nominations.workflow.telling import note_council_told
from nominations.workflow.voting import cast, extend, open_vote

__all__ = [
    "accept",
    "accept_office",
    "acknowledge_count",
    "ask_again",
    "ask_officer",
    "ask_to_annul",
    "cancel",
    "cast",
    "close_vote",
    "comment",
    "confirm",
    "confirm_annulment",
    "confirm_key_destroyed",
    "confirm_resolution",
    "confirm_veto",
    "declare_interest",
    "decline",
    "destroy_key",
    "dismiss_officer",
    "drop_annulment",
    "endorse",
    "extend",
    "give_office_back",
    "let_resolution_lapse",
    "make_calendar_link",
    "note_council_told",
    "note_turnout",
    "object_to_resolution",
    "open_vote",
    "propose",
    "record_decision",
    "record_resolution",
    "refuse_veto",
    "remind",
    "take_back",
    "take_back_interest",
    "unendorse",
    "withdraw",
    "withdraw_as_nominee",
]
