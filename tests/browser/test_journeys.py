"""From a report to a published advisory, by people in browsers, with a worker and a mail server."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings as portal
from playwright.sync_api import Page, expect

from tests.browser.people import NewContext, sign_in_by_pages
from tests.cast import assemble
from tests.mail import SmtpSink
from tests.workers import Worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]

PATIENCE_SECONDS = 90
VECTOR = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"


def start(worker: Worker, sink: SmtpSink, address: str) -> None:
    """The worker with its schedule, looking for work every half second."""
    worker.start(beat=True, SWEEP_SECONDS=0.5, EMAIL_URL=sink.url, SITE_URL=address)


def subjects(sink: SmtpSink) -> set[str]:
    """Return the subjects of the mails sent so far."""
    return {str(message["Subject"]) for message in (received.message for received in sink.received)}


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
    mel.get_by_role("link", name="Say what it is").click()
    mel.get_by_label("Vulnerability", exact=True).check(force=True)
    mel.get_by_role("button", name="Accept as a vulnerability").click()
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
    page.get_by_label("Versions tested").fill("3.13.5, 3.12.11")
    page.get_by_label("Versions affected").fill("3.13.5")
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
    for _ in range(PATIENCE_SECONDS):
        if any(wanted in subject for subject in subjects(sink)):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"the announcement never came; {subjects(sink)}")


def _no_word_of_it_in_private_mail(sink: SmtpSink) -> None:
    everything = [received.message for received in sink.received]
    private = [message for message in everything if portal.ANNOUNCE_ADDRESS not in str(message["To"])]
    assert private
    assert [message["Subject"] for message in private if "crafted archive" in message.as_string()] == []
