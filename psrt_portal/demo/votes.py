"""The demo's nominations: one in each phase, lived through by the real verbs at pretended moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from audit import clock
from members.people.models import Person
from members.people.policy import Actor, actor_of
from members.people.tally import CouncilTally
from nominations import queries, workflow
from nominations.models import (
    Category,
    Comment,
    DecisionKind,
    InterestKind,
    Newcomer,
    Nomination,
    Resolution,
    ResolutionKind,
    Vote,
)
from nominations.tally import Choice
from psrt_portal.demo import rules

People = Mapping[str, Person]
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_MINUTE = timedelta(minutes=1)
#: Between the ballots of a vote that took a week.
_BETWEEN_BALLOTS = timedelta(hours=5) / _WEEK
_YES, _NO, _ABSTAIN = Choice.YES, Choice.NO, Choice.ABSTAIN
_PASSING = (_YES, _YES, _YES, _YES, _NO, _YES, _ABSTAIN)
_FAILING = (_YES, _NO, _YES, _NO, _YES, _ABSTAIN)

_STATEMENTS = {
    "Lena Aliquet": "Lena has written half of the tests of the hash functions, and reviews calmly.",
    "Mira Laoreet": "Mira has triaged issues of the `ssl` module for two years, and asks what reporters forget to say.",
    "Nils Praesent": "Nils wrote the fuzzing harness that found **four** of our last ten vulnerabilities.\n\n"
    "He answers within a day and knows when to be silent.",
    "Otis Fermentum": "Otis maintains the archive modules and has reviewed most of their security fixes.",
    "Petra Vivamus": "Petra has offered to help with the mailing list.",
    "Quentin Cursus": "Quentin keeps pip's resolver safe and would bring a second pair of eyes for packaging.",
    "Rosa Interdum": "Rosa coordinated three vulnerabilities with us as an expert from outside the team.",
    "Sven Maecenas": "Sven leads a large deployment and reports carefully.",
    "Tala Bibendum": "Tala has written the fixes for five of our advisories.",
    "Ugo Tincidunt": "Ugo would help with documentation.",
    "Vera Ultricies": "Vera has kept the release machines safe for a decade.",
    "Wanda Elementum": "Wanda reviewed the parser fixes of the last two years.",
    "Xenia Porttitor": "Xenia knows more of certificates than all of us.",
    "Yuri Dignissim": "Yuri has kept the Windows builds safe for years.",
    "Zora Tristique": "Zora answers on the list before anybody else has read the question.",
}


class VoteHistory:
    """Play the nominations; every method takes how long ago it was. What still runs goes by the rules of `today`."""

    def __init__(self, people: People, now: datetime, today: Mapping[str, Any]) -> None:
        self.people = people
        self.now = now
        self.today = today

    def play(self) -> None:
        """Make a nomination in each phase, and one whose vote closes within minutes, to watch it close."""
        days = _DAY
        self._run()
        mira = self._propose("Mira Laoreet", 2 * days, "cleo")
        self._talk(mira, days)
        self._close("Petra Vivamus", 40 * days, _FAILING)
        self._close("Rosa Interdum", 16 * days, _PASSING)
        self._decide("Sven Maecenas", 80 * days, DecisionKind.VETO)
        self._decide("Tala Bibendum", 60 * days, DecisionKind.NO_VETO)
        self._decide("Vera Ultricies", 13 * days, DecisionKind.NO_VETO)
        withdrawn = self._propose("Ugo Tincidunt", 20 * days, "dario")
        with clock.pretend(self.now - 19 * days):
            workflow.withdraw(withdrawn, by=self._actor("dario"))
        declined = self._ask("Xenia Porttitor", 50 * days, "dario")
        with clock.pretend(self.now - 48 * days):
            workflow.decline(declined)
        self._ask_officer(days)
        self._stop(days)
        self._resolve(days)

    def _run(self) -> None:
        """Play what has not ended. It began at most as long ago as under the rules of the history."""
        consent = timedelta(days=self.today["CONSENT_DAYS"])
        with rules.in_force(self.today):
            self._ask("Wanda Elementum", min(_DAY, consent / 2), "hana")
        period = timedelta(hours=self.today["VOTING_PERIOD_HOURS"])
        nils = self._open("Nils Praesent", min(5 * _DAY, period * 5 / 7), (_YES, _YES, _NO, _YES), running=True)
        self._discuss(nils, min(4 * _DAY, period * 4 / 7))
        soon = min(timedelta(minutes=5), period / 2)
        self._open("Otis Fermentum", min(_WEEK, period) - soon, _PASSING, running=True)
        window = timedelta(hours=self.today["VETO_WINDOW_HOURS"])
        with rules.in_force({"VETO_WINDOW_HOURS": self.today["VETO_WINDOW_HOURS"]}):
            self._close("Quentin Cursus", min(3 * _DAY, window * 3 / 7) + _WEEK, _PASSING)

    def _talk(self, nomination: Nomination, ago: timedelta) -> None:
        with clock.pretend(self.now - ago):
            workflow.endorse(nomination, "She found the two that we had missed.", by=self._actor("hana"))
            workflow.comment(nomination, "Does she have the time, next to the triage?", by=self._actor("dario"))
            workflow.comment(nomination, "I asked: two evenings a week.", by=self._actor("cleo"))
            workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=self._actor("enid"))

    def _ask_officer(self, ago: timedelta) -> None:
        """Let an admin ask somebody from the council to keep the key of a vote that is not open yet."""
        nomination = self._propose("Lena Aliquet", 3 * ago, "hana")
        with clock.pretend(self.now - ago):
            workflow.ask_officer(nomination, self.people["greta"], by=self._actor("bruno"))

    def _discuss(self, nomination: Nomination, ago: timedelta) -> None:
        """Play a discussion with replies and a quote, and an interest that was declared."""
        said = self._say(nomination, "enid", ago, "I worked with Nils on the fuzzer. One question: who employs him?")
        self._say(nomination, "cleo", ago * 7 / 8, "A company that ships Python. He stays out of its patches.", said)
        self._say(nomination, "enid", ago * 6 / 8, "That settles it for me, thank you.", said)
        quote = "> He answers within a day and knows when to be silent.\n\nAlso during a release?"
        self._say(nomination, "dario", ago / 2, quote)
        with clock.pretend(self.now - ago / 2):
            workflow.declare_interest(
                nomination, InterestKind.OTHER, "We wrote a book together.", by=self._actor("hana")
            )
            workflow.endorse(nomination, "", by=self._actor("bruno"))

    def _say(
        self, nomination: Nomination, who: str, ago: timedelta, text: str, reply_to: Comment | None = None
    ) -> Comment:
        with clock.pretend(self.now - ago):
            return workflow.comment(nomination, text, reply_to=reply_to, by=self._actor(who))

    def _stop(self, days: timedelta) -> None:
        """Make a vote that was cancelled, and one that two admins annulled."""
        cancelled = self._open("Yuri Dignissim", 120 * days, (_YES,))
        with clock.pretend(self.now - 118 * days):
            workflow.cancel(cancelled, "The roll lacked a member who had come back.", by=self._actor("ada"))
        annulled = self._close("Zora Tristique", 110 * days, _PASSING)
        with clock.pretend(self.now - 102 * days):
            workflow.ask_to_annul(annulled, "The mail to the voters had not gone out.", by=self._actor("ada"))
            workflow.confirm_annulment(annulled, by=self._actor("bruno"))

    def _resolve(self, days: timedelta) -> None:
        """Make somebody an admin for half a year, record a designation without a majority, and one that waits."""
        carried, not_carried, designate = CouncilTally(2, 0, 0), CouncilTally(1, 1, 0), ResolutionKind.DESIGNATE_ADMIN
        made = self._record(designate, "hana", 240 * days, carried)
        self._confirm(made, 239 * days)
        self._record(designate, "dario", 100 * days, not_carried, "Three are enough.")
        over = self._record(ResolutionKind.RELEASE_ADMIN, "hana", 60 * days, carried, "She asked for it.")
        with clock.pretend(self.now - 59 * days):
            workflow.let_resolution_lapse(over)
        mistaken = self._record(designate, "cleo", timedelta(hours=8), not_carried)
        self._record(designate, "cleo", timedelta(hours=7), carried, corrects=mistaken)

    def _record(
        self,
        kind: ResolutionKind,
        name: str,
        ago: timedelta,
        tally: CouncilTally,
        reason: str = "",
        corrects: Resolution | None = None,
    ) -> Resolution:
        at = self.now - ago
        with clock.pretend(at):
            return workflow.record_resolution(
                kind,
                self.people[name],
                decided_on=at.date() - timedelta(days=2),
                link=f"https://example.org/council/{kind.replace('_', '-')}-{name}",
                tally=tally,
                reason=reason,
                corrects=corrects,
                by=self._actor("farid"),
            )

    def _confirm(self, resolution: Resolution, ago: timedelta) -> None:
        with clock.pretend(self.now - ago):
            workflow.confirm_resolution(resolution, by=self._actor("greta"))

    def _actor(self, name: str) -> Actor:
        return actor_of(self.people[name], self.now.date())

    def _propose(self, nominee: str, ago: timedelta, by: str = "cleo") -> Nomination:
        """Propose somebody, and accept for them two hours later."""
        nomination = self._ask(nominee, ago, by)
        with clock.pretend(self.now - ago + timedelta(hours=2)):
            return workflow.accept(nomination)

    def _ask(self, nominee: str, ago: timedelta, by: str) -> Nomination:
        newcomer = Newcomer(nominee, nominee.lower().replace(" ", "-"))
        with clock.pretend(self.now - ago):
            return workflow.propose(
                newcomer,
                statement=_STATEMENTS[nominee],
                category=Category.TRIAGER,
                email=f"{nominee.split()[0].lower()}@example.org",
                by=self._actor(by),
            )

    def _open(self, nominee: str, ago: timedelta, choices: tuple[Choice, ...], *, running: bool = False) -> Nomination:
        nomination = self._propose(nominee, ago + _DAY)
        with clock.pretend(self.now - ago), rules.in_force(self.today if running else {}):
            roll = queries.roll_for(nomination, clock.now().date())
            vote = workflow.open_vote(nomination, by=self._actor("ada"), despite=[voter.person.pk for voter in roll])
        # Cleo and Dario come last, so that the newcomer finds a vote to cast as either.
        voters = ["ada", "bruno", "enid", "farid", "hana", "cleo", "dario"]
        between = _BETWEEN_BALLOTS * min(ago, _WEEK)
        for number, (voter, choice) in enumerate(zip(voters, choices, strict=False), start=1):
            with clock.pretend(self.now - ago + number * between):
                workflow.cast(vote, choice, by=self._actor(voter))
        return nomination

    def _close(self, nominee: str, ago: timedelta, choices: tuple[Choice, ...]) -> Nomination:
        nomination = self._open(nominee, ago, choices)
        nomination.refresh_from_db()
        with clock.pretend(self.now - ago + _WEEK):
            vote = workflow.close_vote(nomination.vote)
        if vote.passed:
            self._tell_council(vote, self.now - ago + _WEEK)
        nomination.refresh_from_db()
        return nomination

    def _tell_council(self, vote: Vote, closed_at: datetime) -> None:
        """Note what mail would have done in the demo's past: both seats were told within two minutes."""
        step = min(_MINUTE, (self.now - closed_at) / 4)
        told = {self.people[name].pk: closed_at + number * step for number, name in enumerate(("farid", "greta"), 1)}
        with clock.pretend(closed_at + 2 * step):
            workflow.note_council_told(vote, told)

    def _decide(self, nominee: str, ago: timedelta, kind: DecisionKind) -> None:
        nomination = self._close(nominee, ago, _PASSING)
        at = self.now - ago + _WEEK + timedelta(days=3)
        with clock.pretend(at):
            workflow.record_decision(
                nomination,
                kind,
                decided_on=at.date(),
                link="https://example.org/council/minutes",
                reason="An invented reason, for the team only." if kind == DecisionKind.VETO else "",
                tally=CouncilTally(2, 0, 0),
                by=self._actor("farid"),
            )
        if kind == DecisionKind.VETO:
            with clock.pretend(at + timedelta(hours=5)):
                workflow.confirm_veto(nomination, by=self._actor("greta"))
