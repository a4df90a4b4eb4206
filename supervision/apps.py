from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """How often, visits, sessions, agreeing, peer supervision."""

    name = "supervision"

    def ready(self) -> None:
        from supervision import permissions  # noqa: PLC0415  (models exist only now)

        permissions.register()
