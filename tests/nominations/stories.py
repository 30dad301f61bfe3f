"""Council decisions and vetoes, and the recipients of their mails."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from audit import clock
from members.accounts import workflow as accounts
from nominations import workflow as nominations
from nominations.events import NominationEvent
from nominations.models import Phase, ResolutionKind
from notifications.enums import Mail
from tests.cast import Cast, act_as
from tests.nominations import council
from tests.nominations import factories as votes

MEMBERS = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
COUNCIL = {"sam", "sara"}


def record(cast: Cast) -> None:
    """Record a decision, while Sara and Abel are suspended."""
    accounts.suspend(cast.sara, "A lost laptop.", by=act_as(cast.abel))
    accounts.suspend(cast.abel, "Another one.", by=act_as(cast.ada))
    council.record(ResolutionKind.DESIGNATE_ADMIN, cast.mel, by=cast.sam)


def record_removal(cast: Cast) -> None:
    council.record(ResolutionKind.REMOVE_MEMBER, cast.mia, by=cast.sara)


def object_to(cast: Cast) -> None:
    council.objected(ResolutionKind.DESIGNATE_ADMIN, cast.mel, by=cast.sam, second=cast.sara)


def block(cast: Cast) -> None:
    council.blocked(cast, cast.newt, by=cast.sam)


def confirm_resolution(cast: Cast) -> None:
    council.confirmed(ResolutionKind.DESIGNATE_ADMIN, cast.mel, by=cast.sam, second=cast.sara)


def remove(cast: Cast) -> None:
    """Let the time pass after which Mel is removed."""
    council.resolve(ResolutionKind.REMOVE_MEMBER, cast.mel, by=cast.sara)


def remind_of_veto(cast: Cast) -> None:
    """Remind Sara, a day after Sam recorded a veto."""
    with clock.pretend(clock.now() - votes.DAY):
        nomination = votes.veto_waits(cast)
    nominations.remind(nomination.vote)


def leave_council_untold(cast: Cast) -> None:
    """Let two days pass after a count without any mail."""
    nominations.remind(votes.make(Phase.COUNCIL_UNTOLD, cast).vote)


def refuse_veto(cast: Cast) -> None:
    nominations.refuse_veto(votes.veto_waits(cast), "Never decided.", by=act_as(cast.sara))


STORIES: list[tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]] = [
    (
        "decision recorded",
        NominationEvent.RESOLUTION_RECORDED,
        record,
        {Mail.ATTENTION: {"ada", "mel"}, Mail.COUNCIL_DECISION: {"sara", "abel"}},
    ),
    (
        "removal recorded",
        NominationEvent.RESOLUTION_RECORDED,
        record_removal,
        {Mail.ATTENTION: {"ada", "abel", "sam", "mia"}, Mail.COUNCIL_DECISION: set()},
    ),
    (
        "objected",
        NominationEvent.RESOLUTION_OBJECTED,
        object_to,
        {Mail.ATTENTION: {"ada", "abel", "sam", "mel"}, Mail.COUNCIL_DECISION: set()},
    ),
    (
        "blocked",
        NominationEvent.RESOLUTION_BLOCKED,
        block,
        {Mail.ATTENTION: {"ada", "abel", "sam", "sara"}, Mail.COUNCIL_DECISION: set()},
    ),
    (
        "admin designated",
        NominationEvent.RESOLUTION_EFFECTIVE,
        confirm_resolution,
        {Mail.ATTENTION: (MEMBERS | COUNCIL) - {"sara"}, Mail.COUNCIL_DECISION: set()},
    ),
    (
        "member removed",
        NominationEvent.RESOLUTION_EFFECTIVE,
        remove,
        {Mail.ATTENTION: (MEMBERS | COUNCIL) - {"mel"}, Mail.COUNCIL_DECISION: set()},
    ),
    (
        "veto recorded",
        NominationEvent.VETO_RECORDED,
        votes.veto_waits,
        {Mail.ATTENTION: {"ada", "abel", "sara"}, Mail.COUNCIL_DECISION: set()},
    ),
    (
        "council not told",
        NominationEvent.COUNCIL_UNTOLD,
        leave_council_untold,
        {Mail.VETO_WINDOW: COUNCIL, Mail.ATTENTION: {"ada", "abel"}},
    ),
    ("veto that waits", NominationEvent.VETO_WAITS, remind_of_veto, {Mail.ATTENTION: {"sara"}}),
    ("veto refused", NominationEvent.VETO_REFUSED, refuse_veto, {Mail.ATTENTION: {"ada", "abel", "sam"}}),
]
