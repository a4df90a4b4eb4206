"""What the groups said in the pulses of a year: sums of tallies alone, so that no figure is about fewer than five."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from performance.models import Tally, Wave
from performance.rules.asked_words import AskedWords, words_asked
from performance.rules.criteria import AGREES, GROUPS, share
from teams.questionnaires.models import Wording
from teams.questionnaires.rules import Tallied, added

TOGETHER = ""  # groups too small to stand alone, where they are five or more together


@dataclass(frozen=True)
class Heard:
    """One term's pulse of one team, or of the county. `groups` without a key of GROUPS are too few to show.

    `asked` are its statements, in the English words of that round; a question with other answers than "agree" is none.
    `is_open`: it is being asked; nothing is shown before it is over.
    """

    groups: dict[str, Tallied]
    asked: Mapping[str, AskedWords] = field(default_factory=dict)
    is_open: bool = False

    def of(self, group: str, question: str) -> tuple[int, int] | None:
        """How many of a group agree, out of how many who answered the question. None: too few to show."""
        found = self.groups.get(group)
        counts = found.counts.get(question) if found is not None else None
        return share(counts) if counts else None

    @property
    def too_few(self) -> list[str]:
        """The groups of which nothing is shown, in words."""
        return [words for group, words in GROUPS.items() if group not in self.groups]


class Pulses:
    """The pulses of one school year, by term. Two queries at any size."""

    def __init__(self, school_year: int) -> None:
        english = Wording.objects.filter(questionnaire=OuterRef("questionnaire"), language="en").order_by("-edition")
        waves = Wave.objects.filter(kind=Wave.Kind.PULSE, school_year=school_year).select_related("questionnaire")
        rounds = list(waves.annotate(english=Subquery(english.values("words")[:1])))
        self._open = {wave.season: wave.is_open for wave in rounds}
        self._asked = {
            wave.season: words_asked(
                [each for each in wave.questionnaire.asked if set(each.options) >= AGREES], wave.english or {}
            )
            for wave in rounds
        }
        self._found: dict[str, list[Tally]] = defaultdict(list)
        tallies = Tally.objects.filter(wave__kind=Wave.Kind.PULSE, wave__school_year=school_year)
        for tally in tallies.select_related("wave"):
            self._found[tally.wave.season].append(tally)

    def words_of(self, season: str) -> Mapping[str, AskedWords]:
        """The statements of a round that is over; nothing where none is. No sum is made for it."""
        return self._asked[season] if season in self._open and not self._open[season] else {}

    def heard(self, season: str, team: int | None) -> Heard | None:
        """Of one team (its key), or of all together where there is none. None: nobody was asked in this term."""
        if season not in self._open:
            return None
        by_group: dict[str, list[Tallied]] = defaultdict(list)
        for tally in self._found[season]:
            if team is None or tally.team_id == team:
                by_group[tally.group].append(tally.value)
        groups = {group: added(found) for group, found in by_group.items()}
        return Heard(groups, self._asked[season], is_open=self._open[season])
