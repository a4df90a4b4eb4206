"""The languages in which people are asked: what they are called, what each still lacks, and putting one to use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.conf.locale import LANG_INFO
from django.db import transaction
from django.db.models import prefetch_related_objects

from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import Authority
from teams.questionnaires.models import Questionnaire, Wording
from teams.questionnaires.newest import held_before, newest
from teams.questionnaires.shipped import PARENT, YOUNG
from teams.questionnaires.words_file import Line, Translation, lines_of, said_in, still_right, words_in

ENGLISH = "en"
# Who is asked in other languages than English. Heads and colleagues are asked in English alone.
ASKED_IN_LANGUAGES = {YOUNG: "Young people", PARENT: "Parents"}
# Spoken in English schools, and not in Django's list: code, in English, in its own words, read from the right.
_BESIDES = (
    ("gu", "Gujarati", "ગુજરાતી", False),
    ("ku", "Kurdish (Kurmanji)", "Kurmancî", False),
    ("ps", "Pashto", "پښتو", True),
    ("rom", "Romani", "Romani ćhib", False),
    ("so", "Somali", "Soomaali", False),
    ("ti", "Tigrinya", "ትግርኛ", False),
    ("tl", "Tagalog", "Tagalog", False),
    ("yo", "Yoruba", "Yorùbá", False),
)


class Language(NamedTuple):
    """As on the web: "pl"; in English: "Polish"; in its own words: "polski"."""

    code: str
    english: str
    name: str
    direction: str


def languages() -> dict[str, Language]:
    """Those that can be added, by code, in the order of their English names. One of each: no dialects of countries."""
    known = [
        Language(code, info["name"], info["name_local"], "rtl" if info["bidi"] else "ltr")
        for code, info in LANG_INFO.items()
        if "name_local" in info and ("-" not in code or code in ("zh-hans", "zh-hant")) and code != ENGLISH
    ]
    known += [Language(code, english, name, "rtl" if rtl else "ltr") for code, english, name, rtl in _BESIDES]
    return {each.code: each for each in sorted(known, key=lambda each: each.english)}


class Asked(NamedTuple):
    """Who is asked, the edition that they are asked now, and in which languages besides English."""

    code: str
    who: str
    questionnaire: Questionnaire
    wordings: list[Wording]
    lacking: list[tuple[Wording, int]]  # of an edition before: so many lines say something new in English since


def asked_now(*, by: Principal, at: datetime) -> list[Asked]:
    """For each who is asked. Two queries each, three the first time."""
    return [_asked(code, who, by=by, at=at) for code, who in ASKED_IN_LANGUAGES.items()]


def edition_of(code: str, *, by: Principal, at: datetime) -> Questionnaire:
    """The one that is asked now. Raises KeyError for no questionnaire that is asked in languages."""
    ASKED_IN_LANGUAGES[code]
    found = newest(code, by=by, at=at)
    prefetch_related_objects([found], "wordings")
    return found


def lines(questionnaire: Questionnaire) -> list[Line]:
    return lines_of(questionnaire.asked, questionnaire.in_language(ENGLISH).words)


def words_so_far(questionnaire: Questionnaire, language: str) -> dict[str, Any]:
    """What there is in this language for each line of this edition: its own words, or what still holds of before."""
    wording = questionnaire.in_use.get(language)
    if wording is not None:
        return dict(wording.words)
    held = held_before(questionnaire).get(language)
    return still_right(lines(questionnaire), held.english, held.wording.words).words if held is not None else {}


def _asked(code: str, who: str, *, by: Principal, at: datetime) -> Asked:
    questionnaire = edition_of(code, by=by, at=at)
    others = {language: each for language, each in questionnaire.in_use.items() if language != ENGLISH}
    taken_off = {each.language for each in questionnaire.wordings.all()} - set(others)
    all_lines = lines(questionnaire)
    lacking = [
        (held.wording, len(still_right(all_lines, held.english, held.wording.words).problems))
        for language, held in held_before(questionnaire).items()
        if language not in {*others, *taken_off}
    ]
    return Asked(code, who, questionnaire, sorted(others.values(), key=lambda each: each.name), lacking)


def put_to_use(
    questionnaire: Questionnaire,
    language: Language,
    translation: Translation,
    *,
    checked_by: str,
    by: Principal,
    at: datetime,
) -> Wording:
    """From now on people may choose it, in the round that is open too: also where that began before the edition was
    raised, in each line that says the same in English. Raises Refusal while a line cannot be used."""
    if translation.problems:
        raise Refusal("Some lines cannot be used yet. Put them right, then look at the list again.", code="problems")
    with transaction.atomic():
        Authority.one_at_a_time()
        wording = Wording.write(
            questionnaire,
            language.code,
            language.name,
            translation.words,
            language.direction,
            checked_by=checked_by,
            at=at,
        )
        earlier = [_put_right(each, questionnaire, wording, at=at) for each in _others(questionnaire)]
        written = [wording, *(each for each in earlier if each is not None)]
        audit.record("wording.use", by=by, at=at, subjects=written, reason=f"{questionnaire.code}, {language.code}")
    return wording


def take_off(questionnaire: Questionnaire, code: str, *, by: Principal, at: datetime) -> None:
    """Nobody is asked in it from now on, also in a round that began before the edition was raised; who is in the middle
    goes on in English. Raises Refusal for English."""
    if code == ENGLISH:
        raise Refusal("English stays: it is asked where there is no other language.", code="english")
    with transaction.atomic():
        Authority.one_at_a_time()
        editions = Questionnaire.objects.filter(code=questionnaire.code).prefetch_related("wordings")
        wordings = [each.in_use[code] for each in editions if code in each.in_use]
        for wording in wordings:
            wording.take_off(at=at)
        if wordings:  # else a second press
            audit.record("wording.take_off", by=by, at=at, subjects=wordings, reason=f"{questionnaire.code}, {code}")


def _others(questionnaire: Questionnaire) -> list[Questionnaire]:
    """Its other editions: a round keeps the one that it began with."""
    others = Questionnaire.objects.filter(code=questionnaire.code).exclude(pk=questionnaire.pk)
    return list(others.prefetch_related("wordings"))


def _put_right(other: Questionnaire, questionnaire: Questionnaire, new: Wording, *, at: datetime) -> Wording | None:
    """What another edition says in this language: anew where its English is the same, else as it stands there. None
    where nothing changes, or where it would lack a line."""
    found = still_right(lines(other), questionnaire.in_language(ENGLISH).words, new.words)
    held = other.in_use.get(new.language)
    if held is None and found.problems:
        return None
    words = words_in([(line, said or said_in(held.words if held else {}, line.path)) for line, said in found.pairs])
    if held is not None and words == held.words:
        return None
    return Wording.write(other, new.language, new.name, words, new.direction, checked_by=new.checked_by, at=at)
