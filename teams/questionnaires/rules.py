"""What an answer is, how answers are added up, and which of them are shown together (0011; domain D.4).

The closing rule. The unnamed answers of one closed wave lie in cells: a part (a school, or a group) of a whole (a
team). A cell with five answers or more is a block of its own. The answers of smaller cells go together into "the other
parts of this whole"; what is still smaller than five goes on into "the other wholes"; and what is smaller than five
even there is shown nowhere. So the blocks share no answer, each has five or more, and every figure on any page is a sum
of blocks: no sum and no difference of two pages, two days or two files is about fewer than five people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SMALLEST_GROUP = 5
FEWEST_ANSWERS = 2  # different ones, of a question: "5 of 5 said No" would say of each of the five what they said
PICTURES, SCALE, CHOICE, TEXT = "pictures", "scale", "choice", "text"
KINDS = (PICTURES, SCALE, CHOICE, TEXT)
LONGEST_WORDS = 1000
Cell = tuple[Hashable, Hashable]
Counts = dict[str, dict[str, int]]


class NotAnAnswer(ValueError):
    """It is none of the answers that the question has. The message is for people."""


@dataclass(frozen=True)
class Question:
    """One question. `options` are codes, in the order in which they are shown; a text has none.

    A text is asked with the name on alone: words can be recognised.
    """

    code: str
    kind: str
    options: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        return self.kind != TEXT

    def taken(self, answer: Any) -> str:
        """The answer as it is kept; "" where it was skipped. Raises NotAnAnswer."""
        said = str(answer or "").strip()
        if self.kind == TEXT:
            if len(said) > LONGEST_WORDS:
                raise NotAnAnswer(f"That is more than {LONGEST_WORDS:,} letters. Make it shorter.")
            return said
        if said and said not in self.options:
            raise NotAnAnswer("Choose one of the answers, or skip the question.")
        return said


def questions_of(content: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions of an edition, from the JSON that it is kept as: [{"code", "kind", "options"}].

    Raises ValueError for what is no questionnaire.
    """
    questions = [Question(each["code"], each["kind"], tuple(each.get("options", ()))) for each in content]
    codes = [question.code for question in questions]
    if not codes or len(set(codes)) < len(codes):
        raise ValueError("A questionnaire has questions, each with a code of its own.")
    for question in questions:
        if question.kind not in KINDS:
            raise ValueError(f"{question.code}: no question is a {question.kind}.")
        few, twice = len(question.options) < 2, len(set(question.options)) < len(question.options)
        if (question.is_counted and (few or twice)) or (question.kind == TEXT and question.options):
            raise ValueError(f"{question.code}: two answers or more, each once; a text has none.")
    return questions


# The words of every screen besides the questions. A wording that lacks one would leave a hole on somebody's page.
SCREEN_WORDS = frozenset(
    {
        *("title", "skip_or_stop", "named", "named_promise", "unnamed", "unnamed_promise", "skip", "back", "stop"),
        *("send", "ready", "ready_hint", "count", "thanks", "thanks_hint", "stopped", "stopped_hint", "again", "used"),
        *("used_hint", "too_old", "too_old_hint", "closed", "closed_hint", "closed_named", "elsewhere"),
        *("elsewhere_hint", "we_did", "safe", "safe_now", "safe_ring", "safe_danger", "safe_back", "not_an_answer"),
        *("too_long", "next", "language", "step_away", "hand_back", "sign_in", "quote", "aloud"),
    }
)


def missing_words(questions: Sequence[Question], words: Mapping[str, Any], besides: Iterable[str] = ()) -> list[str]:
    """What a wording has no words for, as paths: "send", "heard", "heard.yes". `besides` names words of screens that
    this questionnaire has and others do not.
    """
    missing = sorted(name for name in SCREEN_WORDS | set(besides) if not words.get(name))
    asked = words.get("questions", {})
    for question in questions:
        mine = asked.get(question.code, {})
        if not mine.get("ask"):
            missing.append(question.code)
        missing += [
            f"{question.code}.{option}" for option in question.options if not mine.get("options", {}).get(option)
        ]
    return missing


def taken(questions: Sequence[Question], answers: Mapping[str, Any], *, named: bool) -> dict[str, str]:
    """The answers that were given, by the code of the question; what was skipped is not there.

    Without a name there are no words. What is no question here is left out. Raises NotAnAnswer.
    """
    asked = [question for question in questions if named or question.is_counted]
    found = {question.code: question.taken(answers.get(question.code)) for question in asked}
    return {code: answer for code, answer in found.items() if answer}


class Block(NamedTuple):
    """Answers that are shown together: of one part; of the other parts of a whole; of the other wholes."""

    whole: Hashable = None
    part: Hashable = None


def blocks(sizes: Mapping[Cell, int], smallest: int = SMALLEST_GROUP) -> dict[Cell, Block | None]:
    """For each cell with its number of answers, the block that they are counted in; None: they are shown nowhere."""
    found: dict[Cell, Block | None] = {}
    left: dict[Hashable, list[Cell]] = defaultdict(list)
    for cell, size in sizes.items():
        if size >= smallest:
            found[cell] = Block(*cell)
        else:
            left[cell[0]].append(cell)
    higher: list[Cell] = []
    for whole, cells in left.items():
        if sum(sizes[cell] for cell in cells) >= smallest:
            found |= dict.fromkeys(cells, Block(whole))
        else:
            higher += cells
    is_enough = sum(sizes[cell] for cell in higher) >= smallest
    return found | dict.fromkeys(higher, Block() if is_enough else None)


@dataclass(frozen=True)
class Tallied:
    """A block counted: how many answered, and for each question how many gave which answer.

    A question that fewer than five of the block answered, or to which all said the same, is not in `counts`: too few
    to show, or too few to tell apart. The two read the same.
    """

    block: Block
    answers: int
    counts: Counts = field(default_factory=dict)


def tallied(
    questions: Sequence[Question], sheets: Iterable[tuple[Cell, Mapping[str, str]]], smallest: int = SMALLEST_GROUP
) -> list[Tallied]:
    """Every block of a wave that is over, counted once. `sheets` are the cell and the answers of each."""
    held = list(sheets)
    into = blocks(Counter(cell for cell, _ in held), smallest)
    together: dict[Block, list[Mapping[str, str]]] = defaultdict(list)
    for cell, answers in held:
        block = into[cell]
        if block is not None:
            together[block].append(answers)
    return [Tallied(block, len(found), _counts(questions, found, smallest)) for block, found in together.items()]


def _counts(questions: Sequence[Question], sheets: Sequence[Mapping[str, str]], smallest: int) -> Counts:
    counts = {}
    for question in questions:
        if not question.is_counted:
            continue
        said = Counter(sheet[question.code] for sheet in sheets if sheet.get(question.code) in question.options)
        if said.total() >= smallest and len(said) >= FEWEST_ANSWERS:
            counts[question.code] = {option: said[option] for option in question.options}
    return counts


def added(found: Iterable[Tallied]) -> Tallied:
    """A sum of blocks: the only way in which a figure comes about."""
    answers, counts = 0, dict[str, Counter[str]]()
    for each in found:
        answers += each.answers
        for code, options in each.counts.items():
            counts.setdefault(code, Counter()).update(options)
    return Tallied(Block(), answers, {code: dict(options) for code, options in counts.items()})
