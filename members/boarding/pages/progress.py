"""The steps of one checklist from its beginning to its end: what is done, and who is waited for since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from members.accounts.models import Invitation
from members.boarding.enums import ChecklistPhase
from members.boarding.models import Checklist
from members.boarding.pages.steps import A_SECOND_PERSON, AN_ADMIN, StepRow, Wait
from members.boarding.queries import first_factor_at
from members.people.registry import OpenWork
from web.dates import elapsed_in_words
from web.timeline import StepState

#: More steps than this are not named by their numbers.
_MOST_NUMBERS = 3


@dataclass(frozen=True)
class PageStep:
    """One step of a checklist's page, which `template` shows below its title."""

    title: str
    state: StepState
    template: str = ""
    done_at: datetime | None = None
    note: str = ""
    wait: Wait | None = None
    after: str = ""
    """What has to be done first; empty where nothing has."""
    row: StepRow | None = None

    @property
    def is_done(self) -> bool:
        """Return whether nothing is left of it."""
        return self.state == StepState.DONE


@dataclass(frozen=True)
class ChecklistProgress:
    """All steps of a checklist, and in parts how far it is."""

    steps: tuple[PageStep, ...]
    now: datetime

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def part(self) -> int:
        """Return how much is done, of 100."""
        return round(100 * self.done / len(self.steps))

    @property
    def waits(self) -> list[tuple[str, list[str]]]:
        """Return who is waited for, each with the steps, in order of the steps."""
        found: dict[str, list[str]] = {}
        for step in self.steps:
            if step.wait:
                found.setdefault(step.wait.who, []).append(step.title)
        return list(found.items())

    @property
    def summary(self) -> str:
        """Return how far it is and who is waited for, as sentences."""
        done = f"{self.done} of {len(self.steps)} steps done."
        moments = [step.wait.since for step in self.steps if step.wait]
        if not moments:
            return done
        who = " and ".join(name for name, _ in self.waits)
        return f"{done} Waiting for {who} for {elapsed_in_words(min(moments), self.now)}."


def progress_of(
    checklist: Checklist,
    rows: Sequence[StepRow],
    now: datetime,
    *,
    work: Sequence[OpenWork] = (),
    invitation: Invitation | None = None,
) -> ChecklistProgress:
    """Return the steps of a checklist; `rows` are those of its channels, `work` what is to be handed over."""
    outside = [row for row in rows if not row.is_login]
    first = _out(checklist, work) if checklist.is_out else _in(checklist, invitation, now)
    steps = [*first, *(_channel(checklist, row) for row in outside)]
    return ChecklistProgress((*steps, _end(checklist, steps, now)), now)


def _in(checklist: Checklist, invitation: Invitation | None, now: datetime) -> Iterator[PageStep]:
    yield PageStep("Accepted", StepState.DONE, "boarding/steps/_approved.html", done_at=checklist.begun_at)
    login = _login(checklist, invitation, now)
    yield login
    title = "Responsibilities accepted"
    if checklist.accepted_at:
        note = "Embargo rules included."
        yield PageStep(title, StepState.DONE, done_at=checklist.accepted_at, note=note)
    elif not checklist.is_running or not login.is_done:
        yield PageStep(title, StepState.TODO, after="after step 2")
    else:
        since = login.done_at or checklist.begun_at
        note = "They read and accept them on the page that the portal leads to, before any channel is opened."
        wait = Wait(checklist.person.name, max(since, checklist.begun_at))
        yield PageStep(title, StepState.CURRENT, note=note, wait=wait)


def _login(checklist: Checklist, invitation: Invitation | None, now: datetime) -> PageStep:
    """Return the step that the portal ticks by itself, with whoever is waited for until then."""
    title, template = "Signs in with a second factor", "boarding/steps/_login.html"
    facts = checklist.facts(now)
    if facts.has_complete_login:
        done_at = first_factor_at(checklist.person)
        return PageStep(title, StepState.DONE, done_at=done_at, note="Ticked by the portal.")
    if not checklist.is_running:
        return PageStep(title, StepState.TODO)
    invited_at = max(invitation.invited_at, checklist.begun_at) if invitation else checklist.begun_at
    if facts.is_unconfirmed:
        note = "Another admin or a council member confirms the address first."
        return PageStep(title, StepState.CURRENT, template, note=note, wait=Wait(A_SECOND_PERSON, invited_at))
    if facts.is_reachable:
        note = "They follow the link in their mail, and add a passkey or an authenticator app."
        return PageStep(title, StepState.CURRENT, template, note=note, wait=Wait(checklist.person.name, invited_at))
    note = "There is no open invitation. Invite them."
    return PageStep(title, StepState.CURRENT, template, note=note, wait=Wait(AN_ADMIN, checklist.begun_at))


def _out(checklist: Checklist, work: Sequence[OpenWork]) -> Iterator[PageStep]:
    note = "Sessions ended, waiting mail dropped, reports closed to them. Ticked by the portal."
    yield PageStep("Portal access ended", StepState.DONE, done_at=checklist.begun_at, note=note)
    if not work:
        note = "They coordinate no open report."
        yield PageStep("Reports handed over", StepState.DONE, note=note)
        return
    title = f"Hand over {len(work)} reports" if len(work) > 1 else "Hand over one report"
    wait = Wait(AN_ADMIN, checklist.begun_at)
    yield PageStep(title, StepState.CURRENT, "boarding/steps/_hand_over.html", wait=wait)


def _channel(checklist: Checklist, row: StepRow) -> PageStep:
    step = row.step
    if row.wait is not None:
        return PageStep(step.channel.name, StepState.CURRENT, "boarding/steps/_channel.html", wait=row.wait, row=row)
    if step.done_at is not None:
        return PageStep(
            step.channel.name, StepState.DONE, "boarding/steps/_channel.html", done_at=step.done_at, row=row
        )
    after = "after step 3" if checklist.is_running else ""
    return PageStep(step.channel.name, StepState.TODO, after=after, row=row)


def _end(checklist: Checklist, steps: Sequence[PageStep], now: datetime) -> PageStep:
    name = checklist.person.name
    end = f"becomes {checklist.get_ending_display()}" if checklist.is_out else "becomes a member"
    template = "boarding/steps/_end.html"
    if checklist.completed_at is not None:
        title = "Finished" if checklist.is_out else "Access complete"
        return PageStep(title, StepState.DONE, done_at=checklist.completed_at, note=f"By {checklist.completed_by}.")
    title = f"Finish: {name} {end}"
    if checklist.phase(now) == ChecklistPhase.READY:
        since = max(step.done_at for step in steps if step.done_at)
        return PageStep(title, StepState.CURRENT, template, wait=Wait(AN_ADMIN, since))
    numbers = [str(number) for number, step in enumerate(steps, 1) if not step.is_done]
    if len(numbers) > _MOST_NUMBERS:
        return PageStep(title, StepState.TODO, after="after the other steps" if checklist.is_running else "")
    after = f"after {'steps' if len(numbers) > 1 else 'step'} {_listed(numbers)}" if numbers else ""
    return PageStep(title, StepState.TODO, after=after if checklist.is_running else "")


def _listed(parts: Sequence[str]) -> str:
    """Return ``2``, ``2 and 5`` or ``2, 3 and 5``."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
