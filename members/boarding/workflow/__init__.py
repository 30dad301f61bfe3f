"""Verbs of this app."""

from members.boarding.workflow.checks import Sightings, note_applied, note_check, note_outage
from members.boarding.workflow.memorials import confirm_death, record_death, undo_death
from members.boarding.workflow.offboarding import begin_offboarding, finish_offboarding, offboard, resign
from members.boarding.workflow.onboarding import (
    begin_onboarding,
    cancel_onboarding,
    complete_onboarding,
    note_acceptance,
)
from members.boarding.workflow.steps import remind, tick

__all__ = [
    "Sightings",
    "begin_offboarding",
    "begin_onboarding",
    "cancel_onboarding",
    "complete_onboarding",
    "confirm_death",
    "finish_offboarding",
    "note_acceptance",
    "note_applied",
    "note_check",
    "note_outage",
    "offboard",
    "record_death",
    "remind",
    "resign",
    "tick",
    "undo_death",
]
