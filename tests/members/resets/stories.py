"""The mails about resets; see `tests.notifications.stories`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from members.people.models import Person
from members.resets import workflow
from members.resets.events import ResetEvent
from members.resets.models import LoginReset
from notifications.enums import Mail
from tests.cast import Cast, act_as
from tests.factories import give_login, make_member
from tests.notifications.mailroom import deliver

HOW = "A call, and a signed message."
#: All admins and the whole council, whoever acted.
WATCHERS = {"ada", "abel", "sara", "sam"}
_NOBODY: set[str] = set()


def ask(cast: Cast) -> LoginReset:
    """Ask for a reset of one's own login, with the password alone."""
    return workflow.ask_for_reset(cast.mel)


def begin_for(person: Callable[[Cast], Person], new_email: str = "") -> Callable[[Cast], LoginReset]:
    """Begin a reset as Ada."""
    return lambda cast: workflow.begin_reset(person(cast), evidence=HOW, by=act_as(cast.ada), new_email=new_email)


def propose(cast: Cast) -> None:
    workflow.propose_reset(ask(cast), evidence=HOW, by=act_as(cast.ada))


def reset(new_email: str = "") -> Callable[[Cast], LoginReset]:
    """Reset Mel's login by the word of Ada and Sam."""

    def by_two(cast: Cast) -> LoginReset:
        begun = begin_for(lambda each: each.mel, new_email)(cast)
        return workflow.confirm_reset(begun, evidence=HOW, by=act_as(cast.sam))

    return by_two


def live_through(cast: Cast, word: Callable[[], str]) -> None:
    """Every mail about a reset, with `word()` in each field that only admins and the council read."""
    lia = make_member("Lia Locked")
    give_login(lia)
    begun = workflow.begin_reset(lia, evidence=word(), by=act_as(cast.ada))
    deliver()  # before it is confirmed, after which there is nothing to stop
    workflow.confirm_reset(begun, evidence=word(), by=act_as(cast.sam))


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    (
        "asked for a reset",
        ResetEvent.RESET_ASKED,
        ask,
        {Mail.RESET_ASKED: {"mel"}, Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "begun a reset for a dead address",
        ResetEvent.RESET_ASKED,
        begin_for(lambda cast: cast.mel, "mel@example.net"),
        {Mail.RESET_ASKED: {"mel"}, Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "vouched for a reset",
        ResetEvent.RESET_PROPOSED,
        propose,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "reset",
        ResetEvent.RESET_CONFIRMED,
        reset(),
        {
            Mail.RESET_DONE: {"mel"},
            Mail.ACCESS_CHANGED: _NOBODY,
            Mail.LOGIN_NEWS: WATCHERS,
            Mail.LOGIN_WATCH: _NOBODY,
        },
    ),
    (
        "reset to a new address",
        ResetEvent.RESET_CONFIRMED,
        reset("mel@example.net"),
        {
            Mail.RESET_DONE: {"mel@example.net"},
            Mail.ACCESS_CHANGED: {"mel"},
            Mail.LOGIN_NEWS: WATCHERS,
            Mail.LOGIN_WATCH: _NOBODY,
        },
    ),
    (
        "reset by the operator",
        ResetEvent.RESET_CONFIRMED,
        lambda cast: workflow.reset_on_server(cast.mel),
        {
            Mail.RESET_DONE: {"mel"},
            Mail.ACCESS_CHANGED: _NOBODY,
            Mail.LOGIN_NEWS: WATCHERS,
            Mail.LOGIN_WATCH: _NOBODY,
        },
    ),
    (
        "a refused reset",
        ResetEvent.RESET_REFUSED,
        lambda cast: workflow.refuse_reset(ask(cast), by=act_as(cast.sam)),
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "a stopped reset",
        ResetEvent.RESET_STOPPED,
        lambda cast: workflow.stop_reset(ask(cast)),
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "a stopped reset, before the mail went",
        ResetEvent.RESET_ASKED,
        lambda cast: workflow.stop_reset(ask(cast)),
        {Mail.RESET_ASKED: _NOBODY, Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
]
