"""Small numbers that leave the server (BR-19, D.4): one rule for every page, file, paper and program.

Whatever is counted is counted in its smallest parts first. Parts that are too small to stand alone are joined with
their neighbours, of the same team, then of the same area, then of the whole, into blocks; every number in a block is 0
or large enough. A number is told where it is the sum of whole blocks, and of nothing else. So the difference of two
numbers that were told, by whichever filters, is a sum of whole blocks too, and never about fewer people than the rule
allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[Hashable, ...]  # from the widest part to the narrowest: (area, team)
Counts = tuple[int, ...]  # what is counted of a part: those who count, and those who do not


@dataclass(frozen=True)
class SmallNumbers:
    """What is 0, or `smallest` and more, may be told. `why` is said where a number is not."""

    smallest: int
    why: str

    @property
    def words(self) -> str:
        """What stands in place of a number: "Fewer than 6"."""
        return f"Fewer than {self.smallest}"

    def is_fine(self, counts: Counts) -> bool:
        return all(count == 0 or count >= self.smallest for count in counts)

    def told(self, cells: Mapping[Path, Counts], known_by: Callable[[Path], Hashable] | None = None) -> Told:
        """What may be told of these parts, which are every part that there is. All paths are of one length.

        `known_by` says who knows the counts of a part anyway, a team's manager say, where it is told to them: then no
        block may be small without what one of them knows either.
        """
        blocks, small = _blocks(cells, list(cells), 0, _Fine(self, cells, known_by))
        return Told(self, dict(cells), tuple(frozenset(block) for block in blocks), frozenset(small))


PUPILS = SmallNumbers(6, "Counts of one to five children are not shown, so that nobody can be picked out.")
WORKERS = SmallNumbers(5, "Groups of fewer than five people are not shown, so that nobody can be picked out.")


@dataclass(frozen=True)
class Told:
    """The parts in their blocks. `small` are those that are too few even all together."""

    rule: SmallNumbers
    cells: Mapping[Path, Counts] = field(repr=False)
    blocks: tuple[frozenset[Path], ...]
    small: frozenset[Path]

    def sum(self, wanted: Callable[[Path], bool] = lambda path: True) -> Counts | None:
        """The counts of the parts that are wanted; None where they may not be told. Nothing counted is all 0."""
        if any(wanted(path) for path in self.small):
            return None
        inside = [block for block in self.blocks if any(wanted(path) for path in block)]
        if any(not wanted(path) for block in inside for path in block):
            return None
        return self._added(path for block in inside for path in block)

    @property
    def alone(self) -> frozenset[Path]:
        """The parts that are told by themselves: of no other may a list name what was counted."""
        return frozenset(path for block in self.blocks if len(block) == 1 for path in block)

    def is_beside(self, wanted: Callable[[Path], bool] = lambda path: True) -> bool:
        """Is it part of a sum that is told? Then nothing may say whether it is the small part, or one beside that."""
        return any(wanted(path) for block in self.blocks for path in block)

    def _added(self, paths: Iterable[Path]) -> Counts:
        return added((self.cells[path] for path in paths), len(next(iter(self.cells.values()), ())))


def added(counts: Iterable[Counts], length: int) -> Counts:
    """Their sum, place by place."""
    return tuple(map(sum, zip(*counts, strict=True))) or (0,) * length


Block = list[Path]


@dataclass(frozen=True)
class _Fine:
    """May a block be told?"""

    rule: SmallNumbers
    cells: Mapping[Path, Counts]
    known_by: Callable[[Path], Hashable] | None

    def __call__(self, block: Block) -> bool:
        if not self.rule.is_fine(_sum(self.cells, block)):
            return False
        knowing = {self.known_by(path) for path in block} if self.known_by else ()
        return all(self.rule.is_fine(self._without(block, each)) for each in knowing)

    def _without(self, block: Block, who: Hashable) -> Counts:
        return _sum(self.cells, [path for path in block if self.known_by and self.known_by(path) != who])


def _blocks(cells: Mapping[Path, Counts], paths: Block, depth: int, is_fine: _Fine) -> tuple[list[Block], Block]:
    """The blocks of a part, and what is too small in it even after its neighbours were asked."""
    if not paths:
        return [], []
    if depth == len(paths[0]):
        counted = [path for path in paths if any(cells[path])]
        return ([counted], []) if counted and is_fine(counted) else ([], counted)
    inside: dict[Hashable, Block] = defaultdict(list)
    for path in paths:
        inside[path[depth]].append(path)
    blocks: list[Block] = []
    small: Block = []
    for part in sorted(inside, key=str):
        found, rest = _blocks(cells, inside[part], depth + 1, is_fine)
        blocks += found
        small += rest
    blocks.sort(key=lambda block: (sum(_sum(cells, block)), str(block)))
    joined = list(small)
    while joined and not is_fine(joined) and blocks:
        joined += blocks.pop(0)
    if joined and is_fine(joined):
        return [*blocks, joined], []
    return blocks, joined


def _sum(cells: Mapping[Path, Counts], paths: Block) -> Counts:
    return added((cells[path] for path in paths), 0)
