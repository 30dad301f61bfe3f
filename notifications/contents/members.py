"""Links and facts of mails about members: logins, checklists, documents, drift and the inactivity review."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from audit import clock
from audit.models import Event
from members.accounts import links as invitations
from members.accounts.models import Invitation
from members.drift.models import Change, DriftCheck
from members.inactivity import links as notices
from members.inactivity.enums import NoticeAnswer
from members.inactivity.models import InactivityReview, ReviewDecision
from members.people.models import Person
from members.resets import links as resets
from notifications.contents.facts import Facts
from notifications.queries import checklist_of, entry_of, invitation_of, reset_of

# -- logins ------------------------------------------------------------------------------------------


def invitation_page(event: Event) -> str:
    """Return the private link of an invitation; made when the mail is sent, stored nowhere."""
    return invitations.path_of(invitation_of(event))


def invitation_facts(event: Event) -> Facts:
    """Return until when the link works."""
    return {"until": invitation_of(event).expires_at}


def addresses_page(_event: Event) -> str:
    """Return the path of the addresses that wait for a second person, for the admins and the Steering Council."""
    return reverse("bring_in:confirm")


def factor_page(_event: Event) -> str:
    """Return the path of the page on which somebody adds a second factor."""
    return reverse("mfa_index")


def resets_page(_event: Event) -> str:
    """Return the path of the requests for resets, for the admins and the Steering Council."""
    return reverse("resets:list")


def stop_reset_page(event: Event) -> str:
    """Return the private link by which the owner of a login stops its reset."""
    return resets.path_to_stop(reset_of(event))


def reset_facts(event: Event) -> Facts:
    """Return the number of the request."""
    return {"number": reset_of(event).number}


def begin_anew_page(event: Event) -> str:
    """Return the private link by which somebody begins anew after a reset."""
    return invitations.path_of(_anew(event))


def begin_anew_facts(event: Event) -> Facts:
    """Return until when that link works."""
    return {"until": _anew(event).expires_at}


def _anew(event: Event) -> Invitation:
    return Invitation.objects.select_related("person").get(login_reset__pk=event.target_id)


def stop_address_page(event: Event) -> str:
    """Return the private link by which the owner of a login stops the change of its address."""
    return invitations.path_to_stop_change(event.data["address"])


def record_of_changed(event: Event) -> str:
    """Return the path of the record of the person whose address somebody tried to change, for admins."""
    return reverse("people:record", args=[Person.objects.get(pk=event.data["person"]).slug])


def record_page(event: Event) -> str:
    """Return the path of the record of the person concerned, for admins."""
    return reverse("people:record", args=[Person.objects.get(pk=event.target_id).slug])


def suspensions_page(_event: Event) -> str:
    """Return the path of the suspensions, for admins and the Steering Council."""
    return reverse("accounts:suspensions")


def memorial_page(event: Event) -> str:
    """Return the path of the record that somebody has died, for admins and the Steering Council."""
    return reverse("boarding:memorial", args=[event.target_id])


# -- checklists ----------------------------------------------------------------------------------------


def checklist_page(event: Event) -> str:
    """Return the path of the checklist, for admins."""
    return checklist_of(event).get_absolute_url()


def onboardings_page(_event: Event) -> str:
    """Return the path of the list of onboardings, for admins."""
    return reverse("boarding:onboardings")


def newcomers_invitation_page(event: Event) -> str:
    """Return the private link of the newcomer's open invitation; made when the mail is sent, stored nowhere."""
    return invitations.path_of(_open_invitation(event))


def newcomers_invitation_facts(event: Event) -> Facts:
    """Return until when the newcomer's link works."""
    return {"until": _open_invitation(event).expires_at}


def _open_invitation(event: Event) -> Invitation:
    return Invitation.objects.open(clock.now()).select_related("person").get(person=checklist_of(event).person)


# -- pages that say nothing to others ------------------------------------------------------------------


def own_page(_event: Event) -> str:
    """Return the path of the reader's own page."""
    return reverse("profile:own")


def dashboard_page(_event: Event) -> str:
    """Return the path of the dashboard, for members."""
    return reverse("dashboard")


def roster_page(_event: Event) -> str:
    """Return the path of the public roster."""
    return reverse("roster:team")


def responsibilities_page(_event: Event) -> str:
    """Return the path where a member reads and accepts the version in force."""
    return reverse("documents:accept")


# -- drift ---------------------------------------------------------------------------------------------


def check_page(event: Event) -> str:
    """Return the path of what the check has found."""
    return DriftCheck.objects.get(pk=event.target_id).get_absolute_url()


def changes_page(event: Event) -> str:
    """Return the path of the changes that were ordered together."""
    change = Change.objects.select_related("finding__reading").get(pk=event.target_id)
    return reverse("drift:changes", args=[change.finding.reading.check_run_id])


# -- the inactivity review -----------------------------------------------------------------------------


def review_page(event: Event) -> str:
    """Return the path of the review that an event is about."""
    return InactivityReview.objects.get(pk=event.target_id).get_absolute_url()


def review_page_of_entry(event: Event) -> str:
    """Return the path of the review that an event about an entry belongs to."""
    return entry_of(event).review.get_absolute_url()


def review_page_of_decision(event: Event) -> str:
    """Return the path of the review that an event about a decision belongs to."""
    decision = ReviewDecision.objects.select_related("entry__review").get(pk=event.target_id)
    return decision.entry.review.get_absolute_url()


def sent_facts(event: Event) -> Facts:
    """Return from which day the portal has records, if the review began before it, and whether credits were read."""
    review = InactivityReview.objects.get(pk=event.target_id)
    return {"recorded_from": review.recorded_from, "has_credits": review.credits_read_at is not None}


def note_page(event: Event) -> str:
    """Return the path of the note that an event is about."""
    return reverse("inactivity:note", args=[event.target_id])


def answer_page(event: Event) -> str:
    """Return the first private link of a notice; made when the mail is sent, stored nowhere."""
    return notices.path_of(entry_of(event), NoticeAnswer.ACTIVE)


def notice_facts(event: Event) -> Facts:
    """Return the end of the notice and the second private link."""
    entry = entry_of(event)
    retire_link = settings.SITE_URL + notices.path_of(entry, NoticeAnswer.RETIRE)
    return {"until": entry.review.due_at, "retire_link": retire_link}
