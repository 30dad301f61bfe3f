"""The pages on the way to a change: dry run, confirmation, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from members.channels.models import Channel, ChannelKind
from members.drift import tasks
from members.drift import workflow as drift_workflow
from members.drift.models import Change, DriftCheck, Finding
from members.people.models import Person
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import Browse, act_as
from tests.members.drift import services as three
from tests.members.drift.browsing import admin, boxes, disturbed, page_of, team
from tests.members.drift.services import Services, check_now, services
from tests.members.people.test_public_views import text

__all__ = ["admin", "disturbed", "services", "team"]


def test_applying_goes_from_the_dry_run_over_the_confirmation_to_the_changes(
    admin: Client, disturbed: list[Person], services: Services
) -> None:
    check = check_now()
    address = check.get_absolute_url() + "apply/"
    assert address in page_of(admin)
    page = page_of(admin, address)
    sentences = [
        "Add Arri Lorem (arri) to “GitHub team”",
        "Note that Belo Lorem is called another-name on GitHub now",
        "Note private@example.net as the account of Benu Lorem in “Mailing list”",
        "Remove stranger@example.net (Stranger) from “Mailing list”",
        "Add Arsa Lorem (5004) to “Chat”",
    ]
    assert [sentence in page for sentence in sentences] == [True] * 5
    assert page.count(" checked") == 3
    assert "Beta Lorem: invited, not yet in" in page
    chosen = boxes(admin, address)
    confirmation = admin.post(address, chosen)
    assert (confirmation.status_code, Change.objects.count()) == (200, 0)
    assert [f"<li>{sentence}.</li>" in text(confirmation.content) for sentence in sentences] == [True] * 5
    done = admin.post(address, {**chosen, "confirmed": "yes"})
    assert done["Location"] == check.get_absolute_url() + "changes/"
    assert shown(admin, check) == ["Waits"] * 5
    services.discord.fault = ServiceAnswer(500)
    tasks.work_on_drift()
    assert shown(admin, check) == ["Sent", "Noted", "Noted", "Sent", "Not made"]
    services.discord.fault = None
    services.mailman.subscribers["stranger@example.net"] = "Stranger"  # somebody has put them back
    tasks.work_on_drift()
    assert shown(admin, check) == ["Added", "Noted", "Noted", "Not seen yet", "Not made"]
    assert "There is a newer check. Apply that one." in page_of(admin, address)


def shown(admin: Client, check: DriftCheck) -> list[str]:
    """Return how the page says each change went."""
    context = admin.get(f"{check.get_absolute_url()}changes/").context
    return [row.label for row in context["rows"]]


def test_a_refused_order_comes_back_with_the_reason(admin: Client, team: list[Person], services: Services) -> None:
    for number in range(5):
        services.mailman.subscribers[f"stranger{number}@example.net"] = ""
    address = check_now().get_absolute_url() + "apply/"
    assert "5 of 17 would be removed within seven days, more than a quarter." in page_of(admin, address)
    chosen = boxes(admin, address)
    for extra in ({}, {"confirmed": "yes"}):
        response = admin.post(address, {**chosen, **extra})
        page = text(response.content)
        assert (response.status_code, "Mailing list: 5 of 17 would be removed" in page) == (422, True)
        assert page.count(" checked") == 5
    assert Change.objects.count() == 0


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_nothing_ticked_is_said(admin: Client, disturbed: list[Person], confirmed: dict[str, str]) -> None:
    response = admin.post(check_now().get_absolute_url() + "apply/", confirmed)
    assert (response.status_code, "Tick at least one change." in text(response.content)) == (422, True)


def test_a_change_that_is_ordered_meanwhile_is_said(admin: Client, disturbed: list[Person]) -> None:
    check = check_now()
    address = check.get_absolute_url() + "apply/"
    chosen = boxes(admin, address)
    three.apply_all(check, disturbed[1])
    response = admin.post(address, {**chosen, "confirmed": "yes"})
    assert (response.status_code, Change.objects.count()) == (422, 5)


def test_an_old_check_says_why_it_is_not_applied(admin: Client, disturbed: list[Person]) -> None:
    with clock.pretend(clock.now() - timedelta(hours=25)):
        check = check_now()
    address = check.get_absolute_url() + "apply/"
    page = page_of(admin, address)
    assert ("This check is older than 24 hours." in page, "Go on</button>" in page) == (True, False)
    chosen = {f"channel_{one.reading.channel_id}": str(one.pk) for one in Finding.objects.all()}
    assert admin.post(address, {**chosen, "confirmed": "yes"}).status_code == 422
    assert "Bring in line" not in page_of(admin)


def test_applying_asks_for_a_fresh_factor(disturbed: list[Person], browse: Browse) -> None:
    address = check_now().get_absolute_url() + "apply/"
    stale = browse(disturbed[0], fresh=False)
    assert stale.get(address)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert "Send it again" in text(stale.post(address, {"confirmed": "yes"}).content)
    assert Change.objects.count() == 0


def test_a_check_without_changes_has_an_empty_page_of_them(admin: Client, team: list[Person]) -> None:
    assert "No change is ordered" in page_of(admin, check_now().get_absolute_url() + "changes/")


def test_after_a_change_because_of_a_pasted_list_no_check_is_expected(admin: Client, team: list[Person]) -> None:
    alumni = Channel.objects.create(name="Alumni", kind=ChannelKind.LIST)
    drift_workflow.paste_list(alumni, f"private@example.net,{team[7].name}", by=act_as(team[0]))
    finding = Finding.objects.get(kind="other_address")
    check = finding.reading.check_run
    [change] = drift_workflow.confirm_apply(check, [finding.pk], by=act_as(team[0]))
    drift_workflow.make_change(change.pk)
    assert drift_workflow.follow_up() is None
    context = admin.get(f"{check.get_absolute_url()}changes/").context
    assert (context["is_expected"], context["after"], shown(admin, check)) == (False, None, ["Noted"])


def test_choosing_again_keeps_what_was_ticked(admin: Client, disturbed: list[Person]) -> None:
    check = check_now()
    [finding] = Finding.objects.filter(kind="unknown")
    chosen = {f"channel_{finding.reading.channel_id}": str(finding.pk)}
    address = f"{check.get_absolute_url()}apply/"
    assert "Choose again" in text(admin.post(address, chosen).content)
    again = admin.post(address, {**chosen, "again": "yes"})
    assert "Which changes shall be made?" in text(again.content)
    form = again.context["form"]
    assert {name: form[name].value() for name in form.fields if form[name].value()} == {
        name: [value] for name, value in chosen.items()
    }
