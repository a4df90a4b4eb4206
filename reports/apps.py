from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Measures, dashboards, the head's page, documents, termly runs."""

    name = "reports"

    def ready(self) -> None:
        from reports import panels, permissions, receivers  # noqa: F401, PLC0415  (models exist only now)

        permissions.register()
        panels.register()
