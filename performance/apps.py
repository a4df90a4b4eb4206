from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Reviews, objectives, what people say, success criteria."""

    name = "performance"

    def ready(self) -> None:
        from performance import permissions  # noqa: PLC0415  (models exist only now)
        from performance.actions import agreeing  # noqa: F401, PLC0415  (its letters are sent by workers)

        permissions.register()
