from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """How often, visits, sessions, agreeing, peer supervision."""

    name = "supervision"

    def ready(self) -> None:
        from supervision import permissions  # noqa: PLC0415  (models exist only now)
        from supervision.actions.set_up import declare_steps  # noqa: PLC0415

        permissions.register()
        declare_steps()
