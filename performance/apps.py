from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Reviews, objectives, what people say, success criteria."""

    name = "performance"

    def ready(self) -> None:
        from performance import panels, permissions  # noqa: PLC0415  (models exist only now)
        from performance.actions import agreeing  # noqa: F401, PLC0415  (its letters are sent by workers)
        from performance.demo import reviews, said  # noqa: PLC0415
        from performance.permissions.reviews import GIVE_LINK  # noqa: PLC0415
        from performance.views import head_parts  # noqa: PLC0415
        from schools.demo import more  # noqa: PLC0415
        from teams.foundation import drafts, links  # noqa: PLC0415

        permissions.register()
        links.declare(GIVE_LINK, head_parts.head_part_by_link)
        drafts.declare(head_parts.KIND)
        panels.register()
        more.declare(said.play)
        more.declare(reviews.play)
