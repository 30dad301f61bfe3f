"""Hand due mails to the mail server, one after the other over one connection.

A mail is sent first and marked after. The promise (docs/adr/0041): none is lost; a worker that is
killed between the two repeats one, with the same Message-ID; a normal stop repeats none.
"""

from __future__ import annotations

import logging
import smtplib
import threading
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notifications import queries, workflow
from notifications.causes import HELD_BACK
from notifications.composing import compose, compose_digest
from notifications.enums import Mail
from notifications.models import Delivery, Reason
from notifications.recipients import Recipient
from notifications.routes import recipient_of, route_of
from web.limits import may_mail

logger = logging.getLogger(__name__)

#: Mails for one connection and one task.
BATCH_SIZE = 50
#: A batch gives back the rest after this time, so that a slow mail server neither outlasts the
#: claim nor holds up a worker's normal stop.
BATCH_SECONDS = 20
#: Set when this process has been told to stop: the mail in hand is finished, the rest given back.
stopping = threading.Event()
#: Only one mail of a process is between "sent" and "marked", however many threads it has.
_one_at_a_time = threading.Lock()


class ServerAway(Exception):  # noqa: N818
    """The mail server cannot be reached at all, so the rest of the batch waits too."""


class _Rest:
    """The time in which this process leaves the mail server alone, because it was away or slow.

    Workers count votes as well: a server that makes each mail wait must not hold all of them all the time.
    """

    until = 0.0

    def begin(self) -> None:
        self.until = time.monotonic() + settings.SWEEP_SECONDS / 2

    def is_over(self) -> bool:
        return time.monotonic() >= self.until


rest = _Rest()


def send_due() -> bool:
    """Send a batch of due mails and return whether there may be more to send at once."""
    if not rest.is_over():
        return False
    batch = workflow.claim(BATCH_SIZE)
    claimed, is_full = len(batch), len(batch) == BATCH_SIZE
    ends = time.monotonic() + BATCH_SECONDS
    server = get_connection(data_timeout=settings.EMAIL_DATA_TIMEOUT)
    try:
        while batch and time.monotonic() < ends and rest.is_over() and _may_go_on():
            with _one_at_a_time:
                _send(server, batch.pop(0))
    except ServerAway as away:
        _put_off(batch, claimed, away)
        return False
    finally:
        _close(server)
    workflow.release(batch)
    return rest.is_over() and (is_full or bool(batch))


def _may_go_on() -> bool:
    return not stopping.is_set() and queries.pause_in_force() is None


def _put_off(rest_of_batch: list[Delivery], claimed: int, away: ServerAway) -> None:
    """Put off what is left of a batch after the server was found away, and say so once."""
    for delivery in rest_of_batch:
        workflow.put_off(delivery, str(away))
    rest.begin()
    sent = claimed - len(rest_of_batch) - 1
    logger.warning("the mail server: %s; %s of %s mails of this batch are put off", away, claimed - sent, claimed)


def _send(server: Any, delivery: Delivery) -> None:
    """Send one mail and note what became of it. Raises `ServerAway`, and whatever the database raises."""
    if not workflow.begin(delivery):
        return
    try:
        message, told = _digest(delivery) if delivery.is_digest else (_message(delivery), [])
        if message is None:
            return
        _hand_over(server, message)
    except ServerAway as away:
        workflow.put_off(delivery, str(away))
        raise
    except Exception as error:  # noqa: BLE001 - one broken mail must not hold up the others
        _close(server)
        _note(delivery, error)
    else:
        workflow.mark_sent(delivery, told)
        logger.info("delivery %s: sent", delivery.pk)


def _message(delivery: Delivery) -> EmailMessage | None:
    """Return the message as of now; None when it is noted that it is not sent, or not now.

    Whoever reports types the address that is thanked, so one mailbox gets only so many of these an hour; others wait.
    """
    recipient = recipient_of(delivery)
    route = route_of(delivery.notice)
    if recipient is None or route is None or not recipient.address:
        _drop(delivery, recipient)
        return None
    if delivery.notice.mail == Mail.REPORT_RECEIVED and not may_mail("reporter", recipient.address):
        workflow.put_off(delivery, HELD_BACK)
        return None
    return compose(delivery, recipient, route)


def _digest(carrier: Delivery) -> tuple[EmailMessage | None, list[Delivery]]:
    """Return the message of a digest and the deliveries it tells of: those of which its recipient may still know."""
    recipient, told = workflow.open_digest(carrier)
    if recipient is None or not recipient.address:
        _drop(carrier, recipient)
        return None, []
    return compose_digest(carrier, recipient, told), told


def _drop(delivery: Delivery, recipient: Recipient | None) -> None:
    reason = Reason.LOST_ACCESS if recipient is None else Reason.NO_ADDRESS
    workflow.drop(delivery, reason)
    logger.info("delivery %s: dropped, %s", delivery.pk, reason)


def _hand_over(server: Any, message: EmailMessage) -> None:
    try:
        server.open()  # does nothing while the connection stands
    except OSError as error:
        raise ServerAway(_name(error)) from error
    begun = time.monotonic()
    try:
        server.send_messages([message])
    finally:
        if time.monotonic() - begun > settings.EMAIL_TIMEOUT:
            rest.begin()
            logger.warning(
                "the mail server took over %s seconds for one mail; mail rests a while", settings.EMAIL_TIMEOUT
            )


def _note(delivery: Delivery, error: Exception) -> None:
    """Note a failure: for good after a permanent refusal, to be tried again after everything else."""
    if _is_refusal(error):
        workflow.fail(delivery, _name(error))
    else:
        workflow.put_off(delivery, _name(error))
    logger.warning("delivery %s: %s", delivery.pk, _name(error))


def _is_refusal(error: Exception) -> bool:
    """Return whether the error is a 5xx answer about this recipient or this message.

    One about the sender or the sign-in is a fault of the portal, and every mail has it.
    """
    is_about_mail = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return is_about_mail and 500 <= _code(error) < 600


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()))[0])
    return int(getattr(error, "smtp_code", 0))


def _name(error: Exception) -> str:
    """Return class and code of an error. The server's text is not kept: it repeats addresses."""
    return f"{type(error).__name__} {_code(error) or ''}".strip()


def _close(server: Any) -> None:
    with suppress(OSError):
        server.close()
