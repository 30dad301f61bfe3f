"""Write documents: publish a new version, and remind the members who have to accept it."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.documents import queries
from members.documents.events import DocumentEvent
from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.documents.policy import Action, require
from members.documents.registry import announce_acceptance
from members.people.models import Person
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
        raise Conflict("This is the text that is published. Nothing was published.")
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
def accept(version: DocumentVersion, *, by: Actor) -> Acceptance:
    """Take on one version of the responsibilities, once; what waits for the acceptance elsewhere goes on.

    Somebody who accepted it in an earlier membership accepts it again for the new one. Raises `NotAllowed` for anybody
    but members and newcomers, `Conflict` when a newer version was published meanwhile, or this one is accepted already.
    """
    person = Person.objects.select_for_update().get(pk=require(Action.ACCEPT, by).pk)
    if version != DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES):
        raise Conflict("A newer version of the responsibilities was published meanwhile. Read that one.")
    at = clock.now()
    has_waited = announce_acceptance(person, at)
    acceptance, is_new = Acceptance.objects.get_or_create(person=person, version=version, defaults={"accepted_at": at})
    if not is_new and not has_waited:
        raise Conflict("You have accepted this version already.")
    record(DocumentEvent.ACCEPTED, target=acceptance, by=person, at=at, version=version.number)
    return acceptance


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
