"""The Atom feed of published advisories."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from advisories.publication.models import Advisory
from advisories.records.vocabulary import Project
from web import markdown

#: Entries; a reader that asks once a week misses none.
NEWEST = 30


class AdvisoryFeed(Feed):  # type: ignore[type-arg]  # the class takes none at run time
    """The newest advisories. Addresses are absolute, so that no host of a request gets into a public page."""

    feed_type = Atom1Feed
    subtitle = "Published vulnerabilities in Python and its tools."

    def title(self) -> str:
        return f"{settings.PORTAL_NAME}: advisories"

    def author_name(self) -> str:
        return settings.PORTAL_NAME

    def link(self) -> str:
        return settings.SITE_URL + reverse("advisories:list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("advisories:feed")

    def items(self) -> list[Advisory]:
        return list(Advisory.objects.published().order_by("-published_at", "-psf_id")[:NEWEST])

    def item_title(self, item: Advisory) -> str:
        return f"{item.cve_id or item.psf_id}: {item.title}"

    def item_description(self, item: Advisory) -> str:
        return markdown.to_html(item.description)

    def item_link(self, item: Advisory) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Advisory) -> str:
        return self.item_link(item)

    def item_pubdate(self, item: Advisory) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Advisory) -> datetime:
        return item.modified_at

    def item_categories(self, item: Advisory) -> list[str]:
        return [Project(item.project).label, *([item.get_rating_display()] if item.rating else [])]
