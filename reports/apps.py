from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Measures, dashboards, the head's page, documents, termly runs."""

    name = "reports"

    def ready(self) -> None:
        from reports import demo, panels, permissions, receivers  # noqa: F401, PLC0415  (models exist only now)
        from reports.actions import digests, term_report_mail  # noqa: F401, PLC0415  (they declare kinds of mail)
        from reports.views import county_packs, term_reports  # noqa: PLC0415
        from schools.demo import more  # noqa: PLC0415
        from teams.foundation import drafts  # noqa: PLC0415

        permissions.register()
        drafts.declare(term_reports.KIND)
        drafts.declare(county_packs.KIND)
        panels.register()
        more.declare(demo.play)
