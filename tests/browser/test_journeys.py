"""The two journeys the portal exists for, by people in browsers, with a worker and a mail server."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.conf import settings as portal
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.people import NewContext, sign_in_by_pages
from tests.cast import assemble
from tests.mail import SmtpSink
from tests.workers import Worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]

VECTOR = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"
#: Long enough to sign in and vote on a busy machine, short enough to wait for.
VOTING_SECONDS = 40
PATIENCE_MS = 90_000


def start(worker: Worker, sink: SmtpSink, address: str) -> None:
    """The worker with its schedule, looking for work every half second."""
    worker.start(beat=True, SWEEP_SECONDS=0.5, EMAIL_URL=sink.url, SITE_URL=address)


def subjects(sink: SmtpSink) -> set[str]:
    """What has been mailed so far."""
    return {str(message["Subject"]) for message in (received.message for received in sink.received)}


def reload_until(page: Page, text: str) -> None:
    """Look again, as a person would, until the page says `text`."""
    for _ in range(PATIENCE_MS // 1000):
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"{page.url} never said {text!r}")


def test_a_nominee_is_voted_in_and_appears_on_the_roster(
    live: str, worker: Worker, smtp_sink: SmtpSink, browser_context: NewContext, settings: Settings
) -> None:
    settings.VOTING_PERIOD_HOURS = VOTING_SECONDS / 3600
    cast = assemble()
    start(worker, smtp_sink, live)
    mel, ada, mia, sam = (
        sign_in_by_pages(browser_context(), live, person) for person in [cast.mel, cast.ada, cast.mia, cast.sam]
    )

    mel.get_by_role("link", name="Nominate somebody").first.click()
    mel.locator("[name=person]").select_option(label="Nora Nominee")
    mel.locator("[name=category]").select_option(index=1)
    mel.get_by_label("Why this person").fill("She reads tarballs for fun.")
    mel.get_by_role("button", name="Nominate").click()
    expect(mel.get_by_role("heading", level=1)).to_contain_text("Nora Nominee")
    nomination = mel.url

    ada.goto(nomination)
    ada.get_by_role("link", name="Open the vote").first.click()
    ada.get_by_role("button", name="Open the vote").click()
    for page, choice in [(ada, "Yes"), (mel, "Yes"), (mia, "No")]:
        page.goto(f"{nomination}vote/")
        expect(page.get_by_role("radio", checked=True)).to_have_count(0)
        page.get_by_role("radio", name=choice).check(force=True)  # its label lies over it
        page.get_by_role("button", name="Seal my ballot").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("ballot", ignore_case=True)
    mia.goto(nomination)
    assert "2 yes" not in mia.content()

    reload_until(mia, "2 yes, 1 no: 6 >= 6, passes")
    sam.goto(nomination)
    sam.get_by_role("link", name=re.compile("Decide|Record|Veto")).first.click()
    sam.get_by_label("No veto").check(force=True)
    sam.get_by_label("Decided on").fill(datetime.now(UTC).date().isoformat())
    sam.get_by_label(re.compile("link", re.IGNORECASE)).fill("https://example.org/council/1")
    sam.get_by_role("button", name="Record the decision").click()
    expect(sam.get_by_text("Joined").first).to_be_visible()

    visitor = browser_context().new_page()
    visitor.goto(f"{live}/members/")
    expect(visitor.get_by_role("link", name="Nora Nominee")).to_be_visible()
    assert all("Nora" not in subject for subject in subjects(smtp_sink))
    assert len(subjects(smtp_sink)) >= 2


def test_a_report_becomes_an_advisory_that_everybody_can_read(
    live: str, worker: Worker, smtp_sink: SmtpSink, browser_context: NewContext
) -> None:
    cast = assemble()
    start(worker, smtp_sink, live)
    reporter = browser_context().new_page()
    _hand_in(reporter, live)
    follow = reporter.url

    mel, mia = (sign_in_by_pages(browser_context(), live, person) for person in [cast.mel, cast.mia])
    mel.get_by_role("link", name="Reading a crafted archive never returns").first.click()
    report = mel.url
    mel.get_by_role("button", name=re.compile("Coordinate|Take")).first.click()
    mel.get_by_label("Vulnerability", exact=True).check(force=True)
    mel.get_by_role("button", name="Determine").click()
    _draft(mel, report)
    mia.goto(f"{report}advisory/preview/")
    mia.get_by_role("button", name=re.compile("Approve")).first.click()
    mel.goto(f"{report}advisory/publish/")
    mel.get_by_role("button", name="Publish now").click()

    _everybody_reads(browser_context().new_page(), live)
    reporter.goto(follow)
    expect(reporter.get_by_role("link", name=re.compile("Read the advisory PSF-"))).to_be_visible()
    _mail_arrives(mel, smtp_sink)
    _no_word_of_it_in_private_mail(smtp_sink)


def _hand_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Report a vulnerability").first.click()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("Project").select_option(label="CPython")
    page.get_by_label("Summary").fill("Reading a crafted archive never returns")
    page.get_by_label("Versions").fill("Tested 3.13.5.")
    page.get_by_label("What happens").fill("A negative size makes the reader step back.")
    page.get_by_label("What an attacker gains").fill("Stops a service that reads archives.")
    page.get_by_label("A person has checked").check()
    page.get_by_label("Your e-mail address").fill("remy@example.net")
    page.get_by_label("Name in the credits").fill("Remy Reporter")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url(re.compile("/report/.{20,}/"))
    expect(page.locator("#private-link")).to_contain_text("/report/")


def _draft(page: Page, report: str) -> None:
    page.goto(f"{report}advisory/")
    page.get_by_label("Title").fill("Endless loop while reading archives")
    page.get_by_label("Description").fill("Reading a crafted archive with `tarfile` never returns.")
    page.get_by_label("CVE ID").fill("CVE-2099-1001")
    page.get_by_label("CVSS v4 vector").fill(VECTOR)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("8.7 of 10")).to_be_visible()
    page.get_by_label("Affected versions").fill("before 3.12.12\n3.13.0 before 3.13.6")
    page.get_by_label("References").fill("FIX https://github.com/python/cpython/pull/1")
    page.get_by_label("The credits are settled").check()
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_load_state()


def _everybody_reads(page: Page, address: str) -> None:
    page.goto(f"{address}/advisories/")
    page.get_by_role("link", name="Endless loop while reading archives").click()
    expect(page.get_by_role("heading", level=2, name="Am I affected?")).to_be_visible()
    expect(page.get_by_text("Remy Reporter")).to_be_visible()
    assert page.context.cookies() == []
    osv = page.request.get(f"{page.url}osv.json")
    record = json.loads(osv.text())
    assert (record["aliases"], record["severity"]) == (["CVE-2099-1001"], [{"type": "CVSS_V4", "score": VECTOR}])
    assert json.loads(page.request.get(f"{page.url}cve.json").text())["cveMetadata"]["cveId"] == "CVE-2099-1001"
    assert "CVE-2099-1001" in page.request.get(f"{address}/advisories/feed.atom").text()
    assert page.request.get(f"{address}/advisories/CVE-2099-1001/").url == page.url


def _mail_arrives(page: Page, sink: SmtpSink) -> None:
    wanted = "CVE-2099-1001"
    for _ in range(PATIENCE_MS // 1000):
        if any(wanted in subject for subject in subjects(sink)):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"the announcement never came; {subjects(sink)}")


def _no_word_of_it_in_private_mail(sink: SmtpSink) -> None:
    everything = [received.message for received in sink.received]
    private = [message for message in everything if portal.ANNOUNCE_ADDRESS not in str(message["To"])]
    assert private
    assert [message["Subject"] for message in private if "crafted archive" in message.as_string()] == []
