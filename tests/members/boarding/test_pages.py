"""Onboarding, offboarding and suspension, as an admin meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import REMIND_AFTER, Direction
from members.boarding.models import Checklist
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.people.models import Suspension
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, make_person
from tests.members.boarding.pages import begin, leave, tick_all
from tests.members.people.test_public_views import text


def page_text(client: Client, path: str) -> str:
    return text(client.get(path).content)


def post(client: Client, path: str, **said: Any) -> Any:
    return client.post(path, said, follow=True)


def test_an_onboarding_says_who_is_waited_for_and_what_comes_next(cast: Cast, browse: Browse) -> None:
    onboarding, ada = begin(cast.nora), browse(cast.ada)
    path = onboarding.get_absolute_url()
    assert "Waits for them. Nora Nominee has no login with a second factor yet." in page_text(ada, path)
    onboarding.person.invitations.all().delete()
    assert "there is no open invitation. Invite Nora Nominee." in page_text(ada, path)
    give_login(cast.nora)
    assert "Waits for them. Nora Nominee has not accepted the responsibilities yet." in page_text(ada, path)
    onboarding.accepted_at = onboarding.begun_at
    onboarding.save()
    assert "open the channels that are not ticked off below" in page_text(ada, path)
    tick_all(onboarding, cast.ada)
    page = page_text(ada, path)
    assert "Nothing is missing. Complete it, and Nora Nominee is a member." in page
    assert reverse("boarding:complete", args=[onboarding.pk]) in page


@pytest.mark.parametrize(
    ("days_later", "expected"), [(0, "open until"), (365, "expired")], ids=["while it is open", "a year later"]
)
def test_the_invitation_of_a_newcomer_is_shown_in_its_phase(
    cast: Cast, browse: Browse, days_later: int, expected: str
) -> None:
    onboarding = begin(cast.nora, email="nora@example.net")
    Invitation.objects.update(expires_at=F("expires_at") - timedelta(days=days_later))
    page = page_text(browse(cast.ada), onboarding.get_absolute_url())
    assert [word for word in ("open until", "expired") if f"nora@example.net, {word}" in page] == [expected]
    assert "Invite again" in page
    assert f"reminded by mail every {REMIND_AFTER[Direction.IN].days} days" in page


def test_a_checklist_offers_what_its_policy_allows(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    entering, leaving = begin(cast.nora), leave(cast.mel)

    def offered(checklist: Checklist) -> set[str]:
        context = ada.get(checklist.get_absolute_url()).context
        return {name for name, is_allowed in context["can"].items() if is_allowed}

    assert (offered(entering), offered(leaving)) == ({"tick", "cancel"}, {"tick"})
    tick_all(leaving, cast.ada)
    assert offered(leaving) == {"tick", "complete"}
    boarding_workflow.finish_offboarding(leaving, by=act_as(cast.ada))
    boarding_workflow.cancel_onboarding(entering, "A mistake.", by=act_as(cast.ada))
    assert (offered(entering), offered(leaving)) == (set(), set())


def test_an_admin_ticks_every_channel_and_completes_an_onboarding(cast: Cast, browse: Browse) -> None:
    onboarding, ada = begin(cast.olga), browse(cast.ada)
    documents_workflow.accept(DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES), by=act_as(cast.olga))
    for step in onboarding.steps.exclude(channel__kind="login"):
        path = reverse("boarding:tick_onboarding", args=[onboarding.pk, step.pk])
        assert post(ada, path, state="done").status_code == 200
    complete = reverse("boarding:complete", args=[onboarding.pk])
    assert "The public roster, the CSV and the JSON show them from today" in page_text(ada, complete)
    answer = post(ada, complete)
    assert "Olga Outsider is a member of the team now." in text(answer.content)
    assert "This onboarding is over." in text(post(ada, complete).content)
    assert act_as(cast.olga).is_member


def test_an_onboarding_with_something_missing_is_not_completed(cast: Cast, browse: Browse) -> None:
    onboarding = begin(cast.olga)
    answer = post(browse(cast.ada), reverse("boarding:complete", args=[onboarding.pk]))
    assert "Olga Outsider has not accepted the responsibilities yet." in text(answer.content)
    assert not act_as(cast.olga).is_member


def test_a_step_is_ticked_as_not_needed_and_taken_back(cast: Cast, browse: Browse) -> None:
    onboarding, ada = begin(cast.olga), browse(cast.ada)
    step = onboarding.steps.exclude(channel__kind="login")[0]
    path = reverse("boarding:tick_onboarding", args=[onboarding.pk, step.pk])
    assert "Not needed</span>" in text(post(ada, path, state="not_needed").content)
    post(ada, path, state="undone")
    step.refresh_from_db()
    assert step.done_at is None


def test_giving_up_asks_for_a_reason_and_keeps_it(cast: Cast, browse: Browse) -> None:
    onboarding, ada = begin(cast.nora), browse(cast.ada)
    path = reverse("boarding:cancel_onboarding", args=[onboarding.pk])
    assert ada.post(path, {"reason": " "}).status_code == 422
    assert "She has changed her mind." in text(post(ada, path, reason="She has changed her mind.").content)


def test_the_lists_say_what_is_open_and_how_to_begin(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert "Nobody is joining right now" in page_text(ada, "/manage/onboarding/")
    assert "Nobody has left" in page_text(ada, "/manage/offboarding/")
    assert "Nobody has been suspended" in page_text(ada, "/manage/suspensions/")
    begin(cast.nora)
    leave(cast.mel)
    assert "Nora Nominee" in page_text(ada, "/manage/onboarding/")
    assert "1 of 4 channels closed" in page_text(ada, "/manage/offboarding/")


def test_list_page_and_dashboard_agree_about_the_next_step(cast: Cast, browse: Browse) -> None:
    ada, path = browse(cast.ada), "/manage/onboarding/"
    onboarding = begin(cast.nora, email="")

    def shown() -> tuple[str, str, bool]:
        [row] = ada.get(path).context["rows"]
        lead = ada.get(onboarding.get_absolute_url()).context["waits_for"]
        waiting = [item.title for item in ada.get("/dashboard/").context["waiting"]]
        return row.label, lead, "Onboarding of Nora Nominee" in waiting

    invite = "Waits for an admin: there is no open invitation. Invite Nora Nominee."
    assert shown() == ("Waits for an admin", invite, True)
    invited = accounts_workflow.invite(cast.nora, email="nora@example.net", evidence="A call.", by=act_as(cast.ada))
    second = "Waits for a second person, who confirms the address of Nora Nominee: another admin, or a council member."
    assert shown() == ("Waits for an admin", second, True)
    accounts_workflow.confirm_addresses([invited.pk], by=act_as(cast.abel))
    label, lead, is_on_dashboard = shown()
    assert (label, lead.partition(".")[0], is_on_dashboard) == ("Waits", "Waits for them", False)
    boarding_workflow.cancel_onboarding(onboarding, "She changed her mind.", by=act_as(cast.ada))
    assert shown() == ("Given up", "", False)


def test_thirty_rows_cost_as_many_queries_as_one(cast: Cast, browse: Browse) -> None:
    ada, counts = browse(cast.ada), []
    for more in (1, 29):
        for number in range(more):
            begin(make_person(f"New Person {more} {number}", github=""), email="")
        with CaptureQueriesContext(connection) as queries:
            ada.get("/manage/onboarding/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- the way out ---------------------------------------------------------------------------------------


def test_an_admin_lets_somebody_go_hands_over_and_finishes(cast: Cast, browse: Browse) -> None:
    report, ada = reports.coordinated(cast.mel), browse(cast.ada)
    begin_at = reverse("boarding:offboard", args=["mel-member"])
    assert "Every session ends with the next request" in page_text(ada, begin_at)
    refused = ada.post(begin_at, {"authority": "", "reason": "kept words"})
    assert (refused.status_code, "kept words" in refused.content.decode()) == (422, True)
    page = text(post(ada, begin_at, authority="a mail of 3 May").content)
    assert report.reference in page
    assert f'{report.get_absolute_url()}#hand-over"' in page
    offboarding = Checklist.objects.offboardings().get()
    finish = reverse("boarding:finish", args=[offboarding.pk])
    assert "still coordinates one report" in text(post(ada, finish).content)
    post(ada, reverse("reports:hand_over", args=[report.reference]), person=str(cast.mia.pk))
    tick_all(offboarding, cast.ada)
    assert "Nothing is missing." in page_text(ada, offboarding.get_absolute_url())
    assert "The offboarding of Mel Member is finished." in text(post(ada, finish).content)


def test_a_step_of_an_offboarding_is_ticked_and_taken_back(cast: Cast, browse: Browse) -> None:
    offboarding, ada = leave(cast.mel), browse(cast.ada)
    step = offboarding.steps.exclude(channel__kind="login")[0]
    path = reverse("boarding:tick_offboarding", args=[offboarding.pk, step.pk])
    assert "not yet confirmed by a" in text(post(ada, path, state="done").content)
    post(ada, path, state="undone")
    step.refresh_from_db()
    assert step.done_at is None


def test_a_refused_offboarding_shows_the_reason_on_its_form(cast: Cast, browse: Browse) -> None:
    answer = browse(cast.ada).post(reverse("boarding:offboard", args=["abel-admin"]), {"authority": "a mail"})
    assert answer.status_code == 422
    assert "fewer than 2 admins" in text(answer.content)
    assert 'value="a mail"' in answer.content.decode()


def test_an_admin_leaves_on_their_own_page_like_everybody(cast: Cast, browse: Browse) -> None:
    answer = browse(cast.ada).post(reverse("boarding:offboard", args=["ada-admin"]), {"authority": "my wish"})
    assert (answer.status_code, answer["Location"]) == (302, "/profile/leave/")
    assert act_as(cast.ada).is_admin


# -- the emergency brake -------------------------------------------------------------------------------


def test_an_admin_suspends_and_the_council_ends_it(cast: Cast, browse: Browse) -> None:
    ada, sam = browse(cast.ada), browse(cast.sam)
    path = reverse("accounts:suspend", args=["mel-member"])
    assert "The Steering Council and the other admins are told at once" in page_text(ada, path)
    assert ada.post(path, {"reason": ""}).status_code == 422
    assert "the Steering Council is told" in text(post(ada, path, reason="A lost laptop.").content)
    assert "Mel Member is suspended already" in text(ada.get(path, follow=True).content)
    again = text(ada.post(path, {"reason": "Again."}).content)
    assert ("Mel Member is suspended already" in again, "Again.</textarea>" in again) == (True, True)
    suspension = Suspension.objects.get()
    assert "A lost laptop." in page_text(sam, "/manage/suspensions/")
    end = reverse("accounts:end_suspension", args=[suspension.pk])
    assert "It was closed because: A lost laptop." in page_text(sam, end)
    assert "Now a second person confirms" in text(post(sam, end, reason="It was found.").content)
    assert "Ended" in page_text(sam, "/manage/suspensions/")


def test_nobody_is_offered_to_suspend_or_offboard_themselves(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert reverse("accounts:suspend", args=["ada-admin"]) not in page_text(ada, "/manage/people/ada-admin/")
    assert reverse("accounts:suspend", args=["mel-member"]) in page_text(ada, "/manage/people/mel-member/")
    assert ada.get(reverse("accounts:suspend", args=["ada-admin"])).status_code == 403


def test_a_suspended_council_member_does_not_end_their_own(cast: Cast, browse: Browse) -> None:
    suspension = accounts_workflow.suspend(cast.abel, "Strange acts.", by=act_as(cast.ada))
    cast.abel.user.is_active = True
    cast.abel.user.save()
    end = reverse("accounts:end_suspension", args=[suspension.pk])
    assert browse(cast.abel).get(end).status_code == 403


# -- the dashboard -------------------------------------------------------------------------------------


def test_the_dashboard_shows_what_waits_for_an_admin_and_to_nobody_else(cast: Cast, browse: Browse) -> None:
    begin(cast.nora, email="")
    leave(cast.mia)
    accounts_workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    titles = ["Onboarding of Nora Nominee", "Offboarding of Mia Member", "The access of Mel Member is closed"]
    mentions = {
        person.github: [title in page_text(browse(person), "/dashboard/") for title in titles]
        for person in [cast.ada, cast.rita, cast.sam]
    }
    assert mentions == {"ada": [True] * 3, "rita": [False] * 3, "sam": [False, False, True]}


def test_a_person_being_onboarded_sees_their_steps(cast: Cast, browse: Browse) -> None:
    begin(cast.olga)
    page = page_text(browse(cast.olga), "/dashboard/")
    assert "Your way in" in page
    assert "/profile/responsibilities/" in page
    assert "Your way in" not in page_text(browse(cast.mel), "/dashboard/")


def test_everything_is_two_clicks_from_the_dashboard(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    page = page_text(ada, "/dashboard/")
    for name in [
        "boarding:onboardings",
        "boarding:offboardings",
        "drift:index",
        "inactivity:list",
        "accounts:suspensions",
        "manage",
    ]:
        assert f'href="{reverse(name)}"' in page
    manage_page = page_text(ada, "/manage/")
    for name in [
        "boarding:onboardings",
        "drift:index",
        "inactivity:list",
        "people:list",
        "channels:list",
        "documents:list",
    ]:
        assert f'href="{reverse(name)}"' in manage_page


# -- inviting --------------------------------------------------------------------------------------------


def test_the_invitation_form_is_filled_in_with_person_and_address(cast: Cast, browse: Browse) -> None:
    begin(cast.nora, email="nora@example.net")
    leave(cast.mel)
    ada, address = browse(cast.ada), reverse("accounts:invite")

    def filled(key: object) -> tuple[object, object]:
        form = ada.get(address, {"person": str(key)}).context["form"]
        return form["person"].value(), form["email"].value()

    assert [filled(key) for key in (cast.nora.pk, cast.mel.pk, cast.mia.pk, "nonsense", "")] == [
        (str(cast.nora.pk), "nora@example.net"),
        (str(cast.mel.pk), cast.mel.user.email),
        (str(cast.mia.pk), ""),
        ("nonsense", ""),
        ("", ""),
    ]
