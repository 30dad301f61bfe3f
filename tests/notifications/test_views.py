"""The link in a mail, and the page of mails that could not be sent."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisories.publication.models import draft_of
from advisories.reports import workflow as reports_workflow
from advisories.reports.models import Report
from audit import clock
from audit.models import Event
from members.accounts.workflow import invite
from members.people.models import Membership, MembershipEnded
from nominations.models import Phase
from notifications import workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice, Reason
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver

FAILURES = "/notices/failed/"


def text(content: bytes) -> str:
    """Return a page's text with white space folded."""
    return " ".join(content.decode().split())


def queries(client: Client, path: str) -> int:
    """Return the number of statements of a page."""
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def link_of(mail: Mail) -> str:
    return reverse("notifications:open", args=[Notice.objects.filter(mail=mail).latest("created_at").pk])


# -- the link ------------------------------------------------------------------------------------------


def test_the_link_leads_whoever_was_told_to_the_thing(cast: Cast, browse: Browse) -> None:
    report = reports.received()
    deliver()
    answer = browse(cast.mel).get(link_of(Mail.ATTENTION))
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{report.reference}/")


def test_the_link_leads_whoever_would_be_told_now(cast: Cast, browse: Browse) -> None:
    report = reports.coordinated(cast.mel)
    reports_workflow.offer(report, cast.mia, by=act_as(cast.mel))
    answer = browse(cast.mia).get(link_of(Mail.ATTENTION))  # nothing was sent yet
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{report.reference}/")


def test_following_a_link_changes_nothing(cast: Cast, browse: Browse) -> None:
    reports.received()
    deliver()
    before = (list(Notice.objects.values()), list(Delivery.objects.order_by("pk").values()), Event.objects.count())
    client = browse(cast.mel)
    for _ in range(2):
        client.get(link_of(Mail.ATTENTION))
        client.head(link_of(Mail.ATTENTION))
    after = (list(Notice.objects.values()), list(Delivery.objects.order_by("pk").values()), Event.objects.count())
    assert after == before
    assert client.post(link_of(Mail.ATTENTION)).status_code == 405


def test_for_everybody_else_it_is_the_same_as_no_notice_at_all(cast: Cast, browse: Browse) -> None:
    report = reports.coordinated(cast.mel)
    reports_workflow.offer(report, cast.mia, by=act_as(cast.mel))
    deliver()
    link = link_of(Mail.ATTENTION)
    missing = f"/notices/{uuid4()}/"
    for person in (cast.rita, cast.sam, cast.emil, cast.olga):
        client = browse(person)
        hidden, absent = client.get(link), client.get(missing)
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.content == absent.content
        assert hidden.headers == absent.headers


@pytest.mark.parametrize("who", ["emil", "olga"])
def test_outsiders_cost_the_same_queries_whether_there_is_a_notice_or_not(cast: Cast, browse: Browse, who: str) -> None:
    reports.received()
    deliver()
    client = browse(getattr(cast, who))
    assert queries(client, link_of(Mail.ATTENTION)) == queries(client, f"/notices/{uuid4()}/")


def test_a_stranger_is_asked_to_sign_in_whether_there_is_a_notice_or_not(cast: Cast, browse: Browse) -> None:
    reports.received()
    for path in (link_of(Mail.ATTENTION), f"/notices/{uuid4()}/"):
        answer = browse(None).get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


def test_a_former_member_follows_no_old_link(cast: Cast, browse: Browse) -> None:
    reports.received()
    deliver()
    client = browse(cast.mia)
    assert client.get(link_of(Mail.ATTENTION)).status_code == 302
    Membership.objects.filter(person=cast.mia).update(until=clock.now().date(), ended=MembershipEnded.EMERITUS)
    assert client.get(link_of(Mail.ATTENTION)).status_code == 404


def test_a_mail_that_was_dropped_opens_nothing(cast: Cast, browse: Browse) -> None:
    reports.received()
    deliver()
    Delivery.objects.filter(recipient=f"people.person:{cast.mia.pk}").update(
        sent_at=None, dropped_at=clock.now(), reason=Reason.LOST_ACCESS
    )
    # Still: who would be told now may see it.
    assert browse(cast.mia).get(link_of(Mail.ATTENTION)).status_code == 302
    report = reports.coordinated(cast.mel)
    reports_workflow.offer(report, cast.mia, by=act_as(cast.mel))
    workflow.expand(str(Notice.objects.filter(mail=Mail.ATTENTION).latest("created_at").pk))
    reports_workflow.take_offer_back(report, by=act_as(cast.mel))
    deliver()
    dropped = Delivery.objects.get(dropped_at__isnull=False, notice__event__kind="report:handover_offered")
    assert browse(cast.mia).get(f"/notices/{dropped.notice_id}/").status_code == 404


def test_the_council_follows_its_own_links_and_no_others(cast: Cast, browse: Browse) -> None:
    nomination = votes.make(Phase.VETO_WINDOW, cast)
    deliver()
    answer = browse(cast.sam).get(link_of(Mail.VETO_WINDOW))
    assert (answer.status_code, answer["Location"]) == (302, nomination.get_absolute_url())
    assert browse(cast.sam).get(link_of(Mail.VOTE_CLOSED)).status_code == 404
    assert browse(cast.mel).get(link_of(Mail.VETO_WINDOW)).status_code == 404


def test_a_notice_of_a_mail_that_no_longer_exists_opens_nothing(cast: Cast, browse: Browse) -> None:
    reports.received()
    notice = Notice.objects.get(mail=Mail.ATTENTION)
    Notice.objects.filter(pk=notice.pk).update(mail="carrier-pigeon")
    assert browse(cast.mel).get(f"/notices/{notice.pk}/").status_code == 404


def test_links_of_mails_to_people_without_a_login_open_nothing(cast: Cast, browse: Browse) -> None:
    reports.received()
    invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    deliver()
    for mail in (Mail.REPORT_RECEIVED, Mail.INVITATION):
        assert browse(cast.ada).get(link_of(mail)).status_code == 404


# -- mails that could not be sent ------------------------------------------------------------------------


def fail(delivery: Delivery, *, reason: Reason = Reason.REFUSED) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk).update(
        failed_at=clock.now(), reason=reason, error="SMTPRecipientsRefused 550", sent_at=None
    )
    return delivery


@pytest.fixture
def failed(cast: Cast) -> dict[str, Delivery]:
    """Make one failed mail to each kind of recipient."""
    report = reports.published(cast.mel, cast.mia, summary="Secret summary")
    invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    for notice in Notice.objects.all():
        workflow.expand(str(notice.pk))
    keys = {
        "person": f"people.person:{cast.rita.pk}",
        "list": "announce",
        "reporter": f"reporter:{report.pk}",
        "invitation": "invitation:",
    }
    return {kind: fail(Delivery.objects.filter(recipient__startswith=key)[0]) for kind, key in keys.items()}


def test_an_admin_sees_to_whom_why_and_what_to_do(cast: Cast, browse: Browse, failed: dict[str, Delivery]) -> None:
    page = text(browse(cast.ada).get(FAILURES).content)
    for part in (
        "Rita Release", "Ask them to set an address that works on their account page.",
        "the announcement list", "Check ANNOUNCE_ADDRESS",
        "a reporter", "they can still follow their report by the private link",
        "Nora Nominee (invitation)", "Invite them again",
        "The mail server refused it.", "SMTPRecipientsRefused 550",
    ):  # fmt: skip
        assert part in page


def test_the_page_says_nothing_of_what_a_mail_was_about_nor_its_address(
    cast: Cast, browse: Browse, failed: dict[str, Delivery]
) -> None:
    page = text(browse(cast.ada).get(FAILURES).content)
    report = Report.objects.system("a test").whole().get()
    advisory = draft_of(report)
    assert advisory is not None
    for part in (report.reference, "Secret summary", "@example", str(advisory.psf_id), "Remy", "attention"):
        assert part not in page


def test_a_delivery_given_up_names_the_mail_server(cast: Cast, browse: Browse, failed: dict[str, Delivery]) -> None:
    Delivery.objects.filter(failed_at__isnull=False).update(reason=Reason.GAVE_UP)
    page = text(browse(cast.ada).get(FAILURES).content)
    assert page.count("The mail server did not take it for five days.") == 4
    assert page.count("Check that the portal reaches its mail server (EMAIL_URL). Then try again.") == 4


def test_the_empty_page_says_that_all_is_well(cast: Cast, browse: Browse) -> None:
    page = text(browse(cast.ada).get(FAILURES).content)
    assert ("No mail waits." in page, "No mail failed" in page) == (True, True)


@pytest.mark.parametrize("who", ["mel", "sam", "emil", "olga"])
def test_the_page_and_its_button_are_for_admins(
    cast: Cast, browse: Browse, failed: dict[str, Delivery], who: str
) -> None:
    client = browse(getattr(cast, who))
    path = reverse("notifications:try_again", args=[failed["person"].pk])
    assert (client.get(FAILURES).status_code, client.post(path).status_code) == (403, 403)
    assert client.post(reverse("notifications:try_again", args=[uuid4()])).status_code == 403
    assert Delivery.objects.get(pk=failed["person"].pk).failed_at is not None


def test_the_button_starts_over_and_says_so(cast: Cast, browse: Browse, failed: dict[str, Delivery]) -> None:
    client = browse(cast.ada)
    answer = client.post(reverse("notifications:try_again", args=[failed["person"].pk]), follow=True)
    assert answer.redirect_chain == [(FAILURES, 302)]
    assert "The mail is tried again within a minute or so." in text(answer.content)
    assert "Rita Release" not in text(answer.content)


def test_a_second_press_of_the_button_is_no_error(cast: Cast, browse: Browse, failed: dict[str, Delivery]) -> None:
    client = browse(cast.ada)
    path = reverse("notifications:try_again", args=[failed["person"].pk])
    assert [client.post(path).status_code for _ in range(2)] == [302, 409]
    assert client.get(path).status_code == 405
    assert client.post(reverse("notifications:try_again", args=[uuid4()])).status_code == 404


def test_the_page_costs_the_same_for_one_failure_and_thirty(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    add_failures(cast, 1)
    one = queries(client, FAILURES)
    add_failures(cast, 32)
    assert queries(client, FAILURES) == one
    assert client.get(FAILURES).content.decode().count('/try-again/"') == 30
    assert client.get(f"{FAILURES}?page=2").content.decode().count('/try-again/"') == 3


def add_failures(cast: Cast, count: int) -> None:
    reports.received(reporter_email="")
    notice = Notice.objects.filter(mail=Mail.ATTENTION).latest("created_at")
    at = clock.now()
    Delivery.objects.bulk_create([
        Delivery(
            notice=notice, recipient=f"people.person:{number:08d}-0000-4000-8000-000000000000",
            message_id=f"<{uuid4()}@example.org>", trying_since=at, due_at=at, failed_at=at, reason=Reason.REFUSED,
        )
        for number in range(count)
    ])  # fmt: skip
