"""No row makes a second person of somebody known, or of somebody in another row."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import clock
from audit.models import Event
from members.boarding import workflow as boarding_workflow
from members.importing import guide_files
from members.importing.guide_files import RosterError
from members.importing.workflow import import_roster
from members.people.models import FormerGitHubName, MembershipBegan, Person, RoleKind
from tests.cast import Cast
from tests.factories import make_emeritus, make_member, make_person
from tests.members.importing.files import MEMBERS, refused, run


def test_a_row_under_another_github_name_is_refused(db: None, tmp_path: Path) -> None:
    make_member("Nina Nonce", RoleKind.ADMIN, github="nina-n")
    assert refused(tmp_path, "Nina Nonce,nina-nonce,Admin\n") == [
        "psrt.csv:1: Nina Nonce (nina-nonce) is on record as Nina Nonce (nina-n)"
    ]


@pytest.mark.parametrize("name", ["nina nonce", "Nina  Nonce", "Nína Nonce", "Nina-Nonce", "N1na Nonce"])
def test_a_row_whose_name_looks_like_a_known_one_is_refused(db: None, tmp_path: Path, name: str) -> None:
    make_emeritus("Nina Nonce", github="nina-n")
    (fault,) = refused(tmp_path, f"{name},nina-nonce,\n", "")
    assert fault.endswith("is on record as Nina Nonce (nina-n)")


def test_a_former_github_name_means_its_person(db: None, tmp_path: Path) -> None:
    nina = make_member("Nina Nonce", github="nina-nonce")
    FormerGitHubName.objects.create(person=nina, name="nina-n", until=clock.now().date())
    said = run(tmp_path, "Nina Nonce,NINA-N,\n")
    assert said.splitlines() == [
        f"{tmp_path}/psrt.csv:1: NINA-N is called nina-nonce now; the portal keeps that name.",
        "1 members and 0 emeritus read; nothing new.",
    ]
    assert list(Person.objects.values_list("github", flat=True)) == ["nina-nonce"]


def test_a_former_github_name_of_two_people_means_nobody(db: None, tmp_path: Path) -> None:
    for number, name in enumerate(("Nina Nonce", "Olga Other")):
        person = make_member(name, github=f"now-{number}")
        FormerGitHubName.objects.create(person=person, name="nina-n", until=clock.now().date())
    assert refused(tmp_path, "Nina Nonce,nina-n,\n") == [
        "psrt.csv:1: GitHub name nina-n was that of Nina Nonce and Olga Other"
    ]


def test_a_former_github_name_that_somebody_else_has_now_means_them(db: None, tmp_path: Path) -> None:
    nina, olga = make_member("Nina Nonce", github="nina-nonce"), make_member("Olga Other", github="nina-n")
    FormerGitHubName.objects.create(person=nina, name="nina-n", until=clock.now().date())
    assert refused(tmp_path, "Nina Nonce,nina-n,\n") == [
        "psrt.csv:1: GitHub name nina-n belongs to Olga Other here, not to Nina Nonce"
    ]
    assert run(tmp_path, f"{olga.name},nina-n,\n").endswith("nothing new.\n")


def test_a_row_with_a_github_name_is_not_the_person_without_one(db: None, tmp_path: Path) -> None:
    make_emeritus("Karl Amet", github="")
    assert refused(tmp_path, MEMBERS, "Karl Amet,karl,\n") == [
        "emeritus.csv:1: Karl Amet (karl) is on record as Karl Amet (without GitHub name)"
    ]


def test_a_row_without_a_github_name_is_not_the_person_with_one(db: None, tmp_path: Path) -> None:
    make_emeritus("Karl Amet", github="karl")
    assert refused(tmp_path, MEMBERS, "Karl Amet,,\n") == [
        "emeritus.csv:1: Karl Amet (without GitHub name) is on record as Karl Amet (karl)"
    ]


def test_two_people_of_a_name_are_told_apart_by_their_github_names(db: None, tmp_path: Path) -> None:
    for github in ("karl", "karl-2", ""):
        make_member("Karl Amet", github=github, slug=f"karl-{github}")
    assert run(tmp_path, "Karl Amet,karl,\nKarl Amet,karl-2,\nKarl Amet,,\n").endswith("; nothing new.\n")


@pytest.mark.parametrize(
    ("members", "emeritus"), [("Ada Lorem,ada,\n", "Ada Lorem,,\n"), ("Ada Lorem,,\n", "Áda Lorem,ada,\n")]
)
def test_the_same_human_in_both_files_is_refused(db: None, tmp_path: Path, members: str, emeritus: str) -> None:
    (fault,) = refused(tmp_path, members, emeritus)
    first, second = (text.split(",")[0] for text in (members, emeritus))
    called = f"{first} ({'ada' if ',ada' in members else 'without GitHub name'})"
    assert fault == f"emeritus.csv:1: {second} stands in psrt.csv line 1 already, as {called}"


def test_two_rows_about_one_person_on_record_are_refused(db: None, tmp_path: Path) -> None:
    nina = make_member("Nina Nonce", github="nina-nonce")
    FormerGitHubName.objects.create(person=nina, name="nina-n", until=clock.now().date())
    assert refused(tmp_path, "Nina Nonce,nina-n,\nNina Nonce,nina-nonce,\n") == [
        "psrt.csv:2: Nina Nonce stands in psrt.csv line 1 already."
    ]


def test_a_name_without_letters_is_known_again(db: None, tmp_path: Path) -> None:
    run(tmp_path, "…,,\n")
    assert run(tmp_path, "…,,\n").endswith("nothing new.\n")


def test_a_decomposed_name_is_the_composed_one(db: None, tmp_path: Path) -> None:
    run(tmp_path, "Rémi Retiré,,\nO’Dolor,dolor,\n")
    assert run(tmp_path, "Re\u0301mi Retire\u0301,,\nO'Dolor,dolor,\n").endswith("nothing new.\n")


def test_a_row_about_somebody_who_is_being_onboarded_is_refused(cast: Cast, tmp_path: Path) -> None:
    boarding_workflow.begin_onboarding(
        cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=None, at=clock.now()
    )
    assert refused(tmp_path, f"{MEMBERS}Nora Nominee,nora,\n".replace("Ada Lorem,ada,Admin\n", "")) == [
        "psrt.csv:3: Nora Nominee is being onboarded here"
    ]


def test_somebody_recorded_while_the_rows_are_written_stops_the_import(db: None, tmp_path: Path) -> None:
    path = tmp_path / "psrt.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    rows = guide_files.read(path, emeritus=False)
    with pytest.raises(RosterError, match=r"^Somebody has just recorded one of these people\. Import again\.$"):
        import_roster(rows, on_row=lambda count: make_person("Bénédikt Ipsum", github="ben") if count == 1 else None)
    assert (Person.objects.count(), Event.objects.count()) == (0, 0)


def test_the_verb_writes_nothing_for_rows_that_are_known(db: None, tmp_path: Path) -> None:
    path = tmp_path / "psrt.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    rows = guide_files.read(path, emeritus=False)
    assert [len(import_roster(rows).changed) for _time in range(2)] == [3, 0]
    assert Event.objects.count() == 1
