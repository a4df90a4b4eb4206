from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """Schools, contacts, figures, placements, agreements and money."""

    name = "schools"

    def ready(self) -> None:
        from schools import permissions  # noqa: PLC0415  (models exist only now)

        permissions.register()
