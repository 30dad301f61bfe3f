"""The demo's choices of mail: a member who wants comments once a day, no team news, and one nomination muted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from audit import clock
from members.people.models import Person
from members.people.policy import actor_of
from nominations.models import Nomination
from notifications import workflow
from notifications.enums import Rhythm, Topic


class ChoiceHistory:
    """Play what people chose of their mail, after the nominations."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Let Hana choose and mute, an hour ago."""
        hana = actor_of(self.people["hana"], self.now.date())
        with clock.pretend(self.now - timedelta(hours=1)):
            workflow.choose({Topic.COMMENTS: Rhythm.DAILY, Topic.NEWS: Rhythm.OFF}, by=hana)
            workflow.mute(Nomination.objects.get(nominee__name="Mira Laoreet"), by=hana)
