"""The pages of a placement as tests open and read them."""

from __future__ import annotations

from schools.models import Agreement

NEW, DAYS = "/fenshire/placements/new/", "/fenshire/placements/new/days/"
WEEK = {f"{box}_{day}": value for day in range(5) for box, value in (("starts", "08:30"), ("ends", "15:30"))}


def words(response) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'")


def said(county, *days: int, **more: str) -> dict[str, str]:
    """The form of days, as a browser sends it."""
    ticks = {f"day_{day}": "on" for day in days}
    first = {"starts_on_day": "7", "starts_on_month": "12", "starts_on_year": "2026"}
    return WEEK | ticks | first | {"focus": "Attendance", "lead": str(county.people["lead"].public_id)} | more


def days_address(county, school: str = "oakfield", post: str = "post") -> str:
    return f"{DAYS}?post={county.rows[post].public_id}&school={county.rows[school].public_id}"


def the_agreement(county) -> Agreement:
    with county.inside():
        return Agreement.objects.select_related("latest", "placement").get()
