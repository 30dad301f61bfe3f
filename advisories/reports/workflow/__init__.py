"""Verbs about reports: each locks the report, asks the policy, writes, and records one event."""

from advisories.reports.workflow.conversation import edit_message, reply, write_message, write_note
from advisories.reports.workflow.determining import determine, end_forward, reopen, tell_outcome, undo
from advisories.reports.workflow.duplicates import release
from advisories.reports.workflow.facts import StaleFacts, correct
from advisories.reports.workflow.intake import REPORTER, hand_in
from advisories.reports.workflow.locks import locked
from advisories.reports.workflow.offers import accept_offer, decline_offer, end_offer, offer, take_offer_back
from advisories.reports.workflow.publishing import mark_published
from advisories.reports.workflow.splitting import split
from advisories.reports.workflow.triage import coordinate, look, note_reading, set_embargo

__all__ = [
    "REPORTER", "StaleFacts", "accept_offer", "coordinate", "correct", "decline_offer",
    "determine", "edit_message", "end_forward", "end_offer", "hand_in", "locked", "look", "mark_published",
    "note_reading", "offer", "release", "reopen", "reply", "set_embargo", "split", "take_offer_back", "tell_outcome",
    "undo", "write_message", "write_note",
]  # fmt: skip
