"""From a proposal to the public roster, and to a veto that leaves no trace: by people in browsers, with mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from audit import clock
from members.people.models import Person
from nominations.models import Vote
from tests.advisories import factories as reports
from tests.browser.people import NewContext, code_of_now, give_session
from tests.cast import assemble
from tests.factories import PASSWORD
from tests.mail import SmtpSink
from tests.waiting import wait_until
from tests.workers import Worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]

PATIENCE_SECONDS = 90
#: What anybody can read. The home page and the rest of the site are visited by the matrix and the canary tests.
PUBLIC = (
    "/", "/members/", "/members/psrt.csv", "/members/psrt-emeritus.csv", "/members/members.json", "/members/join/",
    "/members/responsibilities/", "/advisories/", "/advisories/feed.atom", "/advisories/osv.zip",
    "/.well-known/security.txt",
)  # fmt: skip


def start(worker: Worker, sink: SmtpSink, address: str) -> None:
    """The worker with its schedule, looking for work every two seconds; mails come by hints, without a wait."""
    worker.start(beat=True, SWEEP_SECONDS=2, EMAIL_URL=sink.url, SITE_URL=address)


def end_the_voting_period() -> None:
    """Let the week be over now, and wait until the worker has counted, as it does by itself."""
    Vote.objects.update(closes_at=clock.now())
    wait_until(lambda: Vote.objects.filter(closed_at__isnull=False).exists())


def people(live: str, new: NewContext, *persons: Person) -> list[Page]:
    """Each person in a browser of their own, signed in behind the pages' back."""
    pages = []
    for person in persons:
        context = new()
        give_session(context, live, person)
        pages.append(context.new_page())
    return pages


def nominate(page: Page, live: str, email: str) -> str:
    """Mel proposes Nora, looks at the preview first, and gets to the nomination's page."""
    page.goto(f"{live}/nominations/propose/")
    page.locator("[name=person]").select_option(label="Nora Nominee")
    page.locator("[name=category]").select_option(index=1)
    page.get_by_label("E-mail address, for somebody without a login").fill(email)
    page.get_by_label("Why this person").fill("She reads tarballs **for fun**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("section[aria-labelledby=preview] strong")).to_have_text("for fun")
    page.get_by_role("button", name="Nominate", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora Nominee")
    return page.url


def link_mailed_to(sink: SmtpSink, address: str, page: Page, path: str = "/nominations/nominee/") -> str:
    """The first private link below `path` that is mailed to this address, as soon as it has arrived."""
    for _ in range(PATIENCE_SECONDS):
        for received in sink.to(address):
            body = received.message.get_body(("plain",))
            assert body is not None
            if found := re.search(rf"https?://\S+{path}\S+", body.get_content()):
                return str(found[0])
        page.wait_for_timeout(1000)
    raise AssertionError(f"no link to {path} was mailed to {address}")


def accept(visitor: Page, link: str) -> None:
    """The nominee reads what members take on, and says yes."""
    visitor.goto(link)
    expect(visitor.get_by_text("She reads tarballs")).to_be_visible()
    visitor.get_by_text("All responsibilities").click()
    expect(visitor.get_by_text("Keep the embargo.")).to_be_visible()
    visitor.get_by_role("button", name="Accept the nomination").click()
    expect(visitor.get_by_text("You have accepted.")).to_be_visible()


def open_and_vote(ada: Page, voters: list[tuple[Page, str]], nomination: str) -> list[str]:
    """Ada opens the vote, everybody votes; returns the receipts they were shown."""
    ada.goto(nomination)
    ada.get_by_role("link", name="Open the vote").first.click()
    ada.get_by_role("button", name="Open the vote").click()
    receipts = []
    for page, choice in voters:
        page.goto(f"{nomination}vote/")
        expect(page.get_by_role("radio", checked=True)).to_have_count(0)
        page.get_by_role("radio", name=choice).check(force=True)  # its label lies over it
        page.get_by_role("button", name="Cast my vote").click()
        receipts.append(page.locator(".receipt-code").inner_text())
    return receipts


def decide(sam: Page, nomination: str, decision: str) -> None:
    """Sam records what the Steering Council has decided."""
    sam.goto(nomination)
    sam.get_by_role("link", name=re.compile("Record the council")).first.click()
    sam.get_by_label(decision, exact=True).check(force=True)
    sam.get_by_label("Decided on").fill(datetime.now(UTC).date().isoformat())
    sam.get_by_label("Where it is written").fill("https://example.org/council/1")
    sam.get_by_label("In favour of this decision").fill("2")
    sam.get_by_label("Against").fill("0")
    sam.get_by_label("Abstained").fill("0")
    sam.get_by_role("button", name="Record the decision").click()


def confirm_address(page: Page, live: str) -> None:
    """A second person confirms that the address which the nominator named is Nora's."""
    page.goto(f"{live}/manage/bring-in/confirm/")
    page.get_by_role("checkbox", name=re.compile("Nora Nominee")).check(force=True)
    page.get_by_role("button", name=re.compile("^Confirm 1 address")).click()
    expect(page.get_by_text("1 address confirmed.")).to_be_visible()


def find_receipt(page: Page, receipt: str, choice: str) -> None:
    """Type a receipt as people do, and another one; the address of the page stays what it is."""
    address, field = page.url, page.get_by_label("Find my receipt")
    field.fill(f" {receipt.lower()} ")
    expect(page.get_by_text(f"It is on the board: {choice}.")).to_be_visible()
    expect(page.locator(".receipts .is-found code")).to_have_text(receipt)
    field.fill("AAAA-AAAA-AAAA-AAAA")
    expect(page.get_by_text("This receipt is not on the board.")).to_be_visible()
    expect(page.locator(".receipts .is-found")).to_have_count(0)
    field.press("Enter")
    assert page.url == address


def confirm_veto(page: Page, nomination: str) -> None:
    """A second seat says that the council has vetoed."""
    page.goto(f"{nomination}veto/")
    page.get_by_role("radio", name=re.compile("^Yes, confirm it")).check(force=True)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The veto is confirmed. Nora Nominee does not join.")).to_be_visible()


def come_in(page: Page, invitation: str) -> None:
    """The newcomer chooses a password, sets up an authenticator app, and takes the responsibilities on."""
    page.goto(invitation)
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(PASSWORD)
    page.get_by_role("button", name="Make my login").click()
    page.goto(f"{page.url.partition('/accounts/')[0]}/accounts/2fa/totp/activate/")
    seed = page.locator("#secret").inner_text()
    page.locator("[name=code]").fill(code_of_now(seed))
    page.get_by_role("button", name="Set up").click()
    page.goto(f"{page.url.partition('/accounts/')[0]}/dashboard/")
    page.get_by_role("link", name="The responsibilities, read and accepted").click()
    page.get_by_role("button", name="I take this on").click()
    expect(page.get_by_text("You have accepted version 1")).to_be_visible()


def open_the_channels(page: Page, live: str) -> None:
    """An admin goes from the dashboard to the onboarding, ticks every channel off, and completes it."""
    page.goto(f"{live}/dashboard/")
    page.get_by_role("link", name="Onboarding of Nora Nominee", exact=True).click()
    for _ in range(3):
        page.get_by_role("button", name=re.compile("I have added them")).first.click()
    page.get_by_role("link", name="Complete the onboarding").click()
    page.get_by_role("button", name="Make Nora Nominee a member").click()
    expect(page.get_by_text("Nora Nominee is a member of the team now.")).to_be_visible()


def test_a_nominee_is_asked_voted_in_and_appears_on_the_roster(
    live: str, worker: Worker, smtp_sink: SmtpSink, browser_context: NewContext
) -> None:
    cast = assemble()
    start(worker, smtp_sink, live)
    mel, ada, mia, sam = people(live, browser_context, cast.mel, cast.ada, cast.mia, cast.sam)
    nomination = nominate(mel, live, "nora@example.net")
    accept(nora := browser_context().new_page(), link_mailed_to(smtp_sink, "nora@example.net", mel))
    receipts = open_and_vote(ada, [(ada, "Yes"), (mel, "Yes"), (mia, "No")], nomination)
    mia.goto(nomination)
    assert "2 yes" not in mia.content()

    end_the_voting_period()
    mia.reload()
    expect(mia.get_by_text("Passed: 2 of 3 voted yes, 2 were needed.").first).to_be_visible()
    for receipt in receipts:
        expect(mia.get_by_text(receipt)).to_be_visible()
    find_receipt(mia, receipts[-1], "No")
    decide(sam, nomination, "No veto")
    expect(sam.get_by_text("Accepted").first).to_be_visible()
    nora.reload()
    expect(nora.get_by_text("The team has said yes.")).to_be_visible()

    visitor = browser_context().new_page()
    visitor.goto(f"{live}/members/")
    expect(visitor.get_by_role("link", name="Nora Nominee")).to_have_count(0)
    assert "/members/accept/" not in "".join(one.message.as_string() for one in smtp_sink.to("nora@example.net"))
    confirm_address(ada, live)
    come_in(nora, link_mailed_to(smtp_sink, "nora@example.net", mel, "/members/accept/"))
    open_the_channels(ada, live)
    nora.goto(f"{live}/dashboard/")
    expect(nora.get_by_role("heading", name="Waiting for you")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("link", name="Nora Nominee")).to_be_visible()
    told = [received.message for received in smtp_sink.received]
    assert not any("Nora" in str(message["Subject"]) for message in told)
    assert not any(receipt in message.as_string() for receipt in receipts for message in told)


def public_pages(live: str) -> dict[str, bytes]:
    """Return the answers of every public address to an anonymous visitor."""
    return {path: urlopen(live + path).read() for path in PUBLIC}  # noqa: S310  our own server


def test_a_veto_leaves_no_public_trace(
    live: str, worker: Worker, smtp_sink: SmtpSink, browser_context: NewContext
) -> None:
    cast = assemble()
    reports.published(cast.mel, cast.mia)  # an empty feed would say when it was read
    start(worker, smtp_sink, live)
    mel, ada, mia, sam, sara = people(live, browser_context, cast.mel, cast.ada, cast.mia, cast.sam, cast.sara)
    before = public_pages(live)
    nomination = nominate(mel, live, "nora@example.net")
    nora = browser_context().new_page()
    accept(nora, link_mailed_to(smtp_sink, "nora@example.net", mel))
    open_and_vote(ada, [(ada, "Yes"), (mel, "Yes"), (mia, "Yes")], nomination)
    assert public_pages(live) == before
    end_the_voting_period()
    mia.goto(nomination)
    expect(mia.get_by_text("Passed: 3 of 3 voted yes, 2 were needed.").first).to_be_visible()
    assert public_pages(live) == before
    decide(sam, nomination, "Veto")
    expect(sam.get_by_text("A veto is recorded; a second member confirms it.").first).to_be_visible()
    nora.reload()
    expect(nora.get_by_text("You have not been accepted this time.")).to_have_count(0)
    confirm_veto(sara, nomination)
    sam.reload()
    expect(sam.get_by_text("Vetoed").first).to_be_visible()
    nora.reload()
    expect(nora.get_by_text("You have not been accepted this time.")).to_be_visible()
    assert "veto" not in nora.locator("main").inner_text().lower().replace("can veto", "")
    assert public_pages(live) == before
    stranger = browser_context().new_page()
    assert stranger.goto(f"{live}/members/nora-nominee/").status == 404  # type: ignore[union-attr]
    everything = "".join(received.message.as_string() for received in smtp_sink.received)
    assert "Nora" not in everything.replace("To: ", "")
