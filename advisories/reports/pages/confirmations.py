"""The pages of acts on a report: each says, before something is done, what it does."""

from __future__ import annotations

from advisories.reports.models import UNDO, Message, Report
from web.confirmation import ConfirmationPage
from web.dates import moment_in_words

#: For sentences about the time in which a closing can be undone.
UNDO_MINUTES = int(UNDO.total_seconds() // 60)


def hand_over(report: Report) -> ConfirmationPage:
    """Return the page for the coordinator and the admins."""
    asked = f"{report.offered_to} was asked already; a new offer takes its place." if report.offered_to else ""
    stays = f"{report.coordinator} coordinates it until then." if report.coordinator else ""
    return ConfirmationPage(
        here="Hand over",
        heading=f"Hand {report.reference} over",
        lead=" ".join(sentence for sentence in (stays, asked) if sentence),
        label="Ask them",
    )


def decline(report: Report) -> ConfirmationPage:
    """Return the page for whoever is asked to coordinate."""
    return ConfirmationPage(
        here="Decline",
        heading=f"Who else could coordinate {report.reference}?",
        lead="You decline by naming somebody else. They are asked, as you were.",
        label="Decline and ask them",
    )


def end_forward(report: Report) -> ConfirmationPage:
    """Return the page for the coordinator of a report that was forwarded."""
    return ConfirmationPage(
        here="Forwarded",
        heading=f"What became of {report.reference}?",
        lead=f"It went to: {report.forwarded_to}.",
        label="Close the report",
        points=(f"Its reporter is told after {UNDO_MINUTES} minutes; until then you can undo this.",),
    )


def reopen(report: Report) -> ConfirmationPage:
    """Return the page for the coordinator and the admins."""
    told = "Its reporter is told that the team looks at it again." if report.told_at else "Its reporter hears nothing."
    return ConfirmationPage(
        here="Reopen",
        heading=f"Open {report.reference} again?",
        lead=f"Takes back: {report.get_determination_display().lower()}. A draft of an advisory stays.",
        label="Reopen the report",
        points=(told,),
    )


def embargo(report: Report) -> ConfirmationPage:
    """Return the page for the coordinator and the admins."""
    until = moment_in_words(report.embargo_until) if report.embargo_until else "nothing is agreed"
    return ConfirmationPage(here="Embargo", heading="End of the embargo", lead=f"Now: {until}.", label="Save")


def split(report: Report) -> ConfirmationPage:
    """Return the page for the coordinator and the admins."""
    return ConfirmationPage(
        here="Split",
        heading=f"Split {report.reference}",
        lead="For two findings that can be fixed one without the other. Say below what the second one is.",
        label="Make the second report",
        points=(
            "The second report has the same reporter, date received and origin, and its own number.",
            "Its facts begin as they are here, and can be corrected.",
            "The reporter is told, and finds both on their page. Messages stay here.",
        ),
    )


def edit_message(message: Message) -> ConfirmationPage:
    """Return the page for the author of a message."""
    readers = "Only the team reads it." if message.internal else "The reporter and the team read it."
    return ConfirmationPage(
        here="Edit", heading=f"Edit your {'note' if message.internal else 'message'}", lead=readers, label="Save"
    )
