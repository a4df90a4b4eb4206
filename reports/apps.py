from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Measures, dashboards, the head's page, documents, termly runs."""

    name = "reports"

    def ready(self) -> None:
        from reports import panels, permissions, receivers  # noqa: F401, PLC0415  (models exist only now)
        from reports.actions import digests, term_report_mail  # noqa: F401, PLC0415  (they declare kinds of mail)
        from reports.views import term_reports  # noqa: PLC0415
        from teams.foundation import drafts  # noqa: PLC0415

        permissions.register()
        drafts.declare(term_reports.KIND)
        panels.register()
