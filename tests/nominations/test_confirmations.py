"""An act has the same page whether it is done to a person, a report or a nomination."""

from __future__ import annotations

import re

from members.people.models import Person
from nominations.models import Phase
from tests.cast import Browse, Cast
from tests.members.people.test_public_views import text
from tests.nominations import factories


def test_the_page_of_an_act_asks_and_leads_back_to_what_it_is_done_to(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    back = nomination.get_absolute_url()
    assert shown(browse, cast.abel, f"{back}cancel/") == {
        "title": f"Cancel the vote · {nomination.label}",
        "heading": "Cancel the vote on Nora Nominee?",
        "back": [(back, nomination.label), (back, "Let it go on")],
    }
    record = "/manage/people/mel-member/"
    assert shown(browse, cast.ada, f"{record}suspend/") == {
        "title": "Suspend · Mel Member",
        "heading": "Close the access of Mel Member at once?",
        "back": [(record, "Mel Member"), (record, "Not now")],
    }


def shown(browse: Browse, reader: Person, path: str) -> dict[str, object]:
    """The title, the question, and the links of the page that lead back."""
    page = text(browse(reader).get(path).content)
    titles, headings = re.findall(r"<title>(.*) · [^·]*</title>", page), re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", page)
    parent = path.rsplit("/", 2)[0] + "/"
    return {"title": titles[0], "heading": headings[0], "back": re.findall(rf'href="({parent})">([^<]+)</a>', page)}
