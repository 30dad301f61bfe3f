"""Events, and the chain that makes a changed or missing one show.

An `Event` is written in the transaction of the action it records. When that transaction commits, a
`Link` seals it to the one before: ``hash = sha256(previous || leaf)``, where ``leaf`` is the
digest of the event's own content. The one `Head` says how many there are and how the last one ends. Triggers refuse
UPDATE, DELETE and TRUNCATE, and let the head move forward only (`audit/triggers.py`).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Event(models.Model):
    """An action that somebody took. Holds ids and names of fields, never the value of a confidential field."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(help_text="When it happened, by the database's clock, in UTC.")
    kind = models.CharField(max_length=60, help_text="What happened, as subject:verb.")
    actor = models.CharField(max_length=100, help_text="Who did it: model:id, system, or reporter.")
    target = models.CharField(max_length=100, db_index=True, help_text="What it happened to, as model:id.")
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    leaf = models.BinaryField(max_length=32, help_text="SHA-256 of the fields above.")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [
            # The log is read newest first, as a whole or by who acted (`psrt_portal.audit_log`).
            models.Index(fields=["-at", "-id"], name="events_newest"),
            models.Index(fields=["actor", "-at", "-id"], name="events_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.target}"

    @property
    def target_id(self) -> str:
        """The id part of `target`."""
        return self.target.partition(":")[2]

    def digest(self) -> bytes:
        """Return the SHA-256 of the event's content, written so that equal content gives equal bytes."""
        return hashlib.sha256(
            json.dumps(
                ["psrt-audit-1", str(self.id), self.at.isoformat(), self.kind, self.actor, self.target, self.data],
                sort_keys=True,
                separators=(",", ":"),
                cls=DjangoJSONEncoder,
            ).encode()
        ).digest()


class Link(models.Model):
    """The place of an event in the chain; `sequence` has no gaps and starts at 1."""

    sequence = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="link")
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering: ClassVar = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence}"

    @staticmethod
    def hash_of(previous: bytes, leaf: bytes) -> bytes:
        """Return the hash of a link, as the trigger computes it."""
        return hashlib.sha256(previous + leaf).digest()


class Head(models.Model):
    """The end of the chain as it was sealed last, in one row; what is missing before it was cut off."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    sequence = models.BigIntegerField(help_text="How many events were ever sealed.")
    hash = models.BinaryField(max_length=32, help_text="The hash of the last link; zeros in an empty log.")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="the_log_has_one_head")]

    def __str__(self) -> str:
        return f"{self.sequence}"


#: The previous hash of the first link.
GENESIS = bytes(32)


def label(thing: models.Model | str | None) -> str:
    """Return the name of a row in the log, such as ``people.person:<id>``; None is ``system``."""
    if thing is None:
        return "system"
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.label_lower}:{thing.pk}"


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as it will come back from the database, so that its digest stays the same."""
    parsed: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return parsed
