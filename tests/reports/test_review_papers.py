"""The papers of a final review: one for each copy by the same mechanism as records, each school its own and no other's."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from reports import pdf, tasks
from reports.models import RecordPaper, ReviewPaper
from tests.performance.conftest import in_review, sent_round  # noqa: F401  (stories for the tests here)
from tests.performance.stories import HELD, says
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store", "drawn")]
State = ReviewPaper.State


@story
def final(sent_round):  # noqa: F811
    with sent_round.inside():
        for who in ("worker", "manager", "head", "other_head"):
            says(sent_round, sent_round.review, who)
        for copy in sent_round.review.copies.select_related("placement__school"):
            sent_round.rows["council" if copy.placement is None else copy.placement.school.name.split()[0]] = copy
    return sent_round


@pytest.fixture
def drawn(monkeypatch):
    noted: list[str] = []

    def draw(kind, snapshot, copy):
        noted.append(f"{kind} {copy}")
        return pdf.Drawn(f"%PDF {len(noted)} {snapshot['school']}".encode(), 1)

    monkeypatch.setattr("django.utils.timezone.now", lambda: HELD)
    monkeypatch.setattr(pdf, "draw", draw)
    return noted


def opened(client, copy) -> tuple[int, bytes]:
    answer = client.get(f"/fenshire/reviews/copies/{copy.public_id}/")
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else b""


def test_the_sweep_puts_down_each_copy_once_and_a_worker_draws_it_once(final, monkeypatch, drawn):
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.draw_review_paper, "nudge", lambda *ids: sent.append(ids))
    for _ in range(2):
        with final.inside():
            tasks.sweep_record_papers(final.authority.pk, HELD)
        while sent:
            tasks.draw_review_paper.run(*sent.pop())
    assert sorted(drawn) == ["review council", "review school", "review school"]
    with final.inside():
        assert {paper.state for paper in ReviewPaper.objects.all()} == {State.DONE}
        assert all("/reviews/" in paper.file for paper in ReviewPaper.objects.all())
        assert not RecordPaper.objects.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewPaper.objects.update(file="another.pdf")


@pytest.mark.parametrize("fails", ['SELECT "supervision_sessioncopy"', 'UPDATE "reports_recordpaper"'])
def test_what_goes_wrong_with_papers_of_another_kind_holds_up_none(final, monkeypatch, broken, fails):
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.draw_review_paper, "nudge", lambda *ids: sent.append(ids))
    with final.inside(), broken(fails):
        tasks.sweep_record_papers(final.authority.pk, HELD)
    assert len(sent) == 3


def test_every_reader_of_a_copy_gets_the_same_bytes_and_no_other_copy(final, client_for, drawn):
    first, again = (
        opened(client_for(final, "head"), final.Oakfield),
        opened(client_for(final, "manager"), final.Oakfield),
    )
    assert first == again
    assert first[0] == 200
    assert final.oakfield.name.encode() in first[1]
    assert len(drawn) == 1
    for who, copy in (("head", "Beech"), ("head", "council"), ("other_head", "Oakfield"), ("senior", "council")):
        assert opened(client_for(final, who), final.rows[copy])[0] == 404, f"{who}, {copy}"
