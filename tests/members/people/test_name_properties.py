"""Whatever name one act accepts every act accepts and keeps alike; and what is exported imports without a change."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from audit import clock
from members.importing import guide_files
from members.importing.guide_files import RosterError
from members.importing.queries import plan_import
from members.importing.workflow import import_roster
from members.people import workflow
from members.people.forms.records import PersonForm
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind
from members.people.queries.roster import roster
from members.profile import workflow as profile_workflow
from members.profile.workflow import Profile
from nominations.forms.proposing import ProposeForm
from tests.cast import Cast, act_as
from web.conflicts import Conflict
from web.validity import folded, valid_github_name, valid_name

pytestmark = pytest.mark.no_cover  # hundreds of times the same lines

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
#: Signs that once made one act refuse what another one took.
TRICKY = "\u200c\u200d\u00a0\u202e\u200b\u2066\ufeff\u0301\u3000\ufe0f\t’'-=+@;,\"نмАА李👩💻éŁ "
TEXTS = st.one_of(
    st.text(st.sampled_from(TRICKY + "abA1"), max_size=12),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers(199, 202).map(lambda length: "x" * length),
)
GITHUB_TEXTS = st.one_of(
    st.text(st.sampled_from("aZ9-_@. \u00a0é\u200b"), max_size=8),
    st.integers(38, 41).map(lambda length: "x" * length),
)
REFUSED = "refused"
Act = Callable[[str], str]


def outcome(act: Act, text: str) -> str:
    """Return what an act keeps of `text`; everything it has written is rolled back."""
    try:
        with transaction.atomic():
            kept = act(text)
            transaction.set_rollback(True)
    except (ValueError, Conflict, ValidationError, RosterError):
        return REFUSED
    return kept


def cleaned(form: Any, field: str) -> str:
    """Return the value of one field of a bound form. Raises `ValidationError` if it has an error."""
    form.full_clean()
    if field in form.errors:
        raise ValidationError(form.errors[field].as_data())
    return str(form.cleaned_data[field])


def imported(tmp_path: Path, column: int) -> Act:
    """Return the act of importing a file whose second line has a text in `column`."""

    def act(text: str) -> str:
        path = tmp_path / "psrt.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            other = ["Fixed Name", "fixed-name", ""]
            csv.writer(file).writerows([other, [text if at == column else cell for at, cell in enumerate(other)]])
        row = guide_files.read(path, emeritus=False)[1]
        return (row.name, row.github)[column]

    return act


def renamed(cast: Cast) -> Act:
    def act(text: str) -> str:
        profile_workflow.change_profile(Profile(text, "", False, "UTC"), by=act_as(cast.mel))
        return Person.objects.get(pk=cast.mel.pk).name

    return act


@pytest.mark.django_db
@given(text=TEXTS)
@example("می\u200cخواهم")
@example("Re\u0301mi\u00a0 Retire\u0301")
@example("Аda")
@example("e\ufe0f\u0301")
@EXAMPLES
def test_a_name_is_the_same_to_every_act(cast: Cast, tmp_path: Path, text: str) -> None:
    today = clock.now().date()
    keepers: dict[str, Act] = {
        "rule": valid_name,
        "add": lambda text: workflow.add_person(text).name,
        "correct": lambda text: workflow.correct_person(cast.mel, name=text, github="mel", by=act_as(cast.ada)).name,
        "profile": renamed(cast),
        "form": lambda text: cleaned(PersonForm({"name": text, "github": ""}, today=today), "name"),
        "propose": lambda text: (
            cleaned(ProposeForm({"name": text}, actor=act_as(cast.mel), now=clock.now()), "name") or valid_name("")
        ),
        "import": imported(tmp_path, 0),
    }
    outcomes = {name: outcome(act, text) for name, act in keepers.items()}
    assert outcomes == dict.fromkeys(keepers, outcomes["rule"])
    if outcomes["rule"] != REFUSED:
        assert valid_name(outcomes["rule"]) == outcomes["rule"]


@pytest.mark.django_db
@given(text=GITHUB_TEXTS)
@example("nina-")
@example("pia--p")
@example("-")
@example("@octo-cat")
@EXAMPLES
def test_a_github_name_is_the_same_to_every_act(cast: Cast, tmp_path: Path, text: str) -> None:
    today = clock.now().date()
    keepers: dict[str, Act] = {
        "rule": valid_github_name,
        "add": lambda text: workflow.add_person("Nick New", github=text).github,
        "correct": lambda text: (
            workflow.correct_person(cast.mel, name="Mel Member", github=text, by=act_as(cast.ada)).github
        ),
        "rename": lambda text: workflow.rename_on_github(cast.mel, text, by=cast.ada, at=clock.now()).github,
        "form": lambda text: cleaned(PersonForm({"name": "Nick New", "github": text}, today=today), "github"),
        "propose": lambda text: cleaned(
            ProposeForm({"name": "", "github": text}, actor=act_as(cast.mel), now=clock.now()), "github"
        ),
        "import": imported(tmp_path, 1),
    }
    outcomes = {name: outcome(act, text) for name, act in keepers.items()}
    expected = dict.fromkeys(keepers, outcomes["rule"])
    if outcomes["rule"] == "":
        expected["propose"] = REFUSED  # a proposal of somebody new needs one
    assert outcomes == expected


def acceptable(function: Act) -> Callable[[str], bool]:
    return lambda text: outcome_of(function, text) != REFUSED


def outcome_of(function: Act, text: str) -> str:
    try:
        return function(text)
    except ValueError:
        return REFUSED


NAMES = TEXTS.filter(acceptable(valid_name)).map(valid_name)
GITHUB_NAMES = st.text(st.sampled_from("aZ9-"), max_size=39)
PEOPLE = st.lists(
    st.tuples(NAMES, GITHUB_NAMES, st.booleans(), st.sets(st.sampled_from([RoleKind.ADMIN, RoleKind.RELEASE_MANAGER]))),
    max_size=6,
    unique_by=(lambda one: one[1].lower() or folded(one[0])),
)


@pytest.mark.django_db
@given(people=PEOPLE)
@EXAMPLES
def test_an_export_imports_without_a_change(tmp_path: Path, people: list[tuple[str, str, bool, set[RoleKind]]]) -> None:
    with transaction.atomic():
        for name, github, is_emeritus, roles in people:
            put_on_record(name, github, roles, is_emeritus=is_emeritus)
        team = roster(clock.now().date())
        files = (team.members_csv(), team.emeritus_csv())
        rows = []
        for at, text in enumerate(files):
            path = tmp_path / f"{at}.csv"
            path.write_text(text, encoding="utf-8", newline="")
            rows += guide_files.read(path, emeritus=at == 1) if text else []
        assert len(rows) == len(people)
        plan = plan_import(rows, clock.now(), with_emeritus=True)
        assert (plan.changed, [each for each in plan.planned if each.refuses_admin]) == ([], [])
        assert {each.person_id for each in plan.planned} == set(Person.objects.values_list("pk", flat=True))
        import_roster(rows)
        team = roster(clock.now().date())
        assert (team.members_csv(), team.emeritus_csv()) == files
        transaction.set_rollback(True)


def put_on_record(name: str, github: str, roles: set[RoleKind], *, is_emeritus: bool) -> None:
    person = workflow.add_person(name, github=github, is_namesake=True)
    until = date(2025, 2, 3) if is_emeritus else None
    Membership.objects.create(
        person=person,
        since=date(2024, 1, 1),
        until=until,
        began=MembershipBegan.VOTE,
        ended=MembershipEnded.EMERITUS if is_emeritus else "",
    )
    for kind in roles:
        Role.objects.create(person=person, kind=kind, since=date(2024, 1, 1), until=until)
