"""People are sorted and found as a reader expects, whatever accents their names have."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit import clock
from members.channels.queries import people_by_name
from members.inactivity.models import ReviewEntry
from members.people.models import Person, RoleKind
from members.people.queries.people import find
from members.people.queries.roster import roster
from nominations.models import Phase
from nominations.queries import eligible_people, seats_to_tell
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles, make_member, make_person, new_person
from tests.members.people import guide
from tests.nominations import factories
from web.validity import sort_key

#: As a reader expects them; by code points Łukasz would be last, and Bénédikt behind Benjamin.
SORTED = ["Ada-Mae Lorem", "Bénédikt Tran", "Benjamin Peterson", "Lukas Zorn", "Łukasz Langa", "Lysandros Nikolaou"]
SORTED += ["O’Dolor", "O'Dolor B", "Øyvind Amet", "ŻOFIA", "zoltan", "Ада Лорем", "李雷"]


@pytest.fixture
def team(db: None) -> list[str]:
    for number, name in enumerate(reversed(SORTED)):
        make_member(name, github=f"member-{number}", slug=f"person-{number}")
    return SORTED


def test_python_and_the_database_sort_alike(team: list[str]) -> None:
    assert list(Person.objects.values_list("name", flat=True)) == team
    assert sorted(set(team), key=sort_key) == team


def test_the_roster_and_its_files_are_sorted(team: list[str], client: Client) -> None:
    assert [entry.name for entry in roster(clock.now().date()).members] == team
    assert [name for name, *_rest in guide.rows(client.get("/members/psrt.csv").content)] == team


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lukasz", ["Łukasz Langa"]),
        ("ŁUKASZ", ["Łukasz Langa"]),
        ("łuk", ["Lukas Zorn", "Łukasz Langa"]),
        ("benedikt", ["Bénédikt Tran"]),
        ("Be\u0301ne\u0301", ["Bénédikt Tran"]),
        ("o'dolor", ["O’Dolor", "O'Dolor B"]),
        ("ada mae", []),
        ("ada‑mae", ["Ada-Mae Lorem"]),
        ("oyvind", ["Øyvind Amet"]),
        ("zofia", ["ŻOFIA"]),
        ("ада", ["Ада Лорем"]),
        ("雷", ["李雷"]),
        ("%", []),
        ("\u0301", []),
    ],
)
def test_a_search_ignores_case_and_accents(team: list[str], typed: str, found: list[str]) -> None:
    assert list(find(typed).values_list("name", flat=True)) == found
    assert list(people_by_name(typed, clock.now().date()).values_list("name", flat=True)) == found


def test_a_github_name_is_found_as_well(team: list[str]) -> None:
    assert list(find("MEMBER-0").values_list("name", flat=True)) == ["李雷"]


def test_the_admins_list_of_people_finds_and_sorts(cast: Cast, browse: Browse) -> None:
    for name in ("Łukasz Langa", "Lukas Zorn"):
        make_person(name, github="")
    page = browse(cast.ada).get(reverse("people:list"), {"q": "LUKAS"})
    assert [row.person.name for row in page.context["rows"]] == ["Lukas Zorn", "Łukasz Langa"]


def test_the_list_to_choose_a_nominee_from_is_sorted(cast: Cast) -> None:
    for name in ("Łukasz Langa", "Zoe Ipsum", "Lukas Zorn"):
        make_person(name, github="")
    names = list(eligible_people(act_as(cast.mel), clock.now()).values_list("name", flat=True))
    assert [name for name in names if name.split()[1] in {"Langa", "Ipsum", "Zorn"}] == [
        "Lukas Zorn",
        "Łukasz Langa",
        "Zoe Ipsum",
    ]
    assert names == sorted(names, key=sort_key)


def test_the_key_follows_the_name_however_it_is_written(db: None) -> None:
    person = make_person("Łukasz", github="")
    keys = [person.sort_key]
    person.name = "Øyvind"
    person.save(update_fields=["name"])
    keys.append(Person.objects.get().sort_key)
    Person.objects.update(name="Élan")
    keys.append(Person.objects.get().sort_key)
    person.refresh_from_db()
    person.affiliation = "Lorem"
    person.save(update_fields=["affiliation"])
    keys.append(Person.objects.get().sort_key)
    Person.objects.bulk_create([new_person("Ærø", github="")])
    keys.append(Person.objects.get(name="Ærø").sort_key)
    assert keys == ["lukasz", "oyvind", "elan", "elan", "æro"]


def test_entries_of_a_review_are_sorted_by_the_key() -> None:
    assert ReviewEntry._meta.ordering == ["person__sort_key", "id"]


def test_a_roll_is_sorted_by_the_names_on_it(cast: Cast, browse: Browse) -> None:
    for name in ("Łukasz Langa", "Zoe Ipsum", "Élan Dolor"):
        make_member(name, github="")
    nomination = factories.make(Phase.OPEN, cast)
    Person.objects.filter(name="Zoe Ipsum").update(name="Ann Ipsum")
    page = browse(cast.mel).get(nomination.get_absolute_url())
    names = [entry.name for entry in page.context["roll"]]
    assert names == sorted(names, key=sort_key)
    assert {"Łukasz Langa", "Zoe Ipsum", "Élan Dolor"} < set(names)


def test_the_seats_that_are_told_are_sorted(cast: Cast) -> None:
    for name in ("Łukasz Langa", "Zoe Ipsum"):
        seat = make_person(name, github="")
        give_roles(seat, RoleKind.STEERING_COUNCIL)
        give_login(seat)
    nomination = factories.make(Phase.PROPOSED, cast)
    names = [person.name for person in seats_to_tell(nomination, clock.now())]
    assert names == ["Łukasz Langa", "Sam Steering", "Sara Steering", "Zoe Ipsum"]
