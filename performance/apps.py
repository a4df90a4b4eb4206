from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Reviews, objectives, what people say, success criteria."""

    name = "performance"

    def ready(self) -> None:
        from performance import panels, permissions  # noqa: PLC0415  (models exist only now)
        from performance.actions import agreeing  # noqa: F401, PLC0415  (its letters are sent by workers)
        from performance.actions.set_up import declare_steps  # noqa: PLC0415
        from performance.demo import reviews, said, term_reports  # noqa: PLC0415
        from performance.permissions.reviews import AGREE_LINK, GIVE_LINK  # noqa: PLC0415
        from performance.permissions.waves import PULSE_LINK  # noqa: PLC0415
        from performance.views import head_parts, meeting  # noqa: PLC0415
        from performance.views.links import review_by_link  # noqa: PLC0415
        from performance.views.pulse import pulse_by_link  # noqa: PLC0415
        from schools.demo import more  # noqa: PLC0415
        from teams.foundation import drafts, links  # noqa: PLC0415

        permissions.register()
        links.declare(PULSE_LINK, pulse_by_link)
        links.declare(GIVE_LINK, head_parts.head_part_by_link)
        links.declare(AGREE_LINK, review_by_link)
        for kind in (head_parts.KIND, *meeting.KINDS):
            drafts.declare(kind)
        panels.register()
        declare_steps()
        more.declare(said.play)
        more.declare(reviews.play)
        more.declare(term_reports.play)
