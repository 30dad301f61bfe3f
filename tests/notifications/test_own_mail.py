"""The pages of one's own mail: what is chosen, what is muted, and what was sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from members.accounts.workflow import suspend
from members.people.models import Membership, MembershipEnded, Person, Role, RoleKind
from nominations import workflow as nominations
from nominations.models import Phase
from notifications import workflow
from notifications.enums import Rhythm, Topic
from notifications.kinds import TOPICS
from notifications.models import Delivery, MailChoice, Mute, Notice
from notifications.policy import NOTICES, NoticeAction, visible_to
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver
from tests.notifications.test_views import queries, text

CHOICES, SENT = "/notices/choices/", "/notices/"
EVENING = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)


def typed(person: Person, **changes: str) -> dict[str, str]:
    """Return the form as the page offers it to `person`, with changes."""
    actor = act_as(person)
    offered = {
        topic.value: "now"
        for topic, traits in TOPICS.items()
        if traits.who.holds(actor, None) and len(traits.rhythms_for(is_admin=actor.is_admin)) > 1
    }
    return offered | changes


def offered(client: Client) -> dict[str, list[str]]:
    """Return the values of the radio buttons on the page, by field."""
    page = client.get(CHOICES).content.decode()
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"', page):
        found.setdefault(name, []).append(value)
    return found


# -- choosing ------------------------------------------------------------------------------------------


def test_each_reader_is_offered_what_duty_leaves_them(cast: Cast, browse: Browse) -> None:
    required = {name: ["now", "daily"] for name in ("nominations", "work")}
    of_members = required | {"reports": ["now", "daily"]}
    free = {"comments": ["now", "daily", "off"], "news": ["now", "daily", "off"]}
    assert offered(browse(cast.sam)) == required
    assert offered(browse(cast.mel)) == of_members | free | {"new_reports": ["now", "daily", "off"]}
    assert offered(browse(cast.ada)) == of_members | free | {"new_reports": ["now", "daily"]}


def test_rows_without_a_choice_say_at_once(cast: Cast, browse: Browse) -> None:
    groups = browse(cast.mel).get(CHOICES).context["groups"]
    fixed = {row.topic for group in groups for row in group.rows if row.field is None}
    assert fixed == {Topic.EMERGENCIES, Topic.ACCOUNT, Topic.POWER, Topic.VOTES}
    cells = [[cell.is_fixed for cell in row.cells] for group in groups for row in group.rows if row.topic in fixed]
    assert cells == [[True, False, False]] * 4
    assert [group.title for group in groups] == ["Required", "Your choice"]


def test_a_saved_choice_is_said_shown_again_and_changes_nothing_twice(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    filled = typed(cast.mel, news="off", comments="daily")
    answer = client.post(CHOICES, filled, follow=True)
    assert (answer.redirect_chain, "Your choices are saved." in text(answer.content)) == ([(CHOICES, 302)], True)
    assert dict(MailChoice.objects.values_list("topic", "rhythm")) == {"news": "off", "comments": "daily"}
    form = client.get(CHOICES).context["form"]
    assert {name: form[name].value() for name in filled} == filled
    assert "Nothing was changed." in text(client.post(CHOICES, filled, follow=True).content)


@pytest.mark.parametrize(
    ("who", "changes", "field"),
    [
        ("mel", {"work": "off"}, "work"),
        ("mel", {"news": "often"}, "news"),
        ("mel", {"news": ""}, "news"),
        ("ada", {"new_reports": "off"}, "new_reports"),
    ],
)
def test_a_faulty_choice_names_its_row_and_changes_nothing(
    cast: Cast, browse: Browse, who: str, changes: dict[str, str], field: str
) -> None:
    person: Person = getattr(cast, who)
    answer = browse(person).post(CHOICES, typed(person, comments="daily") | changes)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert answer.context["form"]["comments"].value() == "daily"
    assert not MailChoice.objects.exists()


def test_topics_that_are_not_offered_are_not_taken(cast: Cast, browse: Browse) -> None:
    answer = browse(cast.sam).post(CHOICES, typed(cast.sam) | {"news": "off", "votes": "off"})
    assert (answer.status_code, MailChoice.objects.count()) == (302, 0)


def test_somebody_without_mail_has_no_page_of_it(cast: Cast, browse: Browse) -> None:
    for person in (cast.emil, cast.olga):
        client = browse(person)
        assert [client.get(path).status_code for path in (CHOICES, SENT)] == [403, 403]
        assert "Notifications" not in text(client.get("/profile/").content)
    assert CHOICES in browse(cast.sam).get("/profile/").content.decode()


# -- muting --------------------------------------------------------------------------------------------


def path_of(act: str, pk: object) -> str:
    return reverse(f"notifications:{act}", args=[pk])


def test_a_nomination_is_muted_from_its_page_and_unmuted_from_the_list(cast: Cast, browse: Browse) -> None:
    nomination = votes.proposed(cast)
    client, mute = browse(cast.mel), path_of("mute", nomination.pk)
    assert f'href="{mute}"' in client.get(nomination.get_absolute_url()).content.decode()
    page = text(client.get(mute).content)
    assert ("No mail about comments" in page, "Mail still comes when the vote opens" in page) == (True, True)
    answer = client.post(mute, follow=True)
    assert answer.redirect_chain == [(nomination.get_absolute_url(), 302)]
    assert Mute.objects.filter(person=cast.mel, nomination=nomination).count() == 1
    assert client.get(mute)["Location"] == path_of("unmute", nomination.pk)
    page = client.get(CHOICES).content.decode()
    assert (f'action="{path_of("unmute", nomination.pk)}"' in page, nomination.nominee.name in page) == (True, True)
    assert client.get(path_of("unmute", nomination.pk)).status_code == 200
    assert client.post(path_of("unmute", nomination.pk))["Location"] == CHOICES
    assert not Mute.objects.exists()


def test_a_hidden_nomination_is_a_missing_one(cast: Cast, browse: Browse) -> None:
    nomination = votes.proposed(cast, cast.olga)
    for person in (cast.olga, cast.sam, cast.emil):
        client = browse(person)
        for act in ("mute", "unmute"):
            hidden, missing = (client.get(path_of(act, pk)) for pk in (nomination.pk, uuid4()))
            assert (hidden.status_code, hidden.content) == (404, missing.content)
            assert client.post(path_of(act, nomination.pk)).status_code == 404


def test_looking_changes_nothing(cast: Cast, browse: Browse) -> None:
    nomination = votes.proposed(cast)
    client = browse(cast.mel)
    for path in (CHOICES, SENT, path_of("mute", nomination.pk), path_of("unmute", nomination.pk)):
        client.get(path)
        client.head(path)
    assert (Mute.objects.count(), MailChoice.objects.count()) == (0, 0)


def test_an_ended_nomination_offers_no_mute(cast: Cast, browse: Browse) -> None:
    nomination = votes.withdrawn(cast)
    client = browse(cast.mia)
    assert path_of("mute", nomination.pk) not in client.get(nomination.get_absolute_url()).content.decode()
    assert client.post(path_of("mute", nomination.pk)).status_code == 409


# -- what was sent ---------------------------------------------------------------------------------------


def titles(client: Client, path: str = SENT) -> list[str]:
    return [row.title for row in client.get(path).context["rows"]]


def test_the_list_has_each_mail_newest_first_with_its_link(cast: Cast, browse: Browse) -> None:
    with clock.pretend(clock.now() - timedelta(days=6)):
        reports.received(reporter_email="", days_ago=0)
        deliver()
    nomination = votes.propose(votes.someone("Wanda Wanted"), cast.mel)
    votes.open_vote(nomination, cast.ada)
    deliver()
    client = browse(cast.mia)
    page = client.get(SENT)
    assert [(row.title, row.about) for row in page.context["rows"]] == [
        ("A vote is open", nomination.nominee.name),
        ("A new report", ""),
    ]
    links = re.findall(r'<a class="row-title"\s+href="(/notices/[^"]+)"', page.content.decode())
    assert [client.get(link)["Location"].split("/")[1] for link in links] == ["nominations", "reports"]
    assert titles(browse(cast.mel)) == ["A vote is open", "A new report"]


def test_mail_that_did_not_go_is_not_in_it(cast: Cast, browse: Browse) -> None:
    reports.received(reporter_email="")
    for notice in Notice.objects.all():
        workflow.expand(str(notice.pk))
    assert titles(browse(cast.mia)) == []
    assert "No mail has been sent to you yet" in text(browse(cast.mia).get(SENT).content)


def test_nobody_sees_the_mail_of_others(cast: Cast, browse: Browse) -> None:
    report = reports.coordinated(cast.mel)
    reports.handed_over(report, cast.mia, cast.mel)
    deliver()
    assert "A report of yours was taken over" in titles(browse(cast.mel))
    assert "A report of yours was taken over" not in titles(browse(cast.mia))


def test_lines_go_with_the_access(cast: Cast, browse: Browse) -> None:
    """Take from Sara the membership, and leave her the seat; then from an admin the office."""
    votes.make(Phase.OPEN, cast)
    reports.received(reporter_email="")
    suspend(cast.mia, "A lost laptop.", by=act_as(cast.abel))
    deliver()
    assert {"A vote is open", "A new report", "Emergency suspension: please look today"} <= set(
        titles(browse(cast.sara))
    )
    Membership.objects.filter(person=cast.sara).update(until=clock.now().date(), ended=MembershipEnded.EMERITUS)
    assert titles(browse(cast.sara)) == ["Emergency suspension: please look today"]
    assert "Emergency suspension: please look today" in titles(browse(cast.ada))
    Role.objects.filter(person=cast.ada, kind=RoleKind.ADMIN).update(until=clock.now().date())
    assert "Emergency suspension: please look today" not in titles(browse(cast.ada))


def test_what_was_said_before_somebody_is_nominated_themselves_is_not_listed(cast: Cast, browse: Browse) -> None:
    nomination = votes.withdrawn(cast)
    deliver()
    assert "A nomination was withdrawn" in titles(browse(cast.mia))
    nomination.nominee = cast.mia
    nomination.save(update_fields=["nominee"])
    assert [title for title in titles(browse(cast.mia)) if "nomination" in title or "vote" in title] == []


def test_the_filter_and_the_rule_for_one_notice_agree(cast: Cast) -> None:
    """For everybody and everything that was sent: what the list links is what opens."""
    reports.coordinated(cast.mel)
    votes.make(Phase.VETO_WINDOW, cast)
    votes.withdrawn(cast, votes.someone("Another"))
    suspend(cast.mia, "A lost laptop.", by=act_as(cast.abel))
    deliver()
    Role.objects.filter(person=cast.ada, kind=RoleKind.ADMIN).update(until=clock.now().date())
    Membership.objects.filter(person=cast.sara).update(until=clock.now().date(), ended=MembershipEnded.EMERITUS)
    for person in (*cast.members, cast.sam, cast.emil, cast.mia):
        actor = act_as(person)
        sent = Notice.objects.filter(deliveries__recipient=f"people.person:{person.pk}").select_related("event")
        visible = set(sent.filter(visible_to(actor)))
        opens = {notice for notice in sent if NOTICES.allows(NoticeAction.OPEN, actor, notice)}
        direct = {notice for notice in sent if notice.mail == "access-changed"}
        assert opens <= visible | direct
        if actor.has_access:
            assert visible - direct == opens - direct


def test_a_digest_is_listed_line_by_line(cast: Cast, browse: Browse) -> None:
    workflow.choose({Topic.NEW_REPORTS: Rhythm.DAILY}, by=act_as(cast.mia))
    with clock.pretend(EVENING):
        for _ in range(2):
            reports.received(reporter_email="", days_ago=0)
        deliver()
    with clock.pretend(EVENING + timedelta(days=1)):
        deliver()
    page = browse(cast.mia).get(SENT)
    assert ([row.title for row in page.context["rows"]], text(page.content).count("together with others")) == (
        ["A new report"] * 2,
        2,
    )


def test_the_pages_cost_the_same_for_one_mail_and_thirty_and_are_paged(cast: Cast, browse: Browse) -> None:
    nomination = votes.proposed(cast)
    deliver()
    client = browse(cast.mel)

    def add(number: int) -> None:
        for index in range(number):
            nominations.comment(nomination, f"{number}, {index}.", by=act_as(cast.mia))
        deliver()

    add(1)
    for path in (SENT, CHOICES):
        client.get(path)
    before = [queries(client, path) for path in (SENT, CHOICES)]
    add(34)
    assert [queries(client, path) for path in (SENT, CHOICES)] == before
    assert (len(titles(client)), len(titles(client, f"{SENT}?page=2"))) == (30, 5)
    assert "All that was sent to you (35)" in text(client.get(CHOICES).content)
    assert len(client.get(CHOICES).context["sent"]) == 5
    assert Delivery.objects.filter(recipient=f"people.person:{cast.mel.pk}").count() == 35


def test_the_list_takes_few_queries(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    client.get(SENT)
    with CaptureQueriesContext(connection) as captured:
        client.get(SENT)
    assert len(captured) <= 4
