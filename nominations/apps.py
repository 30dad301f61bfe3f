from django.apps import AppConfig


class NominationsConfig(AppConfig):
    name = "nominations"
    verbose_name = "Nominations"

    def ready(self) -> None:
        """Say what of its events whoever did them may have: everything but that they voted."""
        from members.people.registry import may_be_told
        from nominations.events import NominationEvent

        may_be_told(set(NominationEvent) - {NominationEvent.BALLOT_RECORDED})
