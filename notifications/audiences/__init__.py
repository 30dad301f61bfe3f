"""Audiences of events, by app, worked out from live rows on each call.

Where a mail asks somebody to do something, the app's policy says who can (`people_who`). Functions that return
people say nothing of logins: `notifications.recipients` leaves out people who cannot sign in. Days are calendar days
in UTC by the database's clock.
"""

from notifications.audiences import (
    accounts,
    advisories,
    audit,
    boarding,
    documents,
    drift,
    inactivity,
    inbox,
    nominations,
    people,
    resets,
)

__all__ = [
    "accounts",
    "advisories",
    "audit",
    "boarding",
    "documents",
    "drift",
    "inactivity",
    "inbox",
    "nominations",
    "people",
    "resets",
]
