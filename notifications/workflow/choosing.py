"""Verbs: choose how soon mail of each topic comes, and mute a nomination. Nobody does it for somebody else."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts.events import AccountEvent
from members.people.models import Person
from members.people.policy import Actor
from nominations.models import Nomination
from notifications.enums import Rhythm, Topic
from notifications.kinds import TOPICS
from notifications.models import MailChoice, Mute
from notifications.policy import MUTES, NOTICES, MuteAction, NoticeAction
from notifications.queries import choices
from web.conflicts import Conflict


@transaction.atomic
def choose(wanted: Mapping[Topic, Rhythm], *, by: Actor) -> list[Topic]:
    """Write how soon `by` wants the mail of some topics, and return those that changed.

    Raises `NotAllowed` for somebody who gets no mail, `Conflict` for a rhythm that a topic does not have.
    """
    person = NOTICES.require_any(NoticeAction.CHOOSE, by)
    for topic, rhythm in wanted.items():
        if rhythm not in TOPICS[topic].rhythms_for(is_admin=by.is_admin):
            raise Conflict(f"“{topic.label}” cannot be set to “{rhythm.label}”.")
    _lock(person)
    before = choices.choices_of(person, is_admin=by.is_admin)
    changed = [topic for topic, rhythm in wanted.items() if before[topic] != rhythm]
    for topic in changed:
        MailChoice.objects.update_or_create(person=person, topic=topic, defaults={"rhythm": wanted[topic]})
    if changed:
        fields = [f"mail:{topic}" for topic in changed]
        record(AccountEvent.PREFERENCES_CHANGED, target=person, by=person, at=clock.now(), fields=fields)
    return changed


@transaction.atomic
def mute(nomination: Nomination, *, by: Actor) -> bool:
    """Send `by` no more mail about `nomination` that asks nothing of them; False if it is muted already.

    Raises `NotAllowed` for somebody who may not see it, `Conflict` once it has ended.
    """
    person = MUTES.require(MuteAction.MUTE, by, nomination)
    _lock(person)
    at = clock.now()
    _, is_new = Mute.objects.get_or_create(person=person, nomination=nomination, defaults={"muted_at": at})
    if is_new:
        # Which one it is concerns nobody else, and is not in the log.
        record(AccountEvent.PREFERENCES_CHANGED, target=person, by=person, at=at, fields=["mail:muted"])
    return is_new


@transaction.atomic
def unmute(nomination: Nomination, *, by: Actor) -> bool:
    """Send `by` all mail about `nomination` again; False if it was not muted. Raises `NotAllowed` as `mute` does."""
    person = MUTES.require(MuteAction.UNMUTE, by, nomination)
    _lock(person)
    deleted, _ = Mute.objects.filter(person=person, nomination=nomination).delete()
    if deleted:
        record(AccountEvent.PREFERENCES_CHANGED, target=person, by=person, at=clock.now(), fields=["mail:muted"])
    return bool(deleted)


def _lock(person: Person) -> None:
    """Let nobody else change the choices of `person` until the transaction ends."""
    Person.objects.select_for_update().get(pk=person.pk)
