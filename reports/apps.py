from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Measures, dashboards, the head's page, documents, termly runs."""

    name = "reports"

    def ready(self) -> None:
        from reports import panels, permissions, receivers  # noqa: F401, PLC0415  (models exist only now)
        from reports.actions import digests  # noqa: F401, PLC0415  (declares the kinds of mail)

        permissions.register()
        panels.register()
