"""Write the discussion of a nomination: comments, endorsements, and declared interests."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.policy import Actor
from nominations import queries
from nominations.events import NominationEvent
from nominations.models import Comment, Endorsement, Interest, InterestKind, Nomination
from nominations.policy import COMMENTS, Action, CommentAction, require
from nominations.workflow.rows import lock
from web.conflicts import Conflict


@transaction.atomic
def comment(nomination: Nomination, text: str, *, reply_to: Comment | None = None, by: Actor) -> Comment:
    """Add to the discussion, or to the thread of the comment `reply_to`; the same words sent twice are one comment.

    Raises `NotAllowed` for the nominee and outsiders, `Conflict` once voting is over, and for a reply to a comment that
    has been taken back.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.COMMENT, by, nomination, at)
    thread = _thread_of(nomination, reply_to, by, at) if reply_to else None
    if sent_before := queries.just_written(nomination, who, text, thread, at):
        return sent_before
    written = Comment.objects.create(nomination=nomination, author=who, text=text, reply_to=thread, written_at=at)
    record(NominationEvent.COMMENTED, target=nomination, by=who, at=at, comment=written.pk)
    return written


def _thread_of(nomination: Nomination, answered: Comment, by: Actor, at: datetime) -> Comment:
    """Return the comment that began the thread of `answered`; the nomination is locked, so neither changes."""
    answered = Comment.objects.select_related("reply_to").get(pk=answered.pk, nomination=nomination)
    answered.nomination = nomination
    COMMENTS.require(CommentAction.REPLY, by, answered, at)
    return answered.reply_to or answered


@transaction.atomic
def take_back(written: Comment, *, by: Actor) -> Comment:
    """Remove the text of one's own comment; that there was one stays.

    Raises `NotAllowed` for anybody but its author, `Conflict` the second time and once voting is over.
    """
    nomination = lock(written.nomination)
    at = clock.now()
    written = Comment.objects.select_for_update().get(pk=written.pk)
    written.nomination = nomination
    who = COMMENTS.require(CommentAction.TAKE_BACK, by, written, at)
    written.text, written.taken_back_at = "", at
    written.save()
    record(NominationEvent.COMMENT_TAKEN_BACK, target=nomination, by=who, at=at, comment=written.pk)
    return written


@transaction.atomic
def endorse(nomination: Nomination, text: str, *, by: Actor) -> Endorsement:
    """Stand behind the nomination, openly and once; a second call changes the text.

    Raises `NotAllowed` for nominator, nominee and outsiders, `Conflict` once voting is over.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.ENDORSE, by, nomination, at)
    endorsement, _ = Endorsement.objects.update_or_create(
        nomination=nomination, person=who, defaults={"text": text}, create_defaults={"text": text, "endorsed_at": at}
    )
    record(NominationEvent.ENDORSED, target=nomination, by=who, at=at)
    return endorsement


@transaction.atomic
def unendorse(nomination: Nomination, *, by: Actor) -> None:
    """Take one's endorsement back. Raises `Conflict` when there is none, or voting is over."""
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.ENDORSE, by, nomination, at)
    deleted, _ = Endorsement.objects.filter(nomination=nomination, person=who).delete()
    if not deleted:
        raise Conflict("You have not endorsed this nomination.")
    record(NominationEvent.ENDORSEMENT_TAKEN_BACK, target=nomination, by=who, at=at)


@transaction.atomic
def declare_interest(nomination: Nomination, kind: InterestKind, text: str, *, by: Actor) -> Interest:
    """Declare what ties one to the nominee; a second call replaces it. It bars every act of power over the nomination.

    Raises `NotAllowed` for the nominee and outsiders, `Conflict` once voting is over, for admins and the Steering
    Council once the outcome is final.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.DECLARE, by, nomination, at)
    interest, _ = Interest.objects.update_or_create(
        nomination=nomination,
        person=who,
        defaults={"kind": kind, "text": text, "taken_back_at": None},
        create_defaults={"kind": kind, "text": text, "declared_at": at},
    )
    record(NominationEvent.INTEREST_DECLARED, target=nomination, by=who, at=at)
    return interest


@transaction.atomic
def take_back_interest(nomination: Nomination, *, by: Actor) -> Interest:
    """Take one's declared interest back; that there was one stays readable.

    Raises `NotAllowed` for somebody without one, `Conflict` once the outcome is final.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.TAKE_BACK_INTEREST, by, nomination, at)
    interest = Interest.objects.get(nomination=nomination, person=who)
    interest.taken_back_at = at
    interest.save(update_fields=["taken_back_at"])
    record(NominationEvent.INTEREST_TAKEN_BACK, target=nomination, by=who, at=at)
    return interest
