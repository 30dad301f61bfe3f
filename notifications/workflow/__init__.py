"""Verbs of mail: remember and expand, claim and mark, pause and resume, choose and mute."""

from notifications.workflow.choosing import choose, mute, unmute
from notifications.workflow.delivering import (
    GIVE_UP_AFTER,
    KEEP_DELIVERIES,
    begin,
    claim,
    delete_old,
    drop,
    fail,
    mark_sent,
    open_digest,
    put_off,
    release,
    try_again,
)
from notifications.workflow.locks import PAUSE_LOCK
from notifications.workflow.pausing import pause, resume
from notifications.workflow.telling import FLOOD_MAILS, FLOOD_WINDOW, NOTICE_WAIT, expand, put_off_notice, remember

__all__ = [
    "FLOOD_MAILS",
    "FLOOD_WINDOW",
    "GIVE_UP_AFTER",
    "KEEP_DELIVERIES",
    "NOTICE_WAIT",
    "PAUSE_LOCK",
    "begin",
    "choose",
    "claim",
    "delete_old",
    "drop",
    "expand",
    "fail",
    "mark_sent",
    "mute",
    "open_digest",
    "pause",
    "put_off",
    "put_off_notice",
    "release",
    "remember",
    "resume",
    "try_again",
    "unmute",
]
