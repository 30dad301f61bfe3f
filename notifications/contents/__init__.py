"""Links of mails and the few facts that some may state, by app.

Facts of the private kind are never among them: no name, title, reference or text of a report, nomination or person.
The facts here are public, or about the vote as such, or the reader's own.
"""

from notifications.contents import advisories, audit, inbox, mail, members, nominations, projects

__all__ = ["advisories", "audit", "inbox", "mail", "members", "nominations", "projects"]
