"""Roster files: read strictly, written alike, imported whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit import clock
from audit.models import Event
from members.importing.guide_files import RosterError, read
from members.importing.workflow import GUIDE_FILE, PEP_811
from members.people import roster_file
from members.people.models import Membership, MembershipEnded, Person, Role, RoleKind
from members.people.queries.roster import roster
from tests.factories import give_roles, make_emeritus, make_member, make_person
from tests.members.importing.files import EMERITUS, MEMBERS, refused, run
from tests.members.people import guide

REAL = Path(__file__).parents[4] / "shared" / "data"


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
    assert "  Ada Lorem (ada)" in said.splitlines()
    assert said.splitlines()[-1] == "3 members and 0 emeritus read; 3 would be new."
    assert (Person.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ":1: The file is empty."),
        (b"Ada,ada,\nE\xe9\xff,x,\n", ":2: character 2: This is not UTF-8. Save the file as UTF-8; Excel calls that"),
        ("Ada,ada,\n".encode("utf-16"), ":1: This is UTF-16. Save the file as UTF-8; Excel calls that"),
        (b"Ada\n", ":1: Three columns are wanted (name, GitHub name, notes), with commas between them"),
        (b"ada@example.org\nbo@example.org\n", ":2: Three columns are wanted"),
        (b"login,name,tfa_enabled,is_public,role\nada,Ada,true,true,x\n", ":1: Three columns are wanted"),
        (
            b"Ada;ada;Admin\nBo,bo,\n",
            ":2: Three columns are wanted (name, GitHub name, notes), with semicolons between",
        ),
        (b"Ada\tada\tAdmin\nBo\tbo\n", ":2: Three columns are wanted (name, GitHub name, notes), with tabs between"),
        (b"Ada,ada,\n\n,ada,\n", ":3: column 1 (name): The name is missing."),
        (b"Ada,ada,King\n", ":1: column 3 (notes): The note 'King' is not known; Admin and Release Manager are."),
        (b"Ada,ad_a,\n", ":1: column 2 (GitHub name): A GitHub name has 1 to 39 letters, digits and hyphens"),
        (b"A\x00da,ada,\n", ":1: column 1 (name): It has a character that nobody sees"),
        (b"=cmd(),ada,\n", ":1: column 1 (name): A name does not begin with ="),
        (b"x" * 201 + b",ada,\n", ":1: column 1 (name): The name is longer than 200 characters."),
        (b'Ada,ada,\n"Bo,bo,\nEve,eve,\n', ":2: Unexpected end of data. Look at the quotation marks."),
        (b"Ada,ada,\nEve,ADA,\n", ":2: GitHub name ADA stands in"),
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
    make_emeritus("Bénédikt Ipsum", github="ben", until=None)
    make_member("Ada Other", github="ada")
    with pytest.raises(CommandError) as caught:
        run(tmp_path, MEMBERS, EMERITUS, "--yes")
    reasons = [line.split(": ", 1)[1].split(". ")[0] for line in str(caught.value).splitlines()[:-1]]
    assert reasons == [
        "GitHub name ada belongs to Ada Other here, not to Ada Lorem",
        "Ole Sit is a current member here",
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
    assert caught.value.faults == [
        f"{path}:2: column 1 (name): A name does not begin with {start}: a spreadsheet would take it for a formula."
    ]


def test_a_file_in_which_every_line_is_wrong_is_not_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "psrt.csv"
    path.write_text(",ada,\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read(path, emeritus=False)
    assert caught.value.faults == [f"{path}:1: column 1 (name): The name is missing."]


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
        ("نیما می\u200cخواهم", "-pia--", ()),
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
    with pytest.raises(RosterError, match="Three columns are wanted"):
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


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfAda Lorem,ada,Admin\r\nBo Ipsum,bo,\r\n",
        b"Ada Lorem;ada;Admin\nBo Ipsum;bo;\n",
        b"\xef\xbb\xbfAda Lorem\tada\tAdmin\r\nBo Ipsum\tbo\t\r\n",
        b'"Ada Lorem","ada","Admin"\r"Bo Ipsum","bo",""\r',
        b"name,GitHub name,notes\nAda Lorem,@ada,Admin\nBo Ipsum,bo,\n",
        b"Ada\xc2\xa0Lorem,ada,Admin,,,\n,,,,,\nBo  Ipsum,bo,,,,\n",
    ],
)
def test_what_spreadsheets_save_is_read_alike(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "psrt.csv"
    path.write_bytes(content)
    assert [(row.name, row.github, row.roles) for row in read(path, emeritus=False)] == [
        ("Ada Lorem", "ada", (RoleKind.ADMIN,)),
        ("Bo Ipsum", "bo", ()),
    ]


def test_the_list_of_emeritus_may_be_empty(db: None, tmp_path: Path) -> None:
    assert run(tmp_path, MEMBERS, "").splitlines()[-1] == "3 members and 0 emeritus read; 3 new."


# -- what it grants -----------------------------------------------------------------------------------

FOUR = 'Ned Deily,ned-deily,"Admin, Release Manager"\nBarry Warsaw,Warsaw,Admin\nAda Lorem,ada,Admin\nBo Ipsum,bo,\n'


@pytest.mark.rule("PEP811-30")
def test_the_first_import_shows_whom_it_makes_admin_and_by_what(db: None, tmp_path: Path) -> None:
    said = run(tmp_path, FOUR, EMERITUS).splitlines()
    assert said == [
        "New admins, who run votes, confirm addresses and read every report (3):",
        f"  Ned Deily (ned-deily), by {PEP_811}",
        f"  Barry Warsaw (Warsaw), by {PEP_811}",
        f"  Ada Lorem (ada), by {GUIDE_FILE}",
        "New members (4):",
        *(
            f"  {name}"
            for name in ("Ned Deily (ned-deily)", "Barry Warsaw (Warsaw)", "Ada Lorem (ada)", "Bo Ipsum (bo)")
        ),
        "New release managers (1):",
        f"  Ned Deily (ned-deily), by {GUIDE_FILE}",
        "New on the list of emeritus (2):",
        "  Karl Amet",
        "  Ole Sit (ole)",
        "Emeritus whose past roles are put on record (1):",
        "  Karl Amet",
        "4 members and 2 emeritus read; 6 new.",
    ]
    admins = Role.objects.filter(kind=RoleKind.ADMIN).order_by("person__name").values_list("person__name", "authority")
    assert list(admins) == [("Ada Lorem", GUIDE_FILE), ("Barry Warsaw", PEP_811), ("Ned Deily", PEP_811)]


def test_the_public_page_names_pep_811_as_the_authority_of_an_admin_it_confirms(
    db: None, tmp_path: Path, client: Client
) -> None:
    run(tmp_path, FOUR)
    sources = [
        f'<a href="{PEP_811}" rel="noreferrer">' in client.get(reverse("roster:person", args=[slug])).content.decode()
        for slug in ("barry-warsaw", "ned-deily", "ada-lorem", "bo-ipsum")
    ]
    assert sources == [True, True, False, False]


@pytest.mark.rule("PEP811-30")
def test_a_later_file_makes_no_admin_and_says_which_decision_does(db: None, tmp_path: Path) -> None:
    run(tmp_path)
    said = run(tmp_path, MEMBERS.replace("ben,", "ben,Admin") + "Eve Estuary,eve,Admin\n", None, "--yes").splitlines()
    assert said[:2] == ["New members (1):", "  Eve Estuary (eve)"]
    place = f"{tmp_path}/psrt.csv"
    assert [line.split(" is an admin in the file and not here")[0] for line in said[2:-1]] == [
        f"{place}:2: Bénédikt Ipsum",
        f"{place}:4: Eve Estuary",
    ]
    assert all("the Steering Council designates admins" in line.replace("The S", "the S") for line in said[2:-1])
    assert sorted(Role.objects.filter(kind=RoleKind.ADMIN).values_list("person__name", flat=True)) == [
        "Ada Lorem",
        "Łena Dolor",
    ]


def test_a_new_release_manager_of_a_later_file_is_recorded(db: None, tmp_path: Path) -> None:
    run(tmp_path)
    run(tmp_path, MEMBERS.replace("ben,", "ben,Release Manager"), None, "--yes")
    role = Role.objects.get(person__github="ben")
    assert (role.kind, role.authority) == (RoleKind.RELEASE_MANAGER, GUIDE_FILE)


def test_a_role_that_has_ended_is_not_brought_back(db: None, tmp_path: Path) -> None:
    run(tmp_path)
    Role.objects.filter(person__github="Lena", kind=RoleKind.RELEASE_MANAGER).update(until=clock.now().date())
    assert run(tmp_path).endswith("nothing new.\n")


def answering(answer: str, before: Callable[[str], object]) -> Callable[[str], str]:
    """Return what stands in for `input`: `before` is called with the question, then `answer` is given."""

    def ask(question: str) -> str:
        before(question)
        return answer

    return ask


def test_a_portal_with_members_wants_the_word_of_whoever_imports(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    more = f"{MEMBERS}Eve Estuary,eve,\n"
    with pytest.raises(CommandError, match="Look at the list above, then add --yes to write it"):
        run(tmp_path, more)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    questions: list[str] = []
    for answer, count in (("", 3), ("no", 3), ("y", 4)):
        monkeypatch.setattr("builtins.input", answering(answer, questions.append))
        if count == 3:
            with pytest.raises(CommandError, match=r"^Nothing was written\.$"):
                run(tmp_path, more)
        else:
            run(tmp_path, more)
        assert Person.objects.count() == count
    assert questions == ["The portal has members already. Write this? [y/N] "] * 3
    run(tmp_path, more)  # nothing new, nothing to ask


def test_a_portal_that_changes_while_somebody_reads_the_list_is_not_written_to(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", answering("y", lambda _text: make_member("Eve Estuary", github="eve")))
    with pytest.raises(CommandError, match="The portal has changed since the list above was made"):
        run(tmp_path, f"{MEMBERS}Eve Estuary,eve,\nFay Fjord,fay,\n")
    assert not Person.objects.filter(github="fay").exists()


# -- coming back --------------------------------------------------------------------------------------


def test_an_emeritus_who_is_on_the_other_list_now_is_a_member_again(db: None, tmp_path: Path) -> None:
    run(tmp_path, MEMBERS, EMERITUS)
    said = run(tmp_path, f"{MEMBERS}Ole Sit,ole,\n", "Karl Amet,,Release Manager\n", "--yes").splitlines()
    assert said == [
        "Members again, emeritus until now (1):",
        "  Ole Sit (ole)",
        "4 members and 1 emeritus read; 1 new.",
    ]
    ended = Membership.objects.filter(person__github="ole").order_by("pk").values_list("ended", flat=True)
    assert list(ended) == [MembershipEnded.EMERITUS, ""]
    team = roster(clock.now().date())
    assert {entry.name for entry in team.members} == {"Ada Lorem", "Bénédikt Ipsum", "Łena Dolor", "Ole Sit"}
    assert [entry.name for entry in team.emeritus] == ["Karl Amet"]


def test_one_file_alone_brings_no_emeritus_back(db: None, tmp_path: Path) -> None:
    run(tmp_path, MEMBERS, EMERITUS)
    assert refused(tmp_path, f"{MEMBERS}Ole Sit,ole,\n") == ["psrt.csv:4: Ole Sit is emeritus here"]


@pytest.mark.attack
def test_an_old_pair_of_files_brings_back_nobody_who_left_in_the_portal(db: None, tmp_path: Path) -> None:
    """What the files say of a day before the end that is on record is true, and gives nothing."""
    run(tmp_path, MEMBERS, EMERITUS)
    ben = Person.objects.get(github="ben")
    day = clock.now().date()
    ben.memberships.update(ended=MembershipEnded.EMERITUS, until=day)
    assert refused(tmp_path, MEMBERS, EMERITUS) == [
        "psrt.csv:2: Bénédikt Ipsum became emeritus on a day that is on record here, and the file may be older"
    ]


def test_no_file_brings_back_somebody_who_was_removed(db: None, tmp_path: Path) -> None:
    gone = make_emeritus("Ole Sit", github="ole")
    gone.memberships.update(ended=MembershipEnded.REMOVED)
    assert refused(tmp_path, f"{MEMBERS}Ole Sit,ole,\n", "") == [
        "psrt.csv:4: Ole Sit left the team otherwise than as emeritus"
    ]


def test_a_person_on_record_who_never_was_a_member_becomes_one(db: None, tmp_path: Path) -> None:
    make_person("Bénédikt Ipsum", github="ben")
    assert run(tmp_path).splitlines()[-1] == "3 members and 0 emeritus read; 3 new."
    assert Person.objects.count() == 3
