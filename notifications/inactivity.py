"""Mails of the inactivity review: recipients, links, and the facts of the notice."""

from __future__ import annotations

from django.conf import settings

from audit import clock
from audit.models import Event
from members.inactivity import links
from members.inactivity.enums import NoticeAnswer
from members.inactivity.models import InactivityReview, ReviewDecision, ReviewEntry
from members.people.models import Person, RoleKind
from notifications.audiences import People, members
from notifications.contents import Facts


def _entry(event: Event) -> ReviewEntry:
    return ReviewEntry.objects.select_related("review").get(pk=event.target_id)


def noticed(event: Event) -> People:
    """Return the person of a notice while they are a member and can still answer; a late mail has no recipient."""
    entry = _entry(event)
    is_open = not entry.answer and entry.review.takes_answers(clock.now())
    return members(event).filter(pk=entry.person_id) if is_open else Person.objects.none()


def council(_event: Event) -> People:
    """Return the Steering Council of this day."""
    return Person.objects.holding(RoleKind.STEERING_COUNCIL, clock.now().date())


def review_page(event: Event) -> str:
    """Return the path of the review that an event is about."""
    return InactivityReview.objects.get(pk=event.target_id).get_absolute_url()


def page_of_entry(event: Event) -> str:
    """Return the path of the review that an event about an entry belongs to."""
    return _entry(event).review.get_absolute_url()


def page_of_decision(event: Event) -> str:
    """Return the path of the review that an event about a decision belongs to."""
    return (
        ReviewDecision.objects.select_related("entry__review").get(pk=event.target_id).entry.review.get_absolute_url()
    )


def answer_page(event: Event) -> str:
    """Return the first private link of a notice; it is made when the mail is sent and stored nowhere."""
    return links.path_of(_entry(event), NoticeAnswer.ACTIVE)


def notice_facts(event: Event) -> Facts:
    """Return the end of the notice and the second private link."""
    entry = _entry(event)
    retire_link = settings.SITE_URL + links.path_of(entry, NoticeAnswer.RETIRE)
    return {"until": entry.review.due_at, "retire_link": retire_link}
