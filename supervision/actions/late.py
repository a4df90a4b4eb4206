"""Words that come when the record is there already: they stand beside it, for the person who typed them.

A second press, what lay without signal on another device, and what a page without scripts sent after the finish.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from supervision.actions.sessions import SHARED_FORM, TWO_FORM, Finishing
from supervision.models import Session, SessionPart, SessionPerson, Visit
from supervision.rules import words as rules
from teams.foundation.drafts import Draft
from teams.models import Audience

LATE_FORM = "supervision-late"


def keep(visit: Visit, finishing: Finishing, *, person_id: int, at: datetime) -> None:
    """What of these words is not there yet. A third device takes nothing from the second."""
    about = str(visit.public_id)
    with transaction.atomic():
        Visit.objects.select_for_update().get(pk=visit.pk)  # two devices at once: one behind the other
        there = Draft.objects.of(person_id, LATE_FORM, about).first()
        known = there.words if there else []
        sent = map(list, _of_both(finishing.shared.words, finishing.two.words))
        new = [pair for pair in sent if pair not in known]
        Draft.keep(
            person_id=person_id,
            form=LATE_FORM,
            about=about,
            words=[*known, *new],
            revision=there.revision if there else 0,
            at=at,
        )


def beside(
    session: Session, parts: Iterable[SessionPart], people: Iterable[SessionPerson], *, person_id: int | None
) -> list[str]:
    """What this person typed and the record does not say, each once, in the order of the boxes.

    A draft may have come in the moment of the finish, and lies where no room opens any more: it is late too.
    """
    about = str(session.visit.public_id)
    forms = (LATE_FORM, SHARED_FORM, TWO_FORM)
    drafts = {each.form: each.words for each in Draft.objects.filter(person=person_id, form__in=forms, about=about)}
    pairs = [*drafts.get(LATE_FORM, []), *_of_both(drafts.get(SHARED_FORM, []), drafts.get(TWO_FORM, []))]
    of_room = [("without-school", session.without_school)]
    for person in people:
        of_room += [(f"said-{person.part}-words", person.words), ("school-name", person.name)]
    said = {part.audience: rules.boxes(part.words) for part in parts}
    known = _of_both([*said.get(Audience.SHARED, []), *of_room], [*said.get(Audience.TWO, []), *of_room])
    return rules.sentences(rules.not_said(pairs, known))


def _of_both(shared: Iterable[Sequence[str]], two: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """A draft of both parts: the boxes of the second have names of their own."""
    return [*((name, text) for name, text in shared), *((f"two {name}", text) for name, text in two)]
