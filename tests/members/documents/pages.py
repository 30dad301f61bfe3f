"""New versions of the documents, acceptances, and the mails about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from audit import clock
from members.documents import workflow
from members.documents.events import DocumentEvent
from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.documents.pages import WAITING
from members.people.models import Person
from members.people.policy import Actor
from notifications.enums import Mail
from psrt_portal.manage import values_for
from tests.cast import Cast, act_as
from web.waiting import Area

DUTIES, JOIN = DocumentKind.RESPONSIBILITIES, DocumentKind.JOIN
TEXT = "## Every member\n\n- Waters the plants.\n- Locks the door.\n"


def current(kind: DocumentKind = DUTIES) -> DocumentVersion:
    return DocumentVersion.objects.current(kind)


def waiting_for(actor: Actor, now: datetime) -> list[Area]:
    """Return what the dashboard says of documents: one query where there are columns to read."""
    columns = WAITING.columns(actor, now)
    if actor.person is None or not columns:
        return []
    items = WAITING.items(actor, now, values_for(actor.person, columns))
    return [item for item in items if isinstance(item, Area)]


def publish(by: Person, kind: DocumentKind = DUTIES, text: str = TEXT) -> DocumentVersion:
    """Publish the next version now."""
    return workflow.publish(kind, text, "Plants.", based_on=current(kind).number, by=act_as(by))


def accept(*people: Person, version: DocumentVersion | None = None) -> None:
    """Let each person accept a version, by default the one in force."""
    for person in people:
        Acceptance.objects.create(person=person, version=version or current(), accepted_at=clock.now())


def everybody_accepts(cast: Cast) -> None:
    accept(*cast.members)


def publish_after_acceptance(cast: Cast) -> None:
    """Let everybody accept the first version, publish the second, and let Mia accept it before the mails go out."""
    everybody_accepts(cast)
    publish(cast.ada)
    accept(cast.mia)


def publish_twice(cast: Cast) -> None:
    """Publish a version before the mail of the one before it is out."""
    with clock.pretend(clock.now() - timedelta(seconds=1)):
        publish(cast.ada)
    publish(cast.abel, text="## Another\n")


def remind(cast: Cast) -> None:
    """Remind a week after the first version; Ada and Mel have accepted it."""
    accept(cast.ada, cast.mel)
    DocumentVersion.objects.update(published_at=clock.now() - timedelta(days=7))
    assert workflow.remind_of_acceptance()


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    (
        "new responsibilities",
        DocumentEvent.PUBLISHED,
        publish_after_acceptance,
        {Mail.ATTENTION: {"abel", "mel", "rita", "sara", "newt"}},
    ),
    (
        "new responsibilities, twice",
        DocumentEvent.PUBLISHED,
        publish_twice,
        {Mail.ATTENTION: {"ada", "mel", "mia", "rita", "sara", "newt"}},
    ),
    (
        "how to join",
        DocumentEvent.PUBLISHED,
        lambda cast: publish(cast.ada, JOIN),
        {Mail.ATTENTION: set()},
    ),
    (
        "not accepted",
        DocumentEvent.REMINDED,
        remind,
        {Mail.ATTENTION: {"abel", "mia", "rita", "sara", "newt"}},
    ),
]
