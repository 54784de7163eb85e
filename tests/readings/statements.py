"""Flex statements of which one field, row or section is another, read as the commands read them."""

from __future__ import annotations

import os
import tempfile
import xml.etree.ElementTree as ElementTree
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple
from xml.sax.saxutils import quoteattr

from readings.differences import outcome, told
from readings.given import instead

from ib_portfolio.core.messages import Refusal

Row = Dict[str, str]
Element = Tuple[str, Row]
Statement = List[Element]  # the first is the FlexStatement itself
Read = Callable[[str], Any]
Line = Tuple[str, str, str]  # row, field and what is given, what came of it
Change = Tuple[str, List[Element]]  # what is given, and the rows that come of it
_HEAD = '<FlexQueryResponse queryName="q" type="AF"><FlexStatements>\n'
_END = "</FlexStatement>\n"
_WHOLE = "(the row)"  # what is changed, where it is no field
# What tells rows of one element from each other.
_TOLD = {
    "OpenPosition": ("symbol", "levelOfDetail", "model", "description", "openDateTime"),
    "ConversionRate": ("fromCurrency", "reportDate"),
    "EquitySummaryByReportDateInBase": ("reportDate",),
    "CashReportCurrency": ("currency",),
    "CashTransaction": ("type", "amount", "levelOfDetail"),
    "Trade": ("buySell", "quantity", "symbol", "levelOfDetail"),
    "FIFOPerformanceSummaryUnderlying": ("symbol",),
    "FlexStatement": ("accountId", "toDate"),
    "AccountInformation": ("accountId",),
}


class Case(NamedTuple):
    """A statement, what is left out of it, and the rows and fields that are changed then.

    Patterns are "row" or "row.field", where a row is named as in the table, or its beginning; more
    than one with a comma between them. Without patterns every field is changed.
    """

    file: str
    only: str = ""  # symbols of the positions that are kept, all by default
    without: str = ""
    changed: str = ""
    unchanged: str = ""
    added: str = ""  # fields that positions are given where they lack them
    given: Tuple[Tuple[str, str], ...] = ()  # what else some fields are given


def parsed(path: str) -> List[Statement]:
    """The statements of a file, each a list of elements with their fields."""
    root = ElementTree.parse(path).getroot()
    return [
        [("FlexStatement", dict(one.attrib)), *((row.tag, dict(row.attrib)) for row in one)]
        for one in root
    ]


def name_of(element: Element) -> str:
    """What a row is called in the table: its element and what tells it from others."""
    name, row = element
    told = [row.get(key, "") for key in _TOLD.get(name, ())]
    return " ".join([name, *filter(None, told)])


def _patterns(text: str) -> List[Tuple[str, str]]:
    """Row and field of each pattern, "" for every field."""
    pairs = [one.lstrip().rpartition(".") for one in text.split(",") if one.strip()]
    return [(row or field, field if row else "") for row, _, field in pairs]


def _means(patterns: Sequence[Tuple[str, str]], name: str, field: str) -> bool:
    return any(name.startswith(row) and own in ("", field) for row, own in patterns)


def _reduced(statements: List[Statement], case: Case) -> List[Statement]:
    """The statements without the rows and fields that a case leaves out."""
    patterns, symbols = _patterns(case.without), [one.strip() for one in case.only.split(",")]
    return [
        [
            (name, {key: text for key, text in row.items() if not _means(patterns, own, key)})
            for name, row in statement
            for own in [name_of((name, row))]
            if not any(own.startswith(one) and not field for one, field in patterns)
            and (not case.only or name != "OpenPosition" or row["symbol"] in symbols)
        ]
        for statement in statements
    ]


def _text(element: Element) -> str:
    name, row = element
    fields = " ".join(f"{key}={quoteattr(value)}" for key, value in row.items())
    return f"<{name} {fields}>\n" if name == "FlexStatement" else f"<{name} {fields} />\n"


class Reader:
    """Reads statements through a door that takes a path."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._file, self._path = tempfile.mkstemp(".xml")

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
        os.unlink(self._path)

    def read(self, texts: Sequence[str]) -> Any:
        """What the door reads of a file of these texts, or the Refusal."""
        content = f"{_HEAD}{''.join(texts)}</FlexStatements></FlexQueryResponse>\n".encode()
        os.pwrite(self._file, content, 0)
        os.ftruncate(self._file, len(content))
        try:
            return self._read(self._path)
        except Refusal as refusal:
            return refusal


def lines_of(folder: str, case: Case, reader: Reader) -> Iterator[Line]:
    """A line for the case itself, and one for each outcome of the changes of each field."""
    whole = parsed(os.path.join(folder, case.file))
    statements = _reduced(whole, case)
    texts, places = _texts(statements)
    before = reader.read(texts)
    if case.without:
        more = _texts(_reduced(whole, case._replace(without="")))[0]
        yield "(the rest)", "", outcome(reader.read(more), before)
    else:
        yield "(as it is)", "", told(before)
    for element, place in zip([row for statement in statements for row in statement], places):
        for field, changes in _changes(case, element):
            came: Dict[str, List[str]] = {}
            for given, changed in changes:
                new = [*texts[:place], *map(_text, changed), *texts[place + 1 :]]
                came.setdefault(outcome(before, reader.read(new)), []).append(given)
            for said, given in came.items():
                yield name_of(element), f"{field}{', '.join(given)}", said


def reading_with(
    folder: str, case: Case, reader: Reader, row: str, field: str
) -> Tuple[str, Callable[[str], Any]]:
    """The text of a field of the first row of that name, and what is read with another one."""
    statements = _reduced(parsed(os.path.join(folder, case.file)), case)
    texts, places = _texts(statements)
    elements = [element for statement in statements for element in statement]
    number = next(
        place for place, element in enumerate(elements) if name_of(element).startswith(row)
    )
    (name, fields), place = elements[number], places[number]

    def read(text: str) -> Any:
        return reader.read(
            [*texts[:place], _text((name, {**fields, field: text})), *texts[place + 1 :]]
        )

    return fields[field], read


def _texts(statements: Sequence[Statement]) -> Tuple[List[str], List[int]]:
    """The texts of all elements, and where that of each is."""
    texts: List[str] = []
    places = []
    for statement in statements:
        for element in statement:
            places.append(len(texts))
            texts.append(_text(element))
        texts.append(_END)
    return texts, places


def _changes(case: Case, element: Element) -> Iterator[Tuple[str, List[Change]]]:
    """Of each field what is given, and the rows in the place of the element."""
    name, row = element
    if name != "FlexStatement" and _is_changed(case, element, _WHOLE):
        yield f"{_WHOLE} ", [("left out", []), ("twice", [element, element])]
    added = case.added.split() if name == "OpenPosition" else []
    for field in dict.fromkeys([*row, *added]):
        if _is_changed(case, element, field):
            texts = [*instead(field, row.get(field)), *_more(case, element, field)]
            yield (
                f"{field} {_shown(row.get(field))} -> ",
                [(_shown(text), [(name, _with(row, field, text))]) for text in texts],
            )


def _with(row: Row, field: str, text: Optional[str]) -> Row:
    """The row with another text of a field, at the field's place; without it for None."""
    changed = {**row, field: text}
    return {key: value for key, value in changed.items() if value is not None}


def _more(case: Case, element: Element, field: str) -> List[str]:
    """What a case gives to a field besides."""
    found = [
        one for patterns, one in case.given if _means(_patterns(patterns), name_of(element), field)
    ]
    return [text for texts in found for text in texts.split()]


def _shown(text: Optional[str]) -> str:
    return "(none)" if text is None else text or "(empty)"


def _is_changed(case: Case, element: Element, field: str) -> bool:
    name, wanted = name_of(element), _patterns(case.changed)
    return (not wanted or _means(wanted, name, field)) and not _means(
        _patterns(case.unchanged), name, field
    )
