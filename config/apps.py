"""The wiring as an app, so that it happens once Django is set up and in every process that sets it up."""

from importlib import import_module

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"
    verbose_name = "wiring"

    def ready(self) -> None:
        # A task that is sent before the Celery app exists would go to a broker of Celery's own choosing.
        import_module("config.celery")
        import_module("config.checks")
