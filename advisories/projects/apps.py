from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, their branches and the security policy, and what they contribute to other apps."""

    name = "advisories.projects"
    verbose_name = "Projects"

    def ready(self) -> None:
        """Register what this app contributes to the page of all areas."""
        from advisories.projects.events import ProjectEvent
        from advisories.projects.pages import AREAS
        from audit.registry import may_be_told
        from web import areas

        areas.register(*AREAS)
        may_be_told(ProjectEvent)
