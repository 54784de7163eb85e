"""Tables of answers: each row says what is asked, what is given, and what is answered.

A file of such rows is read by people and written by `AnswerTable.write`, which fills the last
column anew: a row with nothing behind its second tab gets its answer.
"""

from __future__ import annotations

import os
from typing import Callable, Dict, Iterator, List, Tuple

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "fixtures")
Row = Tuple[str, str, str]
Asked = Dict[str, Callable[[str], Iterator[str]]]


def answers_of(asked: Asked) -> Callable[[str, str], str]:
    """What answers a question on one line: all that is told, of an error its kind."""

    def answer(question: str, given: str) -> str:
        try:
            return "; ".join(one for one in asked[question](given) if one) or "nothing"
        except Exception as error:
            return f"({type(error).__name__})"

    return answer


class AnswerTable:
    """A file of the fixtures, and what answers each question in it."""

    def __init__(self, file: str, answer: Callable[[str, str], str]) -> None:
        self.path, self.answer = os.path.join(FIXTURES, file), answer

    def rows(self) -> List[Row]:
        """What is asked, what is given and what is answered, in the order of the file."""
        with open(self.path, encoding="utf-8") as file:
            cells = [line.rstrip("\n").split("\t") for line in file]
        return [(asked, given, "".join(answer)) for asked, given, *answer in cells]

    def questions(self) -> List[str]:
        """What is asked in it, each once."""
        return list(dict.fromkeys(row[0] for row in self.rows()))

    def stale(self, asked: str) -> List[Row]:
        """The rows of a question whose answer is another now, with it."""
        rows = [row for row in self.rows() if row[0] == asked]
        assert rows and len({row[1] for row in rows}) == len(rows), asked
        now = [(*row[:2], self.answer(*row[:2])) for row in rows]
        return [row for row, old in zip(now, rows) if row != old]

    def write(self) -> None:
        """Writes the answers of now."""
        rows = [(asked, given, self.answer(asked, given)) for asked, given, _ in self.rows()]
        with open(self.path, "w", encoding="utf-8", newline="\n") as file:
            file.writelines("\t".join(row) + "\n" for row in rows)


def tables_in(folder: str, answer: Callable[[str, str], str]) -> List[AnswerTable]:
    """A table for each file of a folder of the fixtures, all answered alike."""
    names = sorted(
        name for name in os.listdir(os.path.join(FIXTURES, folder)) if name[-4:] == ".tsv"
    )
    return [AnswerTable(os.path.join(folder, name), answer) for name in names]
