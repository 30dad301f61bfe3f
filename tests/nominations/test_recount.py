"""The board and the scripts as files, and docs/recount.md: on boards that the portal made."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from members.people.models import Person
from nominations.models import Nomination, Phase, Vote
from nominations.tally import Tally, Verdict
from tests.architecture.markup import Page
from tests.cast import Browse, Cast
from tests.factories import complete, give_login, make_member
from tests.members.people.test_public_views import text
from tests.nominations import factories
from tests.nominations.factories import ABSTAIN, NO, YES
from tests.notifications.mailroom import deliver

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "recount.md"
SCRIPTS = Path(settings.BASE_DIR) / "static" / "scripts"
MOST_LINES = 15


def script(name: str) -> str:
    """The script as the portal serves it."""
    return (SCRIPTS / name).read_text(encoding="utf-8")


def documented(name: str) -> str:
    """The script as the document shows it."""
    found = re.search(
        rf"<!-- script: {re.escape(name)} -->\n```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def run(folder: Path, name: str, content: bytes) -> subprocess.CompletedProcess[str]:
    """The script on a file with `content`, by Python without anything installed."""
    (folder / name).write_text(script(name), encoding="utf-8")
    (folder / "input.txt").write_bytes(content)
    command = [sys.executable, "-I", "-S", str(folder / name), str(folder / "input.txt")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def board(client: Client, nomination: Nomination) -> Any:
    return client.get(reverse("nominations:board", args=[nomination.pk]))


def latecomer() -> Person:
    """A member who joined after every vote had been opened."""
    person = make_member("Lena Late")
    give_login(person)
    return person


def counted(cast: Cast, yes: int, no: int, abstain: int) -> Vote:
    """A counted vote of so many more members."""
    voters = [make_member(f"Voter{number:02} Recount") for number in range(yes + no + abstain)]
    choices = [YES] * yes + [NO] * no + [ABSTAIN] * abstain
    return factories.counted(cast, dict(zip(voters, choices, strict=True)), opened=9 * factories.DAY)


# -- the file ----------------------------------------------------------------------------------------


def test_the_board_is_a_file_of_plain_lines_that_names_nobody(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    answer = board(browse(cast.mel), nomination)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="board-{nomination.reference}.txt"'
    assert answer["Cache-Control"] == "no-store, private"
    lines = answer.content.decode("ascii").splitlines(keepends=True)
    assert lines == [f"{ballot.receipt} {ballot.choice}\n" for ballot in nomination.vote.board()]
    assert all(re.fullmatch(r"[A-Z2-7]{16} (yes|no|abstain)\n", line) for line in lines)
    assert hashlib.sha256(answer.content).hexdigest() == nomination.vote.board_hash


def test_the_page_leads_to_the_file(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    page = text(browse(cast.mel).get(nomination.get_absolute_url()).content)
    assert f'href="{reverse("nominations:board", args=[nomination.pk])}" download' in page


def test_nobody_else_than_the_roll_and_the_council_gets_the_board(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast, cast.olga)
    readers = [cast.ada, cast.mel, cast.mia, cast.sara, cast.sam, latecomer(), cast.olga, cast.emil]
    answers = [board(browse(person), nomination).status_code for person in readers]
    assert answers == [200, 200, 200, 200, 200, 403, 404, 404]
    assert board(browse(None), nomination)["Location"].startswith("/accounts/login/")


def test_the_nominee_gets_no_board_as_a_member_either(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.JOINED, cast, cast.olga)
    assert nomination.onboarding is not None
    complete(nomination.onboarding, by=cast.ada)
    assert browse(cast.olga).get("/nominations/").status_code == 200
    assert board(browse(cast.olga), nomination).status_code == 404


def test_the_council_gets_the_board_of_what_passed_only(cast: Cast, browse: Browse) -> None:
    passed, failed = factories.make(Phase.VETO_WINDOW, cast), factories.make(Phase.FAILED, cast, cast.olga)
    assert [board(browse(cast.sam), one).status_code for one in (passed, failed)] == [200, 404]
    assert [board(browse(cast.mel), one).status_code for one in (passed, failed)] == [200, 200]


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING, Phase.ANNULLED, Phase.WITHDRAWN])
def test_without_a_count_there_is_no_board_for_anybody(cast: Cast, browse: Browse, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    readers = [cast.mia, cast.ada, latecomer()]
    answers = [board(browse(person), nomination) for person in readers]
    assert [answer.status_code for answer in answers] == [409, 409, 403]
    assert all(re.search(rb"[A-Z2-7]{16} ", answer.content) is None for answer in answers)


def test_the_page_has_board_script_and_guide_beside_each_other(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    page = text(client.get(nomination.get_absolute_url()).content)
    assert f'href="{static("scripts/recount.py")}" download="recount.py"' in page
    assert f'href="{reverse("nominations:recount")}"' in page
    saved_as = board(client, nomination)["Content-Disposition"].partition('filename="')[2].rstrip('"')
    assert f"python3 recount.py {saved_as}</code>" in page
    assert "Show the script (15 lines)" in page


@pytest.mark.parametrize(("yes", "no", "abstain"), [(2, 1, 1), (1, 1, 0), (0, 2, 1), (0, 0, 0)])
def test_the_page_shows_what_the_script_prints(
    cast: Cast, browse: Browse, tmp_path: Path, yes: int, no: int, abstain: int
) -> None:
    nomination = counted(cast, yes, no, abstain).nomination
    client = browse(cast.mel)
    shown = client.get(nomination.get_absolute_url()).context["recount"]
    assert f"{shown.output}\n" == run(tmp_path, "recount.py", board(client, nomination).content).stdout
    assert (shown.script, shown.is_by_default_rule) == (script("recount.py"), True)


def test_a_vote_by_another_rule_says_that_the_script_judges_by_two_thirds(
    cast: Cast, browse: Browse, settings: Settings
) -> None:
    settings.VOTE_THRESHOLD = (3, 4)
    nomination = counted(cast, 2, 1, 0).nomination
    page = browse(cast.mel).get(nomination.get_absolute_url())
    assert page.context["recount"].is_by_default_rule is False
    assert "opened under another rule (at least three quarters of the yes and no votes)" in text(page.content)


def test_a_receipt_is_looked_for_in_the_browser_and_never_sent(cast: Cast, browse: Browse) -> None:
    """Whoever had both a receipt and the session that asked for it would know who voted how."""
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    page = Page(browse(cast.mel).get(nomination.get_absolute_url()).content.decode())
    [field] = [tag for tag in page.all("input") if tag["data-find-receipt"]]
    assert (field["name"], field["autocomplete"]) == ("", "off")
    lines = [(tag["data-receipt"], tag["data-choice"]) for tag in page.all("li") if tag["data-receipt"]]
    assert lines == [(one.receipt, one.get_choice_display()) for one in nomination.vote.board()]
    council = Page(browse(cast.sam).get(nomination.get_absolute_url()).content.decode())
    assert [tag for tag in council.all("input") if tag["data-find-receipt"]] == []
    script_of_field = (Path(settings.BASE_DIR) / "static/js/find-receipt.js").read_text(encoding="utf-8")
    assert re.findall(r"fetch|XMLHttp|beacon|location|Storage|cookie", script_of_field, re.IGNORECASE) == []


# -- the scripts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["recount.py", "roll.py"])
def test_the_document_shows_the_script_that_the_portal_serves(name: str) -> None:
    assert documented(name) == script(name)


def test_the_guide_on_the_portal_is_the_document(cast: Cast, browse: Browse) -> None:
    page = browse(cast.sam).get(reverse("nominations:recount"))
    shown = page.content.decode()
    assert (page.status_code, "<!--" in page.context["guide"], 'href="secrecy.md"' in shown) == (200, False, False)
    for line in ("<h2>The board</h2>", "<h2>The roll</h2>", "import hashlib"):
        assert line in shown


def test_the_script_is_short_and_needs_nothing() -> None:
    lines = script("recount.py").splitlines()
    assert len(lines) <= MOST_LINES
    imported = re.findall(r"^(?:import|from) (\w+)", script("recount.py") + script("roll.py"), re.MULTILINE)
    assert set(imported) <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("yes", "no", "abstain"), [(2, 1, 1), (1, 1, 0), (4, 2, 3), (0, 2, 1), (6, 3, 0), (5, 3, 0), (1, 0, 0)]
)
def test_the_script_finds_what_the_portal_found(
    cast: Cast, browse: Browse, tmp_path: Path, yes: int, no: int, abstain: int
) -> None:
    vote = counted(cast, yes, no, abstain)
    done = run(tmp_path, "recount.py", board(browse(cast.mel), vote.nomination).content)
    total, abstentions, digest = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert total.endswith(", passes") is vote.passed
    assert (abstentions, digest) == (f"Abstentions: {vote.abstain}", vote.board_hash)
    assert total == vote.reason


def test_an_empty_board_fails_in_the_script_too(cast: Cast, browse: Browse, tmp_path: Path) -> None:
    vote = counted(cast, 0, 0, 0)
    done = run(tmp_path, "recount.py", board(browse(cast.mel), vote.nomination).content)
    assert done.stdout.splitlines() == ["0 yes, 0 no: nobody voted yes, fails", "Abstentions: 0", vote.board_hash]


def test_neither_order_nor_line_ends_of_a_download_matter(cast: Cast, browse: Browse, tmp_path: Path) -> None:
    vote = counted(cast, 3, 2, 1)
    lines = board(browse(cast.mel), vote.nomination).content.splitlines()
    done = run(tmp_path, "recount.py", b"\r\n".join(reversed(lines)))
    assert done.stdout.splitlines()[-1] == vote.board_hash


@pytest.mark.parametrize("tampered", ["a choice", "one more", "one less", "a receipt"])
def test_a_tampered_board_has_another_hash(cast: Cast, browse: Browse, tmp_path: Path, tampered: str) -> None:
    vote = counted(cast, 3, 2, 1)
    content = board(browse(cast.mel), vote.nomination).content
    changed = {
        "a choice": content.replace(b" no\n", b" yes\n", 1),
        "one more": content + b"AAAAAAAAAAAAAAAA yes\n",
        "one less": content.partition(b"\n")[2],
        "a receipt": b"AAAAAAAAAAAAAAAA" + content[16:],
    }[tampered]
    done = run(tmp_path, "recount.py", changed)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] not in {vote.board_hash, ""}


@pytest.mark.parametrize("line", [b"AAAAAAAAAAAAAAAA maybe\n", "a receipt twice"])
def test_a_file_that_is_no_board_is_refused(cast: Cast, browse: Browse, tmp_path: Path, line: bytes | str) -> None:
    content = board(browse(cast.mel), counted(cast, 2, 1, 0).nomination).content
    more = line if isinstance(line, bytes) else content[:17] + b"yes\n"
    done = run(tmp_path, "recount.py", content + more)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This is no board")


def test_the_roll_in_the_mail_has_the_hash_in_the_mail_and_on_the_page(
    cast: Cast, browse: Browse, tmp_path: Path
) -> None:
    make_member("Zoë  Łukasz\u2028Ünal", github="")
    nomination = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada).nomination
    [message] = [one for one in deliver() if "vote is open" in one.subject and "mel@" in one.to[0]]
    text = str(message.body)
    lines = re.findall(r"^[0-9a-f]{8}-[0-9a-f-]{27} .*$", text, re.MULTILINE)
    done = run(tmp_path, "roll.py", "\n".join(lines).encode())
    assert done.stdout.splitlines() == ["8 on the roll", nomination.vote.roll_hash]
    assert nomination.vote.roll_hash in text
    assert nomination.vote.roll_hash in browse(cast.mel).get(nomination.get_absolute_url()).content.decode()


def test_the_mail_after_the_count_has_what_the_script_prints(cast: Cast) -> None:
    """The words are those of the template; that it is filled with these is held in tests/notifications."""
    template = (Path(settings.BASE_DIR) / "templates/emails/vote-closed/body.txt").read_text(encoding="utf-8")
    for wanted in ["{{ result }}", "Abstentions: {{ abstain }}", "{{ board_hash }}"]:
        assert wanted in template


# -- the table ---------------------------------------------------------------------------------------


def golden() -> list[list[str]]:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row in rows if row[0].isdigit()]


def test_the_golden_table_holds_the_cases_that_matter() -> None:
    edge_cases = {(2, 1, 0), (4, 2, 0), (20, 10, 0), (21, 10, 0), (19, 10, 0), (20, 11, 0), (21, 11, 0), (0, 0, 0)}
    assert {tuple(int(cell) for cell in row[:3]) for row in golden()} >= edge_cases


@pytest.mark.parametrize("row", golden(), ids=lambda row: "-".join(row[:3]))
def test_the_golden_table_agrees_with_the_portal_and_with_the_script(row: list[str], tmp_path: Path) -> None:
    yes, no, abstain = (int(cell) for cell in row[:3])
    left, right = 3 * yes, 2 * (yes + no)
    assert row[3:5] == [f"3 × {yes} = {left}", f"2 × {yes + no} = {right}"]
    verdict = Verdict(Tally(yes, no, abstain))
    assert row[5].partition(",")[0] == ("passes" if verdict.passes else "fails")
    choices = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    content = "".join(f"{number:016} {choice}\n" for number, choice in enumerate(choices)).encode()
    total = run(tmp_path, "recount.py", content).stdout.splitlines()[0]
    assert total.endswith(row[5].partition(",")[0])
    assert total == verdict.reason
