"""Projects, their branches, and the security policy."""

from __future__ import annotations

from advisories.projects.events import ProjectEvent
from members.people.policy import ADMIN, MEMBER
from notifications import audiences as who
from notifications import contents as what
from notifications.mails import Route, attention

#: What records say of a project, and whose CVE IDs it gets, is power: the other admins see every change.
_TO_ADMINS = attention(who.people.others(who.people.admins), what.projects.project_page, opens_for=ADMIN)

ROUTES: dict[str, tuple[Route, ...]] = {
    ProjectEvent.PROJECT_SAVED: (_TO_ADMINS,),
    ProjectEvent.BRANCH_SAVED: (_TO_ADMINS,),
    ProjectEvent.POLICY_PUBLISHED: (
        attention(who.people.others(who.people.members), what.projects.policy_page, opens_for=MEMBER),
    ),
}
