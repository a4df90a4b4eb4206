"""Reviews at Oakfield and Beech in every state: worker and who leads read all, a head the shared part, nobody else one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crawl.table import SIGNED_IN, Row, of, page, people, press

OWN, LEADS, MANAGES = people("worker"), people("manager"), people("practitioner")
ALL_OF_IT = OWN | LEADS | MANAGES
HEAD, NOBODY = people("head"), frozenset()
SUPERVISORS = people("manager other_manager practitioner")


def looking() -> Iterator[Row]:
    yield page("reviews", SUPERVISORS | people("senior"))
    yield page("my_review", people("worker peer other_worker practitioner manager other_manager"))
    worker = lambda county: {"worker": county.people["worker"].public_id}  # noqa: E731
    yield page("review_begin", LEADS | MANAGES, where=worker)
    yield press("review_begin", LEADS | MANAGES, where=worker)
    for state, what in (("", "preparing"), (" given", "given")):
        yield page("review", ALL_OF_IT, refused=NOBODY, where=of(f"oakfield{state} review"), what=what)
        beech = people("other_manager other_worker")
        yield page("review", beech, refused=NOBODY, where=of(f"beech{state} review"), what=f"beech {what}")
    yield page("review", ALL_OF_IT, refused=NOBODY, where=of("oakfield ended review"), what="ended")
    readers = people("other_manager other_worker")
    yield page("review", readers, refused=NOBODY, where=of("beech ended review"), what="beech ended")
    for state in ("sent", "final"):
        yield page("review", ALL_OF_IT | HEAD, refused=NOBODY, where=of(f"oakfield {state} review"), what=state)
        beech = people("other_manager other_worker other_head")
        yield page("review", beech, refused=NOBODY, where=of(f"beech {state} review"), what=f"beech {state}")
    yield page("review_copy", ALL_OF_IT, refused=NOBODY, where=of("oakfield review council"), what="council")
    yield page("review_copy", ALL_OF_IT | HEAD, refused=NOBODY, where=of("oakfield review school"), what="school")
    beech = people("other_manager other_worker")
    yield page("review_copy", beech, refused=NOBODY, where=of("beech review council"), what="beech council")
    at_beech = beech | people("other_head")
    yield page("review_copy", at_beech, refused=NOBODY, where=of("beech review school"), what="beech school")


def leading() -> Iterator[Row]:
    running = of("oakfield review")
    yield page("review_plan", LEADS, refused=ALL_OF_IT, where=running)
    yield press("review_plan", LEADS, 302, refused=ALL_OF_IT, where=running)
    yield page("review_take_over", SIGNED_IN, answer=405, where=running)
    manages, leads_already = LEADS | MANAGES, {"manager": 409}
    yield press("review_take_over", manages, 302, refused=OWN, where=running, differs=leads_already)
    yield page("review_abandon", LEADS, refused=ALL_OF_IT, where=running)
    yield press("review_abandon", LEADS, refused=ALL_OF_IT | HEAD, where=of("oakfield sent review"))
    yield page("review_stand", SIGNED_IN, answer=405, where=running)
    yield press("review_stand", LEADS, 409, refused=ALL_OF_IT | HEAD, where=of("oakfield sent review"))
    for name in ("review_meeting", "review_two"):
        yield page(name, LEADS, refused=ALL_OF_IT, where=running)
        # Pressed without what was saved since: both are shown, and nothing is decided.
        yield press(name, LEADS, 409, refused=ALL_OF_IT, where=running)


def saying() -> Iterator[Row]:
    running, sent, final = of("oakfield review"), of("oakfield sent review"), of("oakfield final review")
    yield page("review_mine", OWN, refused=ALL_OF_IT, where=running)
    beech, worker, manager = of("beech review"), people("other_worker"), people("other_manager")
    yield page("review_mine", worker, refused=manager, where=beech, what="beech")
    for name in ("review_meeting", "review_two"):
        yield page(name, manager, refused=worker, where=beech, what="beech")
    yield press("review_mine", OWN, 409, refused=ALL_OF_IT, where=running)
    yield page("review_read", SIGNED_IN, answer=405, where=running)
    yield press("review_read", OWN, 302, refused=ALL_OF_IT, where=running)
    yield page("review_answer", OWN | LEADS | HEAD, refused=MANAGES, answer=302, where=sent)
    yield press("review_answer", OWN | LEADS | HEAD, refused=MANAGES, where=sent)
    yield page("review_comment", ALL_OF_IT, refused=HEAD, where=final)
    yield press("review_comment", ALL_OF_IT, refused=HEAD, where=final)
    yield page("review_appeal", OWN, refused=ALL_OF_IT | HEAD, answer=302, where=final)
    yield press("review_appeal", OWN, refused=ALL_OF_IT | HEAD, where=final)
    appeal, senior = of("oakfield appeal"), people("senior")
    yield page("appeal", ALL_OF_IT | senior, refused=NOBODY, where=appeal)
    yield press("appeal", senior, refused=ALL_OF_IT, where=appeal)
    readers = people("other_manager other_worker senior")
    yield page("appeal", readers, refused=NOBODY, where=of("beech appeal"), what="beech")


def drafts() -> Iterator[Row]:
    for form, may in (("review-mine", OWN), ("review-shared", LEADS), ("review-two", LEADS)):
        words = lambda county, form=form: {"form": form, "about": str(county.rows["oakfield review"].public_id)}  # noqa: E731
        yield Row("draft_words", "GET", may, where=words, signed_out=401, what=form)
        yield Row("draft_words", "PUT", may, where=words, signed_out=401, answer=400, what=form)


def schemes() -> Iterator[Row]:
    for name, where in (("schemes", None), ("scheme_new", None), ("scheme", of("scheme"))):
        more = {} if where is None else {"where": where}
        yield page(name, people("admin"), **more)
        if name != "schemes":
            yield press(name, people("admin"), **more)
    yield page("scheme_withdraw", people("admin"), answer=405, where=of("scheme"))
    yield press("scheme_withdraw", people("admin"), 302, where=of("scheme"))


def review_rows() -> list[Row]:
    return [*schemes(), *looking(), *leading(), *saying(), *drafts()]
