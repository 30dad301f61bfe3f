"""The places outside the roster to which membership gives access, and the accounts of people in them."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from members.channels.kinds import KINDS, Kind, choices
from members.people.models import Person


class ChannelKind(StrEnum):
    """The kinds that have a name in the code, because something treats them apart; `KINDS` has all."""

    LOGIN = "login"
    GITHUB = "github"
    MAILMAN = "mailman"
    DISCORD = "discord"
    LIST = "list"


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Sets of channels."""

    def in_use(self) -> Self:
        """Return the channels on checklists and in drift checks, in their order."""
        return self.filter(retired_at=None).order_by("position", "id")

    def retired(self) -> Self:
        """Return the retired lists, those retired last first."""
        return self.exclude(retired_at=None).order_by("-retired_at", "id")


class Channel(models.Model):
    """One place to which members have access. The settings hold what a connector needs to reach it."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=choices, default=ChannelKind.LIST)
    to_let_in = models.TextField(
        "to let somebody in", blank=True, help_text="Markdown. What an admin does when somebody joins."
    )
    to_let_out = models.TextField(
        "to let somebody out", blank=True, help_text="Markdown. What an admin does when somebody leaves."
    )
    contact = models.CharField(
        max_length=200, blank=True, help_text="Who runs the place: an address, or a name. Only admins see it."
    )
    position = models.PositiveSmallIntegerField(default=100)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Since then it is on no new checklist.")

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=~Q(kind="list"), name="there_is_one_channel_for_each_connector"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_channel_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_login(self) -> bool:
        """Return whether this is the portal itself, which checks its steps off without anybody."""
        return self.kind == ChannelKind.LOGIN

    @property
    def is_list(self) -> bool:
        """Return whether admins have added it, and paste what is on it."""
        return self.kind == ChannelKind.LIST

    @property
    def notes_accounts(self) -> bool:
        """Return whether accounts are noted in it: a GitHub name belongs to the person, a login to itself."""
        return bool(self.traits.account_help)

    @property
    def traits(self) -> Kind:
        """Return what all channels of its kind have in common."""
        return KINDS[self.kind]


class ChannelAccount(models.Model):
    """The account of one person in one channel: an address on a list, an id in the chat. Never public.

    GitHub accounts are not here: the name and the id belong to the person.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="accounts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="channel_accounts")
    identifier = models.CharField(max_length=254, help_text="In lower case: an address, or the channel's own id.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "identifier"], name="an_account_belongs_to_one_person"),
            models.UniqueConstraint(fields=["channel", "person"], name="a_person_has_one_account_in_a_channel"),
            models.CheckConstraint(condition=~Q(identifier=""), name="an_account_has_an_identifier"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.channel}"
