"""What was asked of /wash-sale-check and /tax-report: options, and words in both languages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..core.dates import parse_date
from ..core.messages import Refusal, Usage
from ..core.numbers import parse_decimal
from ..core.plain_text import fold
from ..core.record import Record
from .options import Found, Options, read_text, read_words
from .request import LONGEST

_FOLDER = os.path.dirname(os.path.abspath(__file__))
WASH_SALE_CHECK, TAX_REPORT = "wash-sale-check", "tax-report"
# 2025, 2025年, FY2025; not a part of a date or of a longer number.
_YEAR = re.compile(r"(?<![0-9/.\-])(?:fy ?)?((?:19|20)[0-9]{2})(?![0-9/.\-])(?: ?年度?)?分?")
_DAY = re.compile(r"(?:since |from )?([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ?(?:以降|から))?")
_DOUBTFUL = re.compile(r"[0-9%]|\b[A-Z]{2,5}\b")
_MASK = "\0"
_SEPARATORS = re.compile(rf"[{_MASK}\s;:!?、。！？「」]+|[,.](?![0-9])")


class TaxRequest(Record):
    """What was asked for, by the words and, once they are added, the plugin's settings."""

    command: str
    statement: str  # the path exactly as given, or ""
    sample: bool
    account: str
    json: bool
    private: bool
    help: bool
    harvest: bool  # the words are about losses to take
    year: str  # YYYY, "this" or "last", or ""
    start: str  # YYYY-MM-DD or ""
    tax_rate: Decimal | None  # percent
    files: dict[str, str]  # csv, html and save as they were given
    not_understood: str
    policy: str = ""  # the path of a policy file, whose names of accounts count
    fetched: str = ""  # when the statement was fetched, where the plugin did that


def load_tax_options(command: str, terminal: bool) -> Options:
    """The rows of tax_options.json that can be typed after `command`."""
    with open(os.path.join(_FOLDER, "tax_options.json"), encoding="utf-8") as file:
        rows: Options = json.load(file)
    scopes = ("both", "terminal") if terminal else ("both", "command")
    return {
        name: row
        for name, row in rows.items()
        if command in row["commands"] and row["scope"] in scopes
    }


def parse_tax_words(command: str, words: Sequence[str]) -> TaxRequest:
    """The request in a terminal's arguments; Usage for an option written wrongly.

    Refusal for words that look like an instruction but are none that is served.
    """
    _check_length(" ".join(words))
    options = load_tax_options(command, terminal=True)
    return _request(command, read_words(words, options), options)


def parse_tax_text(command: str, text: str) -> TaxRequest:
    """The request in the text typed after the slash command; refuses as parse_tax_words does."""
    _check_length(text)
    options = load_tax_options(command, terminal=False)
    return _request(command, read_text(text, options), options)


def with_tax_settings(request: TaxRequest, settings: Mapping[str, str]) -> TaxRequest:
    """`request` with the plugin's settings under what was typed."""
    statement = request.statement
    if not (statement or request.sample):
        statement = settings.get("statement", "")
    return request._replace(
        statement=statement,
        private=request.private or bool(settings.get("private")),
        policy=request.policy or settings.get("policy", ""),
    )


def _check_length(text: str) -> None:
    if len(text) > LONGEST or len(fold(text)) > LONGEST:
        raise Usage("arguments_too_long", longest=LONGEST)


def _request(command: str, found: Found, options: Options) -> TaxRequest:
    given, prose = found
    said, left = _read_prose(" ".join(part for part in prose if part))
    values = _values([*given, *said], options)
    year = values.get("year", "")
    if year and not re.fullmatch("(19|20)[0-9]{2}", year):
        raise Usage("bad_value", option="--year", value=year, wanted="a year as 2026")
    year = "this" if "ytd" in values else "last" if "last-year" in values else year
    return TaxRequest(
        command=command,
        statement=values.get("statement", ""),
        sample="sample" in values,
        account=values.get("account", ""),
        json="json" in values,
        private="private" in values,
        help="help" in values,
        harvest="harvest" in values,
        year=year,
        start=_start(values.get("start", "")),
        tax_rate=_rate(values.get("tax-rate", "")),
        policy=values.get("policy", ""),
        files={name: values[name] for name in ("csv", "html", "save") if name in values},
        not_understood=left,
    )


def _values(given: list[tuple[str, str]], options: Options) -> dict[str, str]:
    """Every option once; Usage for one with two values and for two that exclude each other."""
    values: dict[str, str] = {}
    for name, value in given:
        if values.setdefault(name, value) != value:
            raise Usage("option_twice", option=f"--{name}", first=values[name], second=value)
    for name in values:
        for other in options.get(name, {}).get("excludes", ()):
            if other in values:
                raise Usage("options_exclude", option=f"--{name}", other=f"--{other}")
    return values


def _start(text: str) -> str:
    found = parse_date(text) if text else ""
    if found is None:
        raise Usage("bad_value", option="--start", value=text, wanted="a day as 2026-06-01")
    return found


def _rate(text: str) -> Decimal | None:
    if not text:
        return None
    rate = parse_decimal(text.rstrip("%").strip())
    if rate is None or not 0 <= rate <= 100:
        raise Usage("bad_value", option="--tax-rate", value=text, wanted="a number from 0 to 100")
    return rate


def _read_prose(text: str) -> tuple[list[tuple[str, str]], str]:
    """The options that the words ask for, and the words that were not understood.

    Refusal("tax_not_served") for a word that may be an instruction: a number, or a ticker.
    """
    if not text.strip():
        return [], ""
    with open(os.path.join(_FOLDER, "tax_words.json"), encoding="utf-8") as file:
        data = json.load(file)
    folded, asked = fold(text), []
    for pattern, name in ((_DAY, "start"), (_YEAR, "year")):
        for match in pattern.finditer(folded):
            asked.append((name, match[1]))
        folded = pattern.sub(_MASK, folded)
    phrases = [(phrase, name) for name, all_ in data["options"].items() for phrase in all_]
    phrases += [(phrase, "") for phrase in data["neutral"]]
    for phrase, name in sorted(phrases, key=lambda pair: -len(pair[0])):
        form = re.escape(phrase)
        if phrase.isascii():
            form = rf"(?<![a-z0-9]){form}(?![a-z0-9])"
        folded, count = re.subn(form, _MASK, folded)
        if count and name:
            asked.append((name, ""))
    left = [_as_written(word, text) for word in _SEPARATORS.sub(" ", folded).split()]
    doubtful = [word for word in left if _DOUBTFUL.search(word)]
    if doubtful:
        raise Refusal("tax_not_served", words=", ".join(dict.fromkeys(doubtful)))
    return asked, " ".join(left)


def _as_written(word: str, text: str) -> str:
    """A folded word in the case in which it was typed."""
    found = re.search(re.escape(word), text, re.IGNORECASE)
    return found[0] if found else word
