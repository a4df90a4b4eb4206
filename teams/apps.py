from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TeamsConfig(AppConfig):
    """The ground floor: authorities, areas, teams, people, calendar, and the machinery under every other floor."""

    name = "teams"

    def ready(self) -> None:
        from teams import panels, permissions, receivers, tasks  # noqa: F401, PLC0415  (tasks tell the mail gate how to nudge)
        from teams.actions import addresses  # noqa: F401, PLC0415  (its letters are sent by workers)
        from teams.actions.invitations import INVITATION  # noqa: PLC0415
        from teams.foundation import drafts, links  # noqa: PLC0415
        from teams.foundation.grants import grant, plan  # noqa: PLC0415
        from teams.views import asked, guidance  # noqa: PLC0415
        from teams.views.invitations import invitation_by_link  # noqa: PLC0415

        permissions.register()
        links.declare(INVITATION, invitation_by_link)
        for kind in (*asked.KINDS, guidance.KIND):
            drafts.declare(kind)
        panels.register()
        receivers.connect()
        post_migrate.connect(grant, sender=self)
        post_migrate.connect(plan, sender=self)
