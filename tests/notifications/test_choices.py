"""What people choose to get, and what they mute: the verbs, and what follows for their mail."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Event, label
from members.accounts.events import AccountEvent
from members.people.models import Person, Preferences, Role, RoleKind
from members.people.policy import ANONYMOUS
from members.people.registry import own_data_of
from nominations import workflow as nominations
from nominations.models import Nomination
from notifications import workflow
from notifications.enums import Rhythm, Topic
from notifications.kinds import TOPICS
from notifications.models import Delivery, MailChoice, Mute, Reason
from notifications.queries import choices
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.factories import LONG_AGO
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver
from web.conflicts import Conflict, NotAllowed

EVENING = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)


def to(person: Person) -> list[str]:
    """Return the subjects of the mails to somebody."""
    return [str(message.subject) for message in mail.outbox if message.to == [person.user.email]]


def choose(person: Person, topic: Topic, rhythm: Rhythm) -> list[Topic]:
    return workflow.choose({topic: rhythm}, by=act_as(person))


#: The same words twice are one comment.
_NUMBERS = count(1)


def comment(nomination: Nomination, by: Person) -> None:
    nominations.comment(nomination, f"Seen {next(_NUMBERS)}.", by=act_as(by))
    deliver()


# -- choosing ------------------------------------------------------------------------------------------


def test_a_choice_is_recorded_once_by_the_names_of_its_topics(cast: Cast) -> None:
    assert choose(cast.mia, Topic.NEWS, Rhythm.OFF) == [Topic.NEWS]
    assert choose(cast.mia, Topic.NEWS, Rhythm.OFF) == []
    event = Event.objects.get(kind=AccountEvent.PREFERENCES_CHANGED)
    assert (event.actor, event.target, event.data) == (label(cast.mia), label(cast.mia), {"fields": ["mail:news"]})
    assert MailChoice.objects.get().rhythm == Rhythm.OFF
    assert choose(cast.mia, Topic.NEWS, Rhythm.AT_ONCE) == [Topic.NEWS]
    assert MailChoice.objects.get().rhythm == Rhythm.AT_ONCE


def test_nobody_without_mail_chooses(cast: Cast) -> None:
    for actor in (act_as(cast.emil), act_as(cast.olga), ANONYMOUS):
        with pytest.raises(NotAllowed):
            workflow.choose({Topic.NEWS: Rhythm.OFF}, by=actor)
    assert not MailChoice.objects.exists()


@pytest.mark.parametrize("topic", [topic for topic, traits in TOPICS.items() if traits.is_required])
def test_what_duty_requires_cannot_be_switched_off(cast: Cast, topic: Topic) -> None:
    with pytest.raises(Conflict, match="cannot be set to “Off”"):
        choose(cast.mia, topic, Rhythm.OFF)
    assert (MailChoice.objects.count(), Event.objects.count()) == (0, 0)


def test_admins_cannot_switch_new_reports_off(cast: Cast) -> None:
    with pytest.raises(Conflict, match="“New reports and drafts” cannot be set to “Off”"):
        choose(cast.ada, Topic.NEW_REPORTS, Rhythm.OFF)


# -- what follows --------------------------------------------------------------------------------------


def test_mail_of_a_topic_that_is_off_is_not_even_a_delivery(cast: Cast) -> None:
    choose(cast.mia, Topic.NEW_REPORTS, Rhythm.OFF)
    reports.received(reporter_email="")
    deliver()
    assert (to(cast.mia), to(cast.mel)) == ([], ["A new report"])
    assert not Delivery.objects.filter(recipient=label(cast.mia)).exists()


def test_who_becomes_an_admin_gets_daily_what_they_had_switched_off(cast: Cast) -> None:
    choose(cast.mia, Topic.NEW_REPORTS, Rhythm.OFF)
    Role.objects.create(person=cast.mia, kind=RoleKind.ADMIN, since=LONG_AGO)
    with clock.pretend(EVENING):
        reports.received(reporter_email="", days_ago=0)
        deliver()
    assert to(cast.mia) == []
    with clock.pretend(MORNING):
        deliver()
    assert to(cast.mia) == ["Your day: new reports"]
    assert choices.choices_of(cast.mia, is_admin=True)[Topic.NEW_REPORTS] == Rhythm.DAILY


def test_a_choice_is_about_its_topic_only(cast: Cast) -> None:
    choose(cast.mel, Topic.COMMENTS, Rhythm.DAILY)
    reports.received(reporter_email="")
    comment(votes.proposed(cast), cast.mia)
    assert to(cast.mel) == ["A new report"]


def test_topics_of_one_morning_come_in_one_mail_that_names_each_once(cast: Cast) -> None:
    for topic in (Topic.COMMENTS, Topic.NEW_REPORTS):
        choose(cast.mel, topic, Rhythm.DAILY)
    with clock.pretend(EVENING):
        nomination = votes.proposed(cast)
        for _ in range(2):
            comment(nomination, cast.mia)
        reports.received(reporter_email="", days_ago=0)
        deliver()
    with clock.pretend(MORNING):
        deliver()
    assert to(cast.mel) == ["Your day: comments, new reports"]
    body = str(mail.outbox[-1].body)
    told = f"\n{nomination.reference}: a comment on your nomination\n"
    assert (body.count(told), body.count("\nA new report\n")) == (2, 1)


def test_what_is_switched_off_before_the_morning_is_left_out(cast: Cast) -> None:
    for topic in (Topic.COMMENTS, Topic.NEW_REPORTS):
        choose(cast.mel, topic, Rhythm.DAILY)
    with clock.pretend(EVENING):
        comment(votes.proposed(cast), cast.mia)
        reports.received(reporter_email="", days_ago=0)
        deliver()
        choose(cast.mel, Topic.COMMENTS, Rhythm.OFF)
    with clock.pretend(MORNING):
        deliver()
    assert to(cast.mel) == ["Your day: new reports"]
    ends = Delivery.objects.filter(recipient=label(cast.mel)).order_by("notice__created_at")
    # It began the digest, so its row went out, and says that it was left out.
    assert [(bool(one.sent_at), one.reason) for one in ends] == [(True, Reason.LOST_ACCESS), (True, "")]


def test_the_time_zone_is_that_of_the_profile(cast: Cast) -> None:
    assert choices.time_zone_of(cast.mia) == "UTC"
    Preferences.objects.create(person=cast.mia, time_zone="Asia/Tokyo")
    assert choices.time_zone_of(cast.mia) == "Asia/Tokyo"


# -- muting --------------------------------------------------------------------------------------------


def test_a_muted_nomination_sends_no_mail_that_asks_nothing(cast: Cast) -> None:
    nomination = votes.proposed(cast)
    deliver()
    mail.outbox.clear()
    assert workflow.mute(nomination, by=act_as(cast.mel)) is True
    comment(nomination, cast.mia)
    assert to(cast.mel) == []
    assert workflow.unmute(nomination, by=act_as(cast.mel)) is True
    comment(nomination, cast.mia)
    assert to(cast.mel) == [f"{nomination.reference}: a comment on your nomination"]


def test_mail_about_the_vote_comes_although_it_is_muted(cast: Cast) -> None:
    nomination = votes.proposed(cast)
    workflow.mute(nomination, by=act_as(cast.mel))
    deliver()
    mail.outbox.clear()
    vote = votes.open_vote(nomination, cast.ada, at=clock.now() - 5 * votes.DAY)
    nominations.remind(vote)
    nominations.extend(nomination, hours=24, reason="Down.", by=act_as(cast.ada))
    deliver()
    assert [subject.partition(" until")[0] for subject in sorted(to(cast.mel))] == [
        f"{nomination.reference}: {news}" for news in ("a vote is open", "a vote waits for you", "a vote was extended")
    ]


def test_a_mute_is_about_one_nomination_and_one_person(cast: Cast) -> None:
    first = votes.proposed(cast)
    second = votes.propose(votes.someone("Another"), cast.mel)
    workflow.mute(first, by=act_as(cast.mel))
    workflow.mute(second, by=act_as(cast.mia))
    mail.outbox.clear()
    comment(first, cast.mia)
    comment(second, cast.mia)
    assert to(cast.mel).count(f"{second.reference}: a comment on your nomination") == 1
    assert [row.nomination for row in choices.mutes_of(cast.mel)] == [first]


def test_what_is_muted_before_the_morning_is_left_out(cast: Cast) -> None:
    choose(cast.mel, Topic.COMMENTS, Rhythm.DAILY)
    with clock.pretend(EVENING):
        nomination = votes.proposed(cast)
        comment(nomination, cast.mia)
        workflow.mute(nomination, by=act_as(cast.mel))
    mail.outbox.clear()
    with clock.pretend(MORNING):
        deliver()
    assert to(cast.mel) == []


def test_muting_twice_is_one_mute_and_one_event_that_names_nobody(cast: Cast) -> None:
    nomination = votes.proposed(cast)
    act = act_as(cast.mia)
    assert [workflow.mute(nomination, by=act) for _ in range(2)] == [True, False]
    event = Event.objects.get(kind=AccountEvent.PREFERENCES_CHANGED)
    assert (event.target, event.data) == (label(cast.mia), {"fields": ["mail:muted"]})
    assert [workflow.unmute(nomination, by=act) for _ in range(2)] == [True, False]
    assert Event.objects.filter(kind=AccountEvent.PREFERENCES_CHANGED).count() == 2


def test_a_nomination_that_has_ended_is_not_muted_and_a_mute_of_it_is_not_listed(cast: Cast) -> None:
    nomination = votes.proposed(cast)
    workflow.mute(nomination, by=act_as(cast.mia))
    nominations.withdraw(nomination, by=act_as(cast.mel))
    assert choices.mutes_of(cast.mia) == []
    ended = votes.fresh(nomination)
    with pytest.raises(Conflict, match="has ended"):
        workflow.mute(ended, by=act_as(cast.mia))
    assert workflow.unmute(ended, by=act_as(cast.mia)) is True


def test_nobody_mutes_what_they_may_not_see(cast: Cast) -> None:
    nomination = votes.proposed(cast, cast.olga)
    for person in (cast.olga, cast.emil, cast.sam):
        with pytest.raises(NotAllowed):
            workflow.mute(nomination, by=act_as(person))
        with pytest.raises(NotAllowed):
            workflow.unmute(nomination, by=act_as(person))
    assert not Mute.objects.exists()


# -- the database, and the file of one's own data --------------------------------------------------------


def test_the_database_refuses_a_second_choice_and_a_rhythm_that_there_is_not(cast: Cast) -> None:
    MailChoice.objects.create(person=cast.mia, topic=Topic.NEWS, rhythm=Rhythm.OFF)
    for fields, name in (
        ({"topic": Topic.NEWS, "rhythm": Rhythm.OFF}, "one_rhythm_for_each_topic"),
        ({"topic": Topic.WORK, "rhythm": "often"}, "a_rhythm_is_one_of_three"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            MailChoice.objects.create(person=cast.mia, **fields)
    nomination = votes.proposed(cast)
    Mute.objects.create(person=cast.mia, nomination=nomination, muted_at=clock.now())
    with pytest.raises(IntegrityError, match="a_nomination_is_muted_once"), transaction.atomic():
        Mute.objects.create(person=cast.mia, nomination=nomination, muted_at=clock.now())


def test_rows_name_nobody(cast: Cast) -> None:
    choice = MailChoice.objects.create(person=cast.mia, topic=Topic.NEWS, rhythm=Rhythm.OFF)
    mute = Mute.objects.create(person=cast.mia, nomination=votes.proposed(cast), muted_at=clock.now())
    assert (str(choice), str(mute)) == (f"choice {choice.pk}", f"mute {mute.pk}")


def test_the_own_file_has_the_choices_and_no_nomination(cast: Cast) -> None:
    choose(cast.mia, Topic.NEWS, Rhythm.OFF)
    choose(cast.mel, Topic.NEWS, Rhythm.DAILY)
    workflow.mute(votes.proposed(cast), by=act_as(cast.mia))
    [part] = [part for part in own_data_of(cast.mia) if part.key == "notifications"]
    assert part.value == {"news": "off"}
