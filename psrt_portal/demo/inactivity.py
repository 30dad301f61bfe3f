"""The demo's inactivity review: announced, answered, made, sent, and decided on for one of its names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from advisories.reports import workflow as reports
from advisories.reports.models import Report
from audit import clock
from members.channels.connectors import GitHubAdvisories
from members.inactivity import links, workflow
from members.inactivity.enums import NoticeAnswer, ReviewVerdict
from members.people.models import Person
from members.people.policy import Actor, actor_of
from members.people.tally import CouncilTally
from psrt_portal.demo import channels, rules
from psrt_portal.demo.service_server import ServiceServer
from psrt_portal.demo.services import TOKEN

#: How long ago Ivo worked outside the portal.
_WORKED = timedelta(days=120)
_DAY = timedelta(days=1)
#: How long ago each step was.
_NOTED, _ANNOUNCED, _ANSWERED, _MADE, _SENT, _DECIDED = (days * _DAY for days in (44, 40, 36, 26, 25, 12))


class InactivityHistory:
    """Play the review, after reports and votes: activity is read from them."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Play the whole review; the source of the credits is set, because the demo's servers start later."""
        with rules.in_force({"GITHUB_ADVISORIES": [channels.ADVISORIES]}):
            self._play()

    def _play(self) -> None:
        """Have Hana answer the notice, Bruno note Ivo's work, and the council keep Juno; other names wait for it."""
        with clock.pretend(self.now - _NOTED):
            report_in_hand = (
                Report.objects.system("the demo").filter(received_at__lt=clock.now()).earliest("received_at")
            )
            reports.write_note(report_in_hand, "I can review the fix.", by=self._actor("ada"))
        with clock.pretend(self.now - _ANNOUNCED):
            self._read_credits()
            review = workflow.announce(by=self._actor("ada"))
        with clock.pretend(self.now - _ANSWERED):
            workflow.answer_active(
                links.token_of(review.entries.get(person=self.people["hana"]), NoticeAnswer.ACTIVE),
                "I review the fixes of others before they are merged, which no report shows.",
            )
            workflow.note_activity(
                self.people["ivo"],
                day=(self.now - _WORKED).date(),
                text="Answered three mails to the security address.",
                by=self._actor("bruno"),
            )
        with clock.pretend(self.now - _MADE):
            self._read_credits()
            review = workflow.generate(review, by=None)
        with clock.pretend(self.now - _SENT):
            review = workflow.send(review, by=self._actor("bruno"))
        at = self.now - _DECIDED
        with clock.pretend(at):
            workflow.record_verdict(
                review.entries.get(person=self.people["juno"]),
                ReviewVerdict.KEEP,
                tally=CouncilTally(2, 0, 0),
                decided_on=(at - _DAY).date(),
                link="https://example.org/council/inactivity-review",
                by=self._actor("farid"),
            )

    def _read_credits(self) -> None:
        """Read the coordinator credits of the demo's own GitHub."""
        github, *_ = channels.services()
        with ServiceServer(github).running() as server:
            connector = GitHubAdvisories(url=server.url(github), token=TOKEN)
            workflow.keep_credits(channels.ADVISORIES, connector.coordinators(channels.ADVISORIES))

    def _actor(self, name: str) -> Actor:
        return actor_of(self.people[name], self.now.date())
