"""The first day: from an empty portal and the roster's files to a team that can sign in, by two admins in browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from audit import clock
from members.accounts.models import Invitation, User
from members.importing import guide_files
from members.importing.guide_files import RosterRow
from members.people.models import Person, RoleKind
from tests.architecture.source import ROOT
from tests.browser.people import NewContext, code_of_now
from tests.factories import PASSWORD
from tests.notifications.mailroom import deliver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REAL = ROOT.parent / "shared" / "data"
SEATS = 31
ACTIVATE = "/accounts/2fa/totp/activate/"
NAMES = ["Ásta", "Błażej", "Chidi", "Deniz", "Eun", "Fatou", "Gísli", "Hoa"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The roster's files: the team's own where they are, otherwise invented ones of the same shape."""
    if (REAL / "psrt.csv").is_file():
        return REAL / "psrt.csv", REAL / "psrt-emeritus.csv"
    members, emeritus = tmp_path / "psrt.csv", tmp_path / "psrt-emeritus.csv"
    notes = {0: "Admin", 1: '"Admin, Release Manager"', 2: "Release Manager"}
    lines = [f"{NAMES[n % 8]} Invented{n},invented-{n},{notes.get(n, '')}" for n in range(SEATS)]
    members.write_text("\n".join(lines) + "\n", encoding="utf-8")
    emeritus.write_text("Zoe Past,zoe-past,\nYan Past,,Admin\n", encoding="utf-8")
    return members, emeritus


def link_of(output: str) -> str:
    """Return the private link that the command printed."""
    return output.strip().splitlines()[-1]


def accept_in_browser(page: Page, link: str) -> None:
    """Follow an invitation: password, then an authenticator app."""
    page.goto(link)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Make my login").click()
    page.wait_for_url("**/accounts/2fa/")
    page.goto(f"{page.url}totp/activate/")
    page.locator("[name=code]").fill(code_of_now(page.locator("#secret").inner_text()))
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url(re.compile("/recovery-codes/|/accounts/2fa/$"))


def accept_by_mail(link: str) -> None:
    """Follow an invitation by the same pages without drawing them."""
    client, path = Client(), "/" + link.split("/", 3)[3]
    assert client.post(path, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    secret = client.get(ACTIVATE).context["form"].secret
    assert client.post(ACTIVATE, {"code": code_of_now(secret)}).status_code == 302
    assert client.get("/dashboard/").status_code == 200


def links_in_mail() -> Iterator[str]:
    """Yield the links of the invitations that have been mailed."""
    for message in mail.outbox:
        if message.subject.startswith("Invitation to the PSRT portal"):
            yield re.search(r"http\S+/members/accept/\S+", str(message.body))[0]  # type: ignore[index]


def table(rows: list[RosterRow]) -> str:
    """Return what an admin pastes, as a spreadsheet writes it: an address and a first year for everybody."""
    lines = [f"{row.github};{row.github.lower()}@example.net;{2000 + n % 20}" for n, row in enumerate(rows)]
    return "\n".join(["GitHub name;E-mail address;Since", *lines])


def run_commands(files: tuple[Path, Path], admins: list[RosterRow]) -> list[str]:
    """Do the operator's part: import the roster, invite two admins; return their private links."""
    call_command("import_roster", files[0], emeritus=files[1], stdout=StringIO())
    links = []
    for row in admins:
        out = StringIO()
        call_command("invite_member", row.github, f"{row.github}@example.net", stdout=out)
        links.append(link_of(out.getvalue()))
    return links


def propose_newcomer(page: Page, live: str) -> str:
    """Nominate somebody new, who accepts by the mailed link; return the nomination's address."""
    page.goto(f"{live}/nominations/propose/")
    page.get_by_label("Somebody new").check(force=True)
    page.get_by_label("Name", exact=True).fill("Nora Newcomer")
    page.get_by_label("GitHub name", exact=True).fill("nora-newcomer")
    page.get_by_label("Their e-mail address", exact=True).fill("nora@example.net")
    page.locator("[name=category]").select_option(index=1)
    page.get_by_label("Why this person").fill("She has triaged for years.")
    page.get_by_role("button", name="Nominate", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora Newcomer")
    deliver()
    [body] = [str(message.body) for message in mail.outbox if message.to == ["nora@example.net"]]
    client, path = Client(), "/" + re.search(r"http\S+/nominations/nominee/\S+", body)[0].split("/", 3)[3]  # type: ignore[index]
    assert client.post(path, {"answer": "consent:accept"}).status_code == 302
    return page.url


def test_two_admins_bring_the_whole_team_in(live: str, browser_context: NewContext, files: tuple[Path, Path]) -> None:
    rows = guide_files.read(files[0], emeritus=False)
    admins = [row for row in rows if RoleKind.ADMIN in row.roles][:2]
    links = run_commands(files, admins)
    first, second = (browser_context().new_page() for _ in links)
    for page, link in zip((first, second), links, strict=True):
        accept_in_browser(page, link)

    first.goto(f"{live}/dashboard/")
    expect(first.locator("ul.rows > li").first).to_contain_text("Bring the team in")
    expect(first.get_by_text("Announce the inactivity review")).to_have_count(0)
    expect(first.get_by_role("heading", name=re.compile("^Inactivity review: not before"))).to_be_visible()
    first.get_by_role("link", name="Bring the team in", exact=True).first.click()
    expect(first.get_by_text(f"2 of {len(rows)} members can sign in", exact=True)).to_be_visible()
    first.get_by_label("Paste a list").fill(table(rows))
    first.get_by_label("How you know these addresses").fill("Subscribed to the list with it since 2019.")
    first.get_by_role("button", name="Preview").click()
    # Nobody records their own first day, and the two admins have their addresses already.
    first.get_by_role("button", name=f"Save {len(rows) - 1} and ask for confirmation").click()
    expect(first.get_by_text(f"{len(rows) - 2} addresses wait for a second admin.")).to_be_visible()

    first.goto(f"{live}/manage/bring-in/confirm/")
    expect(first.get_by_text("You named it, so somebody else confirms it.").first).to_be_visible()
    second.goto(f"{live}/dashboard/")
    second.get_by_role("link", name=f"{len(rows) - 2} addresses to confirm").first.click()
    second.get_by_role("button", name="Tick none").click()
    expect(second.get_by_role("button", name="Confirm 0 addresses and send")).to_be_visible()
    second.get_by_role("button", name="Tick all").click()
    second.get_by_role("button", name=f"Confirm {len(rows) - 2} addresses and send").click()
    expect(second.get_by_text(f"{len(rows) - 2} addresses confirmed.")).to_be_visible()

    # A vote that is opened today would be one without most of the team.
    second.goto(f"{propose_newcomer(first, live)}open/")
    expect(second.get_by_text(f"{len(rows) - 2} of {len(rows)} cannot sign in.")).to_be_visible()

    deliver()
    sent = [link for link in links_in_mail() if link not in links]
    assert len(sent) == len(rows) - 2
    accept_in_browser(browser_context().new_page(), sent.pop())
    for link in sent:
        accept_by_mail(link)

    second.goto(f"{live}/manage/bring-in/")
    expect(second.get_by_text(f"{len(rows)} of {len(rows)} members can sign in", exact=True)).to_be_visible()
    assert User.objects.with_second_factor().filter(is_active=True, is_unconfirmed=False).count() == len(rows)
    day = clock.now().date()
    assert Person.objects.members(day).count() == len(rows)
    unknown = Person.objects.members(day).filter(memberships__since=None)
    assert [person.github for person in unknown] == [admins[0].github]
    assert not Invitation.objects.filter(confirmed_by=None, invited_by__isnull=False).exists()
