"""Why mail waits, in words: from the class and code of the last error. Pure: no database."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """The causes for which a mail has not gone yet."""

    AWAY = "away"
    SIGN_IN = "sign_in"
    ENCRYPTION = "encryption"
    SENDER = "sender"
    LATER = "later"
    NO_WORKER = "no_worker"
    HELD_BACK = "held_back"
    OURS = "ours"
    RECIPIENTS = "recipients"


#: The `error` of a delivery that waits by design, because one mailbox or all of them got too many of its kind.
HELD_BACK = "HeldBack"
_AWAY = {
    "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "BrokenPipeError",
    "OSError", "SMTPConnectError", "SMTPHeloError", "SMTPServerDisconnected", "TimeoutError", "gaierror", "herror",
}  # fmt: skip
_CAUSES = {
    "": Cause.NO_WORKER,
    HELD_BACK: Cause.HELD_BACK,
    "SMTPAuthenticationError": Cause.SIGN_IN,
    "SMTPNotSupportedError": Cause.SIGN_IN,
    "SSLError": Cause.ENCRYPTION,
    "SSLCertVerificationError": Cause.ENCRYPTION,
    "SSLEOFError": Cause.ENCRYPTION,
    "SMTPSenderRefused": Cause.SENDER,
    "SMTPRecipientsRefused": Cause.LATER,
    "SMTPDataError": Cause.LATER,
    **dict.fromkeys(_AWAY, Cause.AWAY),
}

#: By cause: what is wrong, as half a sentence, and what to do.
EXPLANATIONS: dict[Cause, tuple[str, str]] = {
    Cause.AWAY: (
        "the mail server does not answer",
        "Check that the mail server is up and that the worker reaches it (EMAIL_URL). Mail goes out afterwards.",
    ),
    Cause.SIGN_IN: (
        "the mail server refuses the portal’s sign-in",
        "Check user and password in EMAIL_URL, and restart the worker.",
    ),
    Cause.ENCRYPTION: (
        "no encrypted connection to the mail server can be made",
        "Check the mail server’s certificate, and port and scheme in EMAIL_URL.",
    ),
    Cause.SENDER: (
        "the mail server refuses the portal’s own address",
        "Check MAIL_FROM and BOUNCE_ADDRESS, and that the mail server lets the portal send for them.",
    ),
    Cause.LATER: (
        "the mail server asks to try again later",
        "Nothing for the first hours: many servers do this to senders they do not know. After that, look at its log.",
    ),
    Cause.NO_WORKER: (
        "no worker has taken them up",
        "Check that the worker and the schedule (beat) run, and that both reach Redis.",
    ),
    Cause.HELD_BACK: (
        "many went to one mailbox, or to all, within an hour",
        "Nothing: they go out one after the other. Somebody may be sending many reports.",
    ),
    Cause.RECIPIENTS: (
        "the portal failed to work out whom to tell",
        "Look at the worker’s log: it has the class of the error beside the id of the notice. A new try comes hourly.",
    ),
    Cause.OURS: (
        "the portal failed to make them",
        "Look at the worker’s log: it has the class of the error beside the id of the mail.",
    ),
}


def cause_of(error: str) -> Cause:
    """Return the cause behind the `error` of a delivery, which is a class and perhaps a code."""
    return _CAUSES.get(error.partition(" ")[0], Cause.OURS)
