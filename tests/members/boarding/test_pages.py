"""Onboarding, offboarding and suspension, as an admin meets them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.people.models import Suspension
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, make_member, make_person
from tests.members.boarding.pages import (
    CHANNELS,
    accepted,
    begin,
    leave,
    page_text,
    post,
    tick_all,
    waits,
)
from tests.members.people.test_public_views import text
from web.conflicts import Conflict


def test_a_checklist_offers_what_its_policy_allows(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    entering, leaving = begin(cast.nora), leave(cast.mel)

    def offered(checklist: Checklist) -> set[str]:
        context = ada.get(checklist.get_absolute_url()).context
        return {name for name, is_allowed in context["can"].items() if is_allowed}

    assert (offered(entering), offered(leaving)) == ({"run", "cancel"}, {"run", "tick"})
    accepted(entering)
    assert offered(entering) == {"run", "tick", "cancel"}
    tick_all(leaving, cast.ada)
    assert offered(leaving) == {"run", "tick", "complete"}
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
    onboarding, ada = accepted(begin(cast.olga)), browse(cast.ada)
    step = onboarding.steps.exclude(channel__kind="login")[0]
    path = reverse("boarding:tick_onboarding", args=[onboarding.pk, step.pk])
    assert "Not needed, says Ada Admin" in text(post(ada, path, state="not_needed").content)
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
    offboarding = Checklist.objects.offboardings().get()
    hand_over = f"{reverse('reports:hand_over', args=[report.reference])}?next={offboarding.get_absolute_url()}"
    assert hand_over in page
    finish = reverse("boarding:finish", args=[offboarding.pk])
    assert "still coordinates one report" in text(post(ada, finish).content)
    [item] = ada.get(offboarding.get_absolute_url()).context["work"]
    assert {name for _, name in item.heirs} == {
        f"{person.name}, 0 open reports" for person in (cast.ada, cast.abel, cast.mia, cast.rita, cast.sara, cast.newt)
    }
    handed = ada.post(hand_over, {"person": str(cast.mia.pk)})
    assert handed["Location"] == offboarding.get_absolute_url()
    assert "offered to Mia Member, who has not answered yet" in page_text(ada, offboarding.get_absolute_url())
    assert "still coordinates one report" in text(post(ada, finish).content)
    browse(cast.mia).post(reverse("reports:accept", args=[report.reference]))
    tick_all(offboarding, cast.ada)
    assert "Nothing is missing." in page_text(ada, offboarding.get_absolute_url())
    assert waits(ada, offboarding) == [("an admin", ["Finish: Mel Member becomes emeritus"])]
    assert "The offboarding of Mel Member is finished." in text(post(ada, finish).content)


def test_only_people_who_can_sign_in_are_offered_to_take_over(cast: Cast, browse: Browse) -> None:
    reports.coordinated(cast.mel)
    make_member("Nell Nologin")
    suspended = make_member("Sue Suspended")
    give_login(suspended)
    accounts_workflow.suspend(suspended, "A lost laptop.", by=act_as(cast.ada))
    offboarding, ada = leave(cast.mel), browse(cast.ada)
    [item] = ada.get(offboarding.get_absolute_url()).context["work"]
    assert not {"Nell Nologin", "Sue Suspended", "Mel Member"} & {name.partition(",")[0] for _, name in item.heirs}
    assert waits(ada, offboarding)[0] == ("an admin", ["Hand over one report", *CHANNELS])


def test_nobody_without_a_login_takes_a_report_over(cast: Cast) -> None:
    report, nell = reports.coordinated(cast.mel), make_member("Nell Nologin")
    with pytest.raises(Conflict, match=r"^Nell Nologin cannot sign in yet, and so cannot coordinate\.$"):
        reports.handed_over(report, nell, cast.ada)


def test_a_step_of_an_offboarding_is_ticked_and_taken_back(cast: Cast, browse: Browse) -> None:
    offboarding, ada = leave(cast.mel), browse(cast.ada)
    step = offboarding.steps.exclude(channel__kind="login")[0]
    path = reverse("boarding:tick_offboarding", args=[offboarding.pk, step.pk])
    assert "Removed by Ada Admin" in text(post(ada, path, state="done").content)
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
    assert "/profile/responsibilities/" in page
    assert browse(cast.mel).get("/dashboard/").context["newcomer"] is None


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
