"""Permissions to look after failed mails, and to open notices."""

from __future__ import annotations

from members.people.policy import ANONYMOUS
from notifications import workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice
from notifications.policy import NOTICES, POLICY, Action, NoticeAction
from tests.advisories import factories as reports
from tests.cast import Cast, act_as


def test_failed_mails_belong_to_admins_only(cast: Cast) -> None:
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga]
    assert {person.name for person in everybody if POLICY.possible(act_as(person))} == {"Ada Admin", "Abel Admin"}
    assert POLICY.possible(ANONYMOUS) == frozenset()
    assert POLICY.allows(Action.SEE_FAILURES, act_as(cast.ada))


def test_only_what_has_failed_can_be_tried_again(cast: Cast) -> None:
    reports.received()
    workflow.expand(str(Notice.objects.filter(mail=Mail.ATTENTION).get().pk))
    delivery = Delivery.objects.all()[0]
    assert POLICY.allowed(act_as(cast.ada), delivery) == {Action.SEE_FAILURES}
    workflow.claim(50)
    failed = Delivery.objects.get(pk=delivery.pk)
    workflow.fail(failed, "SMTPDataError 554")
    assert POLICY.allowed(act_as(cast.ada), Delivery.objects.get(pk=delivery.pk)) == {
        Action.SEE_FAILURES,
        Action.TRY_AGAIN,
    }
    assert POLICY.allowed(act_as(cast.mel), Delivery.objects.get(pk=delivery.pk)) == frozenset()


def test_notices_are_for_members_and_the_council(cast: Cast) -> None:
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga]
    assert {person for person in everybody if NOTICES.possible(act_as(person))} == {*cast.members, cast.sam}
    assert NOTICES.possible(ANONYMOUS) == frozenset()


def test_a_notice_opens_for_those_it_is_for(cast: Cast) -> None:
    reports.received()
    notice = Notice.objects.get(mail=Mail.ATTENTION)
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga]
    opens = {person for person in everybody if NOTICES.allows(NoticeAction.OPEN, act_as(person), notice)}
    assert opens == set(cast.members)
    assert NOTICES.allowed(ANONYMOUS, notice) == frozenset()


def test_a_notice_without_a_route_any_more_opens_for_nobody(cast: Cast) -> None:
    reports.received()
    Notice.objects.filter(mail=Mail.ATTENTION).update(mail="abolished")
    notice = Notice.objects.get(mail="abolished")
    assert list(NOTICES.people_who(NoticeAction.OPEN, notice)) == []
    assert not NOTICES.allows(NoticeAction.OPEN, act_as(cast.mel), notice)
