"""What the checks answer to changed documents, in numbers: which check notices how much.

Documents of every kind are made, and what their checks got is kept. Then single places of a
document are changed, and the same checks run again. A check that notices less than before, or more,
has another number in fixtures/check_answers.tsv. Run as a program, this file writes it; read what
changes there as one reads a report.
"""

from __future__ import annotations

import copy
import os
import sys
import tempfile
from collections import Counter
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import pytest
from checked_documents import FAMILIES, Checked, recorded
from planted_figures import moved

from ib_portfolio.core.numbers import use_exact_decimals

KEPT = os.path.join(os.path.dirname(__file__), os.pardir, "fixtures", "check_answers.tsv")
Place = Tuple[Any, ...]
Answers = Dict[str, int]


def places_of(document: Any, place: Place = ()) -> Iterator[Tuple[Place, Any]]:
    """Every place of a document with its value, but those of its checks."""
    if place:
        yield place, document
    keys: Any = document if isinstance(document, dict) else ()
    keys = range(len(document)) if isinstance(document, list) else keys
    for key in keys:
        if place or key not in ("checks", "checks_not_applicable"):
            yield from places_of(document[key], (*place, key))


def kind_of(place: Place) -> Place:
    """A place with a star for each place in a list, and for each name that is a key."""
    return tuple(
        key if str(key).isidentifier() and key == key.lower() else "*" for key in map(str, place)
    )


def values_instead(value: Any, other: Any) -> Iterator[Any]:
    """What is tried in the place of a value; `other` is one of its kind that differs, or None."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, list):
        if value:
            yield value[1:]
            yield [*value, value[-1]]
            yield value[::-1]
    elif isinstance(value, (int, float)) or _is_number(value):
        for by in ("0.01", "-0.01", "1", "-1", "0.0001"):
            yield moved(value, by)
    elif isinstance(value, str):
        yield ""
        yield f"{value}x"
    elif value is None:
        yield "1"
    if other is not None and not isinstance(value, (list, dict)):
        yield other


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdecimal()


def changes_of(document: Dict[str, Any], every: bool) -> List[Tuple[Place, Any]]:
    """The changes of a document: of each kind of place those of the first and of the last.

    With `every` first of all every figure is moved by a cent.
    """
    kinds: Dict[Place, List[Tuple[Place, Any]]] = {}
    for place, value in places_of(document):
        kinds.setdefault(kind_of(place), []).append((place, value))
    found: List[Tuple[Place, Any]] = []
    for same in kinds.values() if every else ():
        found += [
            (place, moved(value, by))
            for place, value in same
            if _is_number(value)
            for by in ("0.01", "-0.01")
        ]
    for same in kinds.values():
        others = [value for _, value in same]
        for place, value in [same[0], same[-1]][: len(same)]:
            other = next((one for one in others if one != value), None)
            found += [(place, new) for new in values_instead(value, other) if new != value]
    return found


def changed(document: Any, place: Place, value: Any) -> Any:
    """The document with another value in a place; what is not on the way is shared."""
    copied = copy.copy(document)
    copied[place[0]] = changed(copied[place[0]], place[1:], value) if place[1:] else value
    return copied


def answers(made: Sequence[Checked], most: int, every: bool) -> Answers:
    """How many changes each check notices, of at most so many of each document, others of each.

    Beside them the number of all places, and of the changes that were tried.
    """
    counts: Counter = Counter()
    for number, one in enumerate(made):
        assert one.failed(one.document) == [], one.document
        changes = changes_of(one.document, every)
        counts["(places)"] += sum(1 for _ in places_of(one.document))
        step = max(1, -(-len(changes) // most))
        for place, value in changes[number % step :: step]:
            counts.update(one.failed(changed(one.document, place, value)))
            counts["(changes)"] += 1
    return dict(counts)


def answers_of(family: str) -> Answers:
    """How many changes of the documents of a family each check notices."""
    make, most, every = FAMILIES[family]
    with tempfile.TemporaryDirectory() as folder:
        with recorded() as made:
            make(folder)
        return answers(made, most, every)


def kept() -> Dict[str, Answers]:
    """The numbers that are kept, by family."""
    found: Dict[str, Answers] = {}
    with open(KEPT, encoding="utf-8") as file:
        for line in file:
            family, check, count = line.rstrip("\n").split("\t")
            found.setdefault(family, {})[check] = int(count)
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_each_check_notices_what_it_did(family: str) -> None:
    assert answers_of(family) == kept()[family]
    loaded = [one for name, one in sys.modules.items() if name.startswith("ib_portfolio")]
    assert loaded and not any(getattr(one, "TYPE_CHECKING", False) for one in loaded)


def write() -> None:
    """Writes the numbers of now."""
    lines = [
        f"{family}\t{check}\t{count}\n"
        for family in FAMILIES
        for check, count in sorted(answers_of(family).items())
    ]
    with open(KEPT, "w", encoding="utf-8") as file:
        file.writelines(lines)


if __name__ == "__main__":
    use_exact_decimals()
    write()
