from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Measures, dashboards, the head's page, documents, termly runs."""

    name = "reports"

    def ready(self) -> None:
        from reports import permissions  # noqa: PLC0415  (models exist only now)

        permissions.register()
