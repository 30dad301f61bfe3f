"""Write documents: publish a new version, and remind the members who have to accept it."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.documents import queries
from members.documents.events import DocumentEvent
from members.documents.models import DocumentKind, DocumentVersion
from members.documents.policy import Action, require
from members.people.policy import Actor
from web.conflicts import Conflict


@transaction.atomic
def publish(kind: DocumentKind, text: str, change: str, *, based_on: int, by: Actor) -> DocumentVersion:
    """Publish `text` in place of version `based_on`; members are asked to accept new responsibilities.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when that version is no longer the current
    one, or when the text is the same.
    """
    who = require(Action.PUBLISH_DOCUMENTS, by)
    # The first version always exists: a second writer waits here, and then reads what the first has published.
    DocumentVersion.objects.select_for_update().get(kind=kind, number=1)
    latest = DocumentVersion.objects.current(kind)
    if latest.number != based_on:
        raise Conflict(f"Version {latest.number} was published meanwhile. Compare it with yours first.")
    if latest.text == text:
        raise Conflict("This is the text as it stands. Nothing was published.")
    version = DocumentVersion.objects.create(
        kind=kind, number=latest.number + 1, text=text, change=change, published_at=clock.now(), published_by=who
    )
    record(
        DocumentEvent.PUBLISHED,
        target=version,
        by=who,
        at=version.published_at,
        document=kind,
        number=version.number,
    )
    return version


@transaction.atomic
def remind_of_acceptance() -> bool:
    """Remind the members who have not accepted the responsibilities in force, and return whether it was time to.

    The recipients are computed when each mail is sent. Safe to run at any time and as often as wanted.
    """
    # Of two workers at once the second waits here, and finds that it is done.
    DocumentVersion.objects.select_for_update().get(kind=DocumentKind.RESPONSIBILITIES, number=1)
    version = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    at = clock.now()
    reachable = queries.members_to_accept(version, at.date()).filter(user__is_active=True)
    if at < queries.next_reminder(version) or not reachable.exists():
        return False
    record(DocumentEvent.REMINDED, target=version, by=None, at=at)
    return True
