from django.apps import AppConfig


class NominationsConfig(AppConfig):
    """Nominations, votes and decisions of the Steering Council."""

    name = "nominations"
    verbose_name = "Nominations"

    def ready(self) -> None:
        """Register the dashboard's items, and the events a person may read of their own: all but that they voted."""
        from audit.registry import may_be_told
        from nominations.events import NominationEvent
        from nominations.pages import office, removals, resolutions
        from nominations.pages.waiting import waiting_for
        from web import sections, waiting

        may_be_told(set(NominationEvent) - {NominationEvent.BALLOT_RECORDED})
        sections.register("inactivity:detail", removals.on_review)
        sections.register("inactivity:decide", removals.on_decision)
        waiting.register(waiting_for)
        waiting.register_columns(resolutions.WAITING)
        waiting.register_columns(office.WAITING)
