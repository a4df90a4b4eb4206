"""From the room to the record: once, whole, and read by each as far as they may (BR-06, BR-08, BR-09, BR-13)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from casework.models import Decision
from supervision.actions import sessions
from supervision.actions.sessions import AlreadyWritten, answer, complete, finish, loose_ends, send, write_correction
from supervision.models import OwnNote, Session, SessionCopy, SessionPart, Visit
from teams.foundation.access import Principal, Role
from teams.foundation.drafts import Conflict, Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.transitions import begin
from teams.models import Audience, Commitment
from tests.factories.authorities import LONDON
from tests.supervision.stories import AFTER, finishing, said, visit_on

SECRET = "She is looking for another post"


def finished(county, shared=None, two=None, **more) -> Session:
    made = finish(county.visit, finishing(shared or said(county), two, **more), by=county.as_("manager"), at=AFTER)
    return Session.objects.for_page().prefetch_related("parts").get(pk=made.pk)


def test_agreed_in_the_room_it_is_final_at_once_with_two_copies(county):
    session = finished(county, two=[["wellbeing", SECRET]])
    assert (session.status, session.final_because) == (Session.Status.FINAL, Session.Because.IN_THE_ROOM)
    school, council = (session.copies.get(copy=copy) for copy in ("school", "council"))
    assert SECRET not in json.dumps(school.snapshot)
    assert SECRET in json.dumps(council.snapshot)
    assert school.digest != council.digest
    assert Visit.objects.get(pk=county.visit.pk).status == Visit.Status.HELD


def test_the_same_press_twice_is_one_record(county):
    first = finish(county.visit, finishing(said(county)), by=county.as_("manager"), at=AFTER)
    again = finish(county.visit, finishing(said(county)), by=county.as_("manager"), at=AFTER)
    assert first.pk == again.pk
    assert Commitment.objects.filter(text="Give the room key").count() == 1


def test_a_second_record_of_one_visit_is_refused(county):
    first = finished(county)
    with pytest.raises(AlreadyWritten) as refused:
        finish(county.visit, finishing(said(county), press="another"), by=county.as_("manager"), at=AFTER)
    assert refused.value.session.pk == first.pk


def test_words_that_the_device_has_not_seen_stop_the_finish_and_change_nothing(county):
    about = str(county.visit.public_id)
    person, form = county.people["manager"].pk, sessions.SHARED_FORM
    Draft.keep(
        person_id=person, form=form, about=about, words=[["service-why", "Typed elsewhere"]], revision=0, at=AFTER
    )
    with pytest.raises(Conflict) as conflict:
        finished(county)
    assert conflict.value.current.words == [["service-why", "Typed elsewhere"]]
    assert not Session.objects.exists()
    assert finished(county, revision=1).status == Session.Status.FINAL
    assert not Draft.objects.exists()


def test_promises_are_told_of_and_the_new_ones_stand_in_the_ledger(county):
    session = finished(county)
    county.promise.refresh_from_db()
    assert (county.promise.status, county.promise.settled_in) == (Commitment.Status.KEPT, session.occasion)
    new = Commitment.objects.get(text="Give the room key")
    assert (new.promised_by, new.side, new.due_on) == (county.people["lead"], "school", date(2026, 11, 17))
    assert new.audience == Audience.SHARED


def test_a_private_promise_is_not_told_of_before_the_school(county):
    """A box that names it, sent with the shared form by a wrong or wicked page, settles nothing."""
    finished(county, said(county, **{f"promise-{county.private.public_id.hex}-outcome": "kept"}))
    county.private.refresh_from_db()
    assert county.private.status == Commitment.Status.OPEN


def test_an_action_without_name_or_day_is_kept_and_asked_for(county):
    """BR-13, as decided: a line to finish, never a refusal."""
    session = finished(
        county,
        said(
            county,
            **{
                "action-2-text": "Think about breakfast",
                "action-3-text": "Ask Ann",
                "action-3-by": "worker",
                "action-3-due": "next week",
            },
        ),
    )
    assert session.status == Session.Status.TO_FINISH
    ends = [(action["text"], action["due_typed"]) for _, action in loose_ends(session)]
    assert ends == [("Think about breakfast", ""), ("Ask Ann", "next week")]
    with pytest.raises(Refusal, match="2 of the actions have no name"):
        send(session, by=county.as_("manager"), at=AFTER)
    with pytest.raises(Refusal) as refused:
        complete(session, {"shared action-2": {"by": "manager", "due": ""}}, by=county.as_("manager"), at=AFTER)
    assert refused.value.field == "shared-action-2-due"
    complete(
        session,
        {"shared action-2": {"leave": "on"}, "shared action-3": {"by": "worker", "due": "2026-11-20"}},
        by=county.as_("manager"),
        at=AFTER,
    )
    assert sessions.settle(session, by=county.as_("manager"), at=AFTER)
    assert Commitment.objects.filter(text="Ask Ann", due_on=date(2026, 11, 20)).exists()
    shared = session.parts.get(audience="shared").words
    assert [action.get("afterwards", "") for action in shared["actions"]] == ["", "", "day"]
    assert not Commitment.objects.filter(text="Think about breakfast").exists()


def test_a_decision_goes_to_the_young_persons_record_and_nothing_personal_with_it(county):
    finished(county, two=[["wellbeing", SECRET]])
    decision = Decision.objects.get(young_person=county.young[0])
    assert decision.text == "Comes in by the front door. Meet at the gate until half-term."
    assert Decision.objects.count() == 1


def test_held_without_the_school_says_so_and_is_a_good_record(county):
    session = finished(county, said(county, **{"school-person": "none", "without-school": "Called to a fire drill"}))
    assert session.is_partial
    assert session.without_school == "Called to a fire drill"
    assert [person.part for person in session.people.all()] == ["manager", "worker"]


def test_somebody_who_was_not_on_the_list_may_come_and_promise(county):
    session = finished(county, said(county, **{"school-person": "other", "school-name": "Ruth Vale"}))
    assert session.people.get(part="school").name == "Ruth Vale"
    assert Commitment.objects.get(text="Give the room key").promised_by.name == "Ruth Vale"


def test_what_is_not_agreed_in_the_room_is_sent_and_both_answers_make_it_final(county):
    session = finished(county, said(county, **{"said-school": "", "said-worker": ""}))
    assert session.status == Session.Status.TO_FINISH
    send(session, by=county.as_("manager"), at=AFTER)
    worker, school = session.people.get(part="worker"), session.people.get(part="school")
    answer(session, worker, accurate=True, how="account", by=county.as_("worker"), at=AFTER)
    with pytest.raises(Refusal, match="Say what is not accurate"):
        answer(session, school, accurate=False, how="account", by=county.as_("lead"), at=AFTER)
    is_final = answer(
        session, school, accurate=False, words="We said Tuesdays", how="account", by=county.as_("lead"), at=AFTER
    )
    assert is_final
    session.refresh_from_db()
    assert session.final_because == Session.Because.ALL_ANSWERED
    words = [person["words"] for person in session.copies.get(copy="school").snapshot["people"]]
    assert "We said Tuesdays" in words


def test_an_answer_after_final_is_refused_with_the_way_on(county):
    session = finished(county)
    with pytest.raises(Refusal, match="Write a correction"):
        answer(
            session, session.people.get(part="worker"), accurate=True, how="account", by=county.as_("worker"), at=AFTER
        )


def test_a_final_record_cannot_be_changed_by_anybody(county):
    session = finished(county)
    part = session.parts.get(audience="shared")
    for change in (
        "UPDATE supervision_sessionpart SET words = '{}'",
        "DELETE FROM supervision_sessionperson",
        "UPDATE supervision_session SET finished_at = now()",
        "DELETE FROM supervision_sessionpart",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    part.refresh_from_db()
    assert part.words["service"]["answer"] == "as_expected"


def test_a_correction_stands_on_top_and_gives_its_readers_a_new_edition(county):
    session = finished(county)
    before = session.copies.get(copy="council").snapshot
    write_correction(session, "It was Wednesday", Audience.TWO, by=county.as_("manager"), at=AFTER)
    editions = sorted(SessionCopy.objects.values_list("copy", "edition"))
    assert editions == [("council", 1), ("council", 2), ("school", 1)]
    assert session.copies.get(copy="council", edition=1).snapshot == before
    write_correction(session, "The key is blue", Audience.SHARED, by=county.as_("manager"), at=AFTER)
    assert session.copies.get(copy="school", edition=2).snapshot["corrections"][0]["text"] == "The key is blue"


READERS = {
    "manager": {"shared", "two"}, "worker": {"shared", "two"}, "other_manager": set(), "other_worker": set(),
    "admin": set(), "finance": set(), "auditor": set(), "senior": set(), "other_head": set(),
}  # fmt: skip


@pytest.mark.parametrize("key", [*READERS, "head", "lead"])
def test_who_reads_which_part_before_and_after_it_is_sent(county, key):
    """D.5: the private part has no reader at a school, and before it is sent the school reads nothing."""
    session = finished(county, said(county, **{"said-school": ""}), [["wellbeing", SECRET]])

    def reads() -> set[str]:
        return set(SessionPart.objects.visible_to(county.as_(key)).values_list("audience", flat=True))

    assert reads() == READERS.get(key, set())
    send(session, by=county.as_("manager"), at=AFTER)
    assert reads() == READERS.get(key, {"shared"})
    assert Session.objects.visible_to(county.as_(key)).exists() == bool(reads())


def test_the_link_opens_the_shared_part_for_as_long_as_its_holder_speaks_for_the_school(county):
    session = finished(county, said(county, **{"said-school": ""}), [["wellbeing", SECRET]])
    send(session, by=county.as_("manager"), at=AFTER)
    link, _ = Link.make(purpose="session.agree", subject=session, person=county.people["lead"], at=AFTER)
    reader = Principal(kind="link", person_id=link.person_id, link=link, today=AFTER.date())
    assert set(SessionPart.objects.visible_to(reader).values_list("audience", flat=True)) == {"shared"}
    county.oakfield.contacts.filter(person=county.people["lead"]).update(ends_on=date(2026, 9, 30))
    assert not SessionPart.objects.visible_to(reader).exists()


def test_her_own_note_is_hers_alone(county):
    session = finished(county)
    note = OwnNote(session=session, person=county.people["manager"], text="Tired", written_at=AFTER)
    begin(note, "write", by=county.as_("manager"), at=AFTER)
    assert OwnNote.objects.visible_to(county.as_("manager")).exists()
    for key in ("worker", "head", "lead", "senior", "admin", "auditor", "other_manager"):
        assert not OwnNote.objects.visible_to(county.as_(key)).exists(), key
    with pytest.raises(NotAllowed):
        begin(OwnNote(session=session, person=county.people["worker"], text="x", written_at=AFTER), "write",
              by=county.as_("worker"), at=AFTER)  # fmt: skip


def test_nobody_else_finishes_it(county):
    for key in ("worker", "head", "other_manager", "senior", "admin"):
        with pytest.raises(NotAllowed):
            finish(county.visit, finishing(said(county)), by=county.as_(key), at=AFTER)


def test_who_covers_reads_what_she_held_herself_and_nothing_of_before(county):
    """D.5 and decision 0010: what is due goes to the deputy, what was said before does not; her own she keeps."""
    deputy = replace(county.as_("other_manager"), covers=frozenset({county.people["manager"].pk}))
    before = visit_on(county, datetime(2026, 10, 6, 10, 0, tzinfo=LONDON))
    earlier = finish(before, finishing(said(county), press="before"), by=county.as_("manager"), at=AFTER)
    assert not SessionPart.objects.visible_to(deputy).exists()
    held = finish(county.visit, finishing(said(county), [["wellbeing", SECRET]]), by=deputy, at=AFTER)
    for reader in (deputy, county.as_("other_manager")):
        assert set(Session.objects.visible_to(reader).values_list("pk", flat=True)) == {held.pk}
        assert set(SessionPart.objects.visible_to(reader).values_list("audience", flat=True)) == {"shared", "two"}
        assert set(SessionCopy.objects.visible_to(reader).values_list("session", flat=True)) == {held.pk}
    assert held.people.get(part="manager").person == county.people["other_manager"]
    assert set(Session.objects.visible_to(county.as_("manager"))) == {earlier, held}


def test_who_sat_there_for_the_school_reads_the_schools_part_whatever_else_she_is(county):
    """An in-school lead who is also a worker of the council, say: her council hat opens nothing between two."""
    session = finished(
        county,
        two=[
            ["wellbeing", SECRET],
            ["action-1-text", "Look at the rota"],
            ["action-1-by", "worker"],
            ["action-1-due", "2026-12-01"],
        ],
    )
    for more in (Role.WORKER, Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
        two_hats = replace(county.as_("lead"), roles=frozenset({Role.IN_SCHOOL_LEAD, more}))
        assert set(SessionPart.objects.visible_to(two_hats).values_list("audience", flat=True)) == {"shared"}
        assert set(session.copies.visible_to(two_hats).values_list("copy", flat=True)) == {"school"}
        assert not Commitment.objects.visible_to(two_hats).filter(audience="two").exists()
        alone = replace(county.as_("lead"), roles=frozenset({more}))
        assert not SessionPart.objects.visible_to(alone).exists()
