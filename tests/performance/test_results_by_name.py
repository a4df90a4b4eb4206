"""What somebody has said with a name, and what was done about it: who reads it, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casework.models import YoungPerson
from performance.models import Feedback, WeDid
from schools.models import Placement
from tests.performance.asked import FOUR, Young, asked, said, text
from tests.performance.test_results import PAGE, close, county  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestNamed:
    @pytest.fixture
    def told(self, county):  # noqa: F811
        mine = Young(asked(county))
        mine.press(press="named")
        mine.press(at="0", answer="yes")
        mine.press(press="send", answer="Rain on the window")
        return county

    def test_the_worker_and_who_manages_her_read_it_and_nobody_else(self, told, client_for):
        about = f"/fenshire/people/{told.people['worker'].public_id}/what-people-said/"
        assert "Rain on the window" in text(client_for(told, "worker").get(f"{PAGE}about-me/"))
        assert "Rain on the window" in text(client_for(told, "manager").get(about))
        assert client_for(told, "other_manager").get(about).status_code == 404
        for who in ("senior", "head", "other_worker", "admin"):
            assert client_for(told, who).get(about).status_code == 403
        assert "Nothing has been said with a name on it yet." in text(
            client_for(told, "other_worker").get(f"{PAGE}about-me/")
        )

    def test_it_is_not_read_by_a_deputy_nor_by_who_manages_a_placement_and_not_her(self, told):
        deputy = replace(told.as_("other_manager"), covers=frozenset({told.people["manager"].pk}))
        assert not Feedback.objects.visible_to(deputy).exists()
        post = Placement.objects.get(school=told.oakfield).post
        Placement.objects.create(
            post=post, school=told.oakfield, manager=told.people["other_manager"], hours_per_week=10, status="ended",
            timetable=[{"weekday": 1, "starts": "08:30", "ends": "15:30"}], starts_on=date(2024, 9, 1),
            ends_on=date(2025, 7, 20),
        )  # fmt: skip
        assert not Feedback.objects.visible_to(told.as_("other_manager")).exists()
        assert not YoungPerson.objects.visible_to(told.as_("other_manager")).filter(pk=told.young.pk).exists()
        assert Feedback.objects.visible_to(told.as_("manager")).exists()

    def test_both_lists_ask_few_questions_of_the_database(self, told, client_for, queries):
        client, counts = client_for(told, "worker"), []
        for size in (1, 30):
            said(told.wave, told.team, told.oakfield, [FOUR] * size)
            for address in (f"{PAGE}about-me/", PAGE):
                client.get(address)
                with queries() as seen:
                    client.get(address)
                counts.append(len(seen))
        assert counts[:2] == counts[2:]
        assert max(counts) <= 12


class TestYouSaidWeDid:
    def test_a_manager_writes_it_for_her_team_and_takes_it_back(self, county, client_for):  # noqa: F811
        close(county)
        manager, address = client_for(county, "manager"), f"{PAGE}{county.wave.public_id}/we-did/"
        empty = manager.post(address, {"said": "", "did": "It moved."})
        assert empty.status_code == 422
        assert "It moved." in empty.content.decode()
        manager.post(address, {"said": "You said the room was too loud.", "did": "It moved."})
        school = f"/fenshire/schools/{county.oakfield.public_id}/"
        assert "You said the room was too loud. It moved." in text(client_for(county, "head").get(school))
        assert "You said the room was too loud. It moved." in text(manager.get(PAGE))
        written = WeDid.objects.get()
        assert written.team == county.team
        other = client_for(county, "other_manager").post(f"{PAGE}we-did/{written.public_id}/back/")
        assert other.status_code == 403
        manager.post(f"{PAGE}we-did/{written.public_id}/back/")
        assert "It moved." not in text(client_for(county, "head").get(school))

    def test_four_are_enough(self, county, client_for):  # noqa: F811
        manager, address = client_for(county, "manager"), f"{PAGE}{county.wave.public_id}/we-did/"
        for number in range(5):
            last = manager.post(address, {"said": f"You said {number}.", "did": "Done."})
        assert last.status_code == 422
        assert "There are 4 already. Take one back first." in text(last)
