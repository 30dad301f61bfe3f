"""The Atom feed of published advisories."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from advisories.publication.models import Advisory
from web import markdown

#: Entries; a reader that asks once a week misses none.
NEWEST = 30


class AdvisoryFeed(Feed):  # type: ignore[type-arg]  # the class takes none at run time
    """The newest advisories. Addresses are absolute, so that no host of a request gets into a public page."""

    feed_type = Atom1Feed
    subtitle = "Published vulnerabilities in Python and its tools."

    def title(self) -> str:
        """Return the feed's title."""
        return f"{settings.PORTAL_NAME}: advisories"

    def author_name(self) -> str:
        """Return the portal's name."""
        return settings.PORTAL_NAME

    def link(self) -> str:
        """Return the address of the list."""
        return settings.SITE_URL + reverse("advisories:list")

    def feed_url(self) -> str:
        """Return the feed's own address."""
        return settings.SITE_URL + reverse("advisories:feed")

    def items(self) -> list[Advisory]:
        """Return the newest advisories."""
        return list(Advisory.objects.published().order_by("-published_at", "-psf_id")[:NEWEST])

    def item_title(self, item: Advisory) -> str:
        """Return the id and the title."""
        return f"{item.cve_id or item.psf_id}: {item.title}"

    def item_description(self, item: Advisory) -> str:
        """Return the description as HTML."""
        return markdown.to_html(item.description)

    def item_link(self, item: Advisory) -> str:
        """Return the address of the advisory's page."""
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Advisory) -> str:
        """Return the address again: it never changes."""
        return self.item_link(item)

    def item_pubdate(self, item: Advisory) -> datetime | None:
        """Return when it was published."""
        return item.published_at

    def item_updateddate(self, item: Advisory) -> datetime:
        """Return when it last changed."""
        return item.modified_at

    def item_categories(self, item: Advisory) -> list[str]:
        """Return its project and, if it has one, its rating."""
        return [item.project_label, *([item.get_rating_display()] if item.rating else [])]
