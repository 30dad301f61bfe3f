"""The mails of the inactivity review: whom they are for, where they lead, and what the notice says."""

from __future__ import annotations

from django.conf import settings

from audit import clock
from audit.models import Event
from members.inactivity import links
from members.inactivity.models import InactivityReview, NoticeAnswer, ReviewDecision, ReviewEntry
from members.people.models import Person, RoleKind
from notifications.audiences import People, members
from notifications.contents import Facts


def _entry(event: Event) -> ReviewEntry:
    return ReviewEntry.objects.select_related("review").get(pk=event.target_id)


def noticed(event: Event) -> People:
    """Whom the notice is for, while a member who can still answer; a late mail asks for nothing that is over."""
    entry = _entry(event)
    is_open = not entry.answer and entry.review.takes_answers(clock.now())
    return members(event).filter(pk=entry.person_id) if is_open else Person.objects.none()


def council(_event: Event) -> People:
    """The Steering Council of this day."""
    return Person.objects.holding(RoleKind.STEERING_COUNCIL, clock.now().date())


def review_page(event: Event) -> str:
    """For admins and the Steering Council."""
    return InactivityReview.objects.get(pk=event.target_id).get_absolute_url()


def page_of_entry(event: Event) -> str:
    """The same, from what happened to one name."""
    return _entry(event).review.get_absolute_url()


def page_of_decision(event: Event) -> str:
    """The same, from a decision."""
    return (
        ReviewDecision.objects.select_related("entry__review").get(pk=event.target_id).entry.review.get_absolute_url()
    )


def answer_page(event: Event) -> str:
    """The first link of a notice; made when the mail is sent, stored nowhere."""
    return links.path_of(_entry(event), NoticeAnswer.ACTIVE)


def notice_facts(event: Event) -> Facts:
    """Until when there is an answer to give, and the second link."""
    entry = _entry(event)
    retire_link = settings.SITE_URL + links.path_of(entry, NoticeAnswer.RETIRE)
    return {"until": entry.review.due_at, "retire_link": retire_link}
