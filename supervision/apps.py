from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """How often, visits, sessions, agreeing, peer supervision."""

    name = "supervision"

    def ready(self) -> None:
        from schools.demo import more  # noqa: PLC0415  (models exist only now)
        from supervision import permissions  # noqa: PLC0415
        from supervision.actions import agreeing  # noqa: F401, PLC0415  (its letters are sent by workers)
        from supervision.actions.set_up import declare_steps  # noqa: PLC0415
        from supervision.demo import months, said  # noqa: PLC0415
        from supervision.demo import peers as peers_demo  # noqa: PLC0415
        from supervision.views import peer_groups, peers  # noqa: PLC0415
        from supervision.views.choosing import visit_by_link  # noqa: PLC0415
        from supervision.views.links import session_by_link  # noqa: PLC0415
        from supervision.views.room import KINDS  # noqa: PLC0415
        from teams.foundation import drafts, links  # noqa: PLC0415

        permissions.register()
        declare_steps()
        links.declare(permissions.AGREE_LINK, session_by_link)
        more.declare(months.play)
        more.declare(said.play)
        more.declare(peers_demo.play)
        links.declare(permissions.CHOOSE_LINK, visit_by_link)
        for kind in [*KINDS, *peers.KINDS, *peer_groups.KINDS]:
            drafts.declare(kind)
