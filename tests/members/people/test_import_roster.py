"""Roster files: read strictly, written alike, imported whole or not at all."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit import clock
from audit.models import Event
from members.people import roster_file
from members.people.models import Membership, Person, Role, RoleKind
from members.people.queries.roster import roster
from members.people.roster_file import RosterError, read
from tests.factories import give_roles, make_emeritus, make_member, make_person
from tests.members.people import guide

MEMBERS = 'Ada Lorem,ada,Admin\nBénédikt Ipsum,ben,\nŁena Dolor,Lena,"Admin, Release Manager"\n'
EMERITUS = "Karl Amet,,Release Manager\nOle Sit,ole,\n"
REAL = Path(__file__).parents[4] / "shared" / "data"


def run(tmp_path: Path, members: str | bytes = MEMBERS, emeritus: str | None = None, *options: str) -> str:
    """Import the given files and return what the command said."""
    path = tmp_path / "psrt.csv"
    path.write_bytes(members if isinstance(members, bytes) else members.encode())
    arguments = [str(path)]
    if emeritus is not None:
        (tmp_path / "emeritus.csv").write_text(emeritus, encoding="utf-8")
        arguments += ["--emeritus", str(tmp_path / "emeritus.csv")]
    out = StringIO()
    call_command("import_roster", *arguments, *options, stdout=out)
    return out.getvalue()


def test_an_import_brings_people_roles_and_emeritus(db: None, tmp_path: Path) -> None:
    said = run(tmp_path, MEMBERS, EMERITUS)
    team = roster(clock.now().date())
    assert [entry.name for entry in team.members] == ["Ada Lorem", "Bénédikt Ipsum", "Łena Dolor"]
    assert [entry.name for entry in team.emeritus] == ["Karl Amet", "Ole Sit"]
    assert [role.kind for role in team.members[2].current_roles] == [RoleKind.ADMIN, RoleKind.RELEASE_MANAGER]
    assert team.emeritus[0].current_roles == []
    assert said.splitlines()[-1] == "3 members and 2 emeritus read; 5 new."
    assert Event.objects.get().kind == "roster:imported"


@pytest.mark.rule("PSRT-04")
def test_the_export_has_the_columns_of_the_import(db: None, tmp_path: Path) -> None:
    run(tmp_path, MEMBERS, EMERITUS)
    team = roster(clock.now().date())
    assert sorted(guide.rows(team.members_csv())) == sorted(guide.rows(MEMBERS))
    assert sorted(guide.rows(team.emeritus_csv())) == sorted(guide.rows(EMERITUS))


def test_a_second_import_changes_nothing(db: None, tmp_path: Path) -> None:
    run(tmp_path, MEMBERS, EMERITUS)
    counts = [model.objects.count() for model in (Person, Membership, Role, Event)]
    assert run(tmp_path, MEMBERS.replace("ada,", "ADA,"), EMERITUS).endswith("nothing new.\n")
    assert [model.objects.count() for model in (Person, Membership, Role, Event)] == counts


def test_a_dry_run_says_what_would_change_and_writes_nothing(db: None, tmp_path: Path) -> None:
    said = run(tmp_path, MEMBERS, None, "--dry-run")
    assert "would add: Ada Lorem" in said.splitlines()
    assert (Person.objects.count(), Event.objects.count()) == (0, 0)


def test_a_new_role_in_the_file_is_added_to_a_known_person(db: None, tmp_path: Path) -> None:
    make_member("Ada Lorem", github="ada")
    make_person("Bénédikt Ipsum", github="ben")
    run(tmp_path)
    assert [role.kind for role in roster(clock.now().date()).members[0].current_roles] == [RoleKind.ADMIN]
    assert Person.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ":1: the file is empty."),
        (b"Ada,ada,\n\xff\xfe,x,\n", ":2: this is not UTF-8; save the file as UTF-8."),
        (b"Ada\n", ":1: three columns are wanted (name, GitHub name, notes), not 1."),
        (b"Ada,ada,\n\n,ada,\n", ":3: the name is missing."),
        (b"Ada,ada,King\n", ":1: the note 'King' is not known; Admin and Release Manager are."),
        (b"Ada,-ada,\n", ":1: '-ada' is no GitHub name."),
        (b"A\x00da,ada,\n", ":1: the name has a character that no name has."),
        (b"=cmd(),ada,\n", ":1: the name has a character that no name has."),
        (b"x" * 201 + b",ada,\n", ":1: the name is longer than 200 characters."),
        (b'"Ada,ada,\n', ":1: unexpected end of data."),
        (b"Ada,ada,\nEve,ADA,\n", ":2: Eve stands in"),
        (b"Ada,,\nAda,,\n", ":2: Ada stands in"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_written(db: None, tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(tmp_path, content)
    assert reason in str(caught.value)
    assert Person.objects.count() == 0


def test_rows_that_contradict_the_portal_are_all_named_and_nothing_is_written(db: None, tmp_path: Path) -> None:
    make_member("Ole Sit", github="ole")
    make_emeritus("Bénédikt Ipsum", github="ben")
    make_member("Ada Other", github="ada")
    with pytest.raises(CommandError) as caught:
        run(tmp_path, MEMBERS, EMERITUS)
    reasons = [line.split(": ", 1)[1] for line in str(caught.value).splitlines()[:-1]]
    assert reasons == [
        "GitHub name ada belongs to Ada Other here, not to Ada Lorem.",
        "Bénédikt Ipsum is emeritus or removed here; a return needs a vote or a decision.",
        "Ole Sit is a current member here; end the membership first.",
    ]
    assert Person.objects.count() == 3


def test_a_missing_file_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.csv: No such file"):
        call_command("import_roster", str(tmp_path / "absent.csv"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_name_that_a_spreadsheet_would_run_is_written_with_an_apostrophe(db: None, start: str) -> None:
    ada = make_member("Ada Admin")
    Person.objects.filter(pk=ada.pk).update(name=f"{start}1+1")
    assert guide.rows(roster(clock.now().date()).members_csv()) == [(f"'{start}1+1", "ada", "")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_name_that_a_spreadsheet_would_run_is_not_read(tmp_path: Path, start: str) -> None:
    path = tmp_path / "psrt.csv"
    path.write_text(f"Ada,ada,\n{start}1+1,eve,\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read(path, emeritus=False)
    assert caught.value.faults == [f"{path}:2: the name has a character that no name has."]


def test_a_file_in_which_every_line_is_wrong_is_not_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "psrt.csv"
    path.write_text(",ada,\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read(path, emeritus=False)
    assert caught.value.faults == [f"{path}:1: the name is missing."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_lines_of_any_system_are_read(tmp_path: Path, end: str) -> None:
    path = tmp_path / "psrt.csv"
    path.write_bytes(f"Ada,ada,{end}{end}Bo,bo,{end}".encode())
    assert [(row.name, row.github, row.line) for row in read(path, emeritus=False)] == [
        ("Ada", "ada", 1),
        ("Bo", "bo", 3),
    ]


def test_a_written_roster_is_read_back(db: None, tmp_path: Path) -> None:
    people: list[tuple[str, str, tuple[RoleKind, ...]]] = [
        ("Ada Lorem", "ada", (RoleKind.ADMIN,)),
        ('Bo "Bee" Ipsum, Jr.', "", ()),
        ("Łena O’Dolor", "x" * 39, (RoleKind.ADMIN, RoleKind.RELEASE_MANAGER)),
        ("'Quoted'", "octo-cat", (RoleKind.RELEASE_MANAGER,)),
        ("1+1=2", "", ()),
        ("李雷", "a-b-c", ()),
        ("x" * 200, "", ()),
    ]
    for number, (name, github, roles) in enumerate(people):
        give_roles(make_member(name, github=github, slug=f"person-{number}"), *roles)
    path = tmp_path / "psrt.csv"
    path.write_text(roster(clock.now().date()).members_csv(), encoding="utf-8", newline="")
    assert sorted((row.name, row.github, row.roles) for row in read(path, emeritus=False)) == sorted(people)


def test_a_column_of_ours_is_written_last_and_ignored_by_an_import(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_file, "COLUMNS", (*roster_file.COLUMNS[:3], lambda entry, emeritus: f"{entry.name}!"))
    make_member("Ada Admin", RoleKind.ADMIN)
    path = tmp_path / "psrt.csv"
    path.write_text(roster(clock.now().date()).members_csv(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "Ada Admin,ada,Admin,Ada Admin!\n"
    [row] = read(path, emeritus=False)
    assert (row.name, row.github, row.roles) == ("Ada Admin", "ada", (RoleKind.ADMIN,))
    path.write_text("Ada,ada,Admin,1,2\n", encoding="utf-8")
    with pytest.raises(RosterError, match="three columns are wanted"):
        read(path, emeritus=False)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real roster files are not on this machine")
def test_the_real_files_give_31_members_and_9_emeritus_and_come_out_alike(db: None) -> None:
    files = [REAL / "psrt.csv", REAL / "psrt-emeritus.csv"]
    out = StringIO()
    call_command("import_roster", os.fspath(files[0]), "--emeritus", os.fspath(files[1]), stdout=out)
    team = roster(clock.now().date())
    assert (len(team.members), len(team.emeritus)) == (31, 9)
    exported = [team.members_csv(), team.emeritus_csv()]
    assert [sorted(guide.rows(text)) for text in exported] == [sorted(guide.rows(file.read_bytes())) for file in files]
    call_command("import_roster", os.fspath(files[0]), "--emeritus", os.fspath(files[1]), stdout=out)
    assert out.getvalue().endswith("31 members and 9 emeritus read; nothing new.\n")
