from django.apps import AppConfig


class NominationsConfig(AppConfig):
    """Nominations, votes and decisions of the Steering Council."""

    name = "nominations"
    verbose_name = "Nominations"

    def ready(self) -> None:
        """Register what other apps ask, and the events a person may read of their own: all but that they voted."""
        from audit.registry import may_be_told
        from members.people.registry import answer_entrusted
        from nominations.events import NominationEvent
        from nominations.pages import office, removals, resolutions
        from nominations.pages.waiting import waiting_for
        from nominations.policy import ASKED_TO_KEEP_KEY
        from web import sections, waiting

        may_be_told(set(NominationEvent) - {NominationEvent.BALLOT_RECORDED})
        answer_entrusted(ASKED_TO_KEEP_KEY)
        sections.register("inactivity:detail", removals.on_review)
        sections.register("inactivity:decide", removals.on_decision)
        waiting.register(waiting_for)
        waiting.register_columns(resolutions.WAITING)
        waiting.register_columns(office.WAITING)
