"""The mails about names and GitHub names; see `tests.notifications.stories`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.importing.guide_files import RosterRow
from members.importing.workflow import import_roster
from members.people import workflow
from members.people.events import PeopleEvent
from members.people.models import Person
from notifications.enums import Mail
from tests.cast import Cast, act_as

COUNCIL = {"sara", "sam"}
_NOBODY: set[str] = set()


def correct(person: Person, by: Person, *, name: str = "", github: str = "", is_namesake: bool = False) -> None:
    workflow.correct_person(
        person, name=name or person.name, github=github or person.github, is_namesake=is_namesake, by=act_as(by)
    )


def correct_with_abel_suspended(cast: Cast) -> None:
    accounts_workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))
    correct(cast.mel, cast.ada, github="not-mel")


def correct_suspended(cast: Cast) -> None:
    accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    correct(cast.mel, cast.ada, github="not-mel")


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    (
        "people from a file",
        PeopleEvent.ROSTER_IMPORTED,
        lambda _cast: import_roster([RosterRow("psrt.csv", 1, "Eve Estuary", "eve", (), emeritus=False)]),
        {Mail.ATTENTION: {"ada", "abel"} | COUNCIL},
    ),
    (
        "another name, by an admin",
        PeopleEvent.RENAMED,
        lambda cast: correct(cast.mel, cast.ada, name="Melanie Member"),
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: {"mel"}},
    ),
    (
        "another name of an outsider",
        PeopleEvent.RENAMED,
        lambda cast: correct(cast.olga, cast.ada, name="Olga Other"),
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: _NOBODY, Mail.RECORD_CHANGED: _NOBODY},
    ),
    (
        "an outsider under the name of a member",
        PeopleEvent.RENAMED,
        lambda cast: correct(cast.olga, cast.ada, name="Mel Member", is_namesake=True),
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: {"olga"}},
    ),
    (
        "another GitHub name",
        PeopleEvent.PERSON_CORRECTED,
        lambda cast: correct(cast.mel, cast.ada, github="not-mel"),
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: {"mel"}},
    ),
    (
        "another GitHub name, with an admin suspended",
        PeopleEvent.PERSON_CORRECTED,
        correct_with_abel_suspended,
        {Mail.ATTENTION: _NOBODY, Mail.TEAM_WATCH: COUNCIL | {"abel"}, Mail.RECORD_CHANGED: {"mel"}},
    ),
    (
        "another GitHub name of somebody suspended",
        PeopleEvent.PERSON_CORRECTED,
        correct_suspended,
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: {"mel"}},
    ),
    (
        "another GitHub name of one's own",
        PeopleEvent.PERSON_CORRECTED,
        lambda cast: correct(cast.ada, cast.ada, github="not-ada"),
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: _NOBODY},
    ),
    (
        "another GitHub name of an outsider",
        PeopleEvent.PERSON_CORRECTED,
        lambda cast: correct(cast.olga, cast.ada, github="not-olga"),
        {Mail.ATTENTION: _NOBODY, Mail.TEAM_WATCH: _NOBODY, Mail.RECORD_CHANGED: _NOBODY},
    ),
    (
        "a correction that corrects nothing",
        PeopleEvent.PERSON_CORRECTED,
        lambda cast: correct(cast.mel, cast.ada),
        {Mail.ATTENTION: _NOBODY, Mail.TEAM_WATCH: _NOBODY, Mail.RECORD_CHANGED: _NOBODY},
    ),
    (
        "another GitHub name, found by a check",
        PeopleEvent.GITHUB_RENAMED,
        lambda cast: workflow.rename_on_github(cast.mel, "not-mel", by=cast.ada, at=clock.now()),
        {Mail.ATTENTION: {"abel"}, Mail.TEAM_WATCH: COUNCIL, Mail.RECORD_CHANGED: {"mel"}},
    ),
]
