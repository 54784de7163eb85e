"""A policy file: targets, bands, classes, limits and prices in sections, its mistakes by line."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator

from ...core.messages import Ours, Refusal, Usage, say
from ...core.plain_text import normalized, plain
from ...core.profiles import load_profiles
from ...core.record import Record
from ...core.spelling import nearest
from ..preferences import CURRENCY_NAMES
from ..stated_classes import stated_classes
from .account_kinds import kind_told
from .own_target import read_target, share_name, target_text
from .policy_lines import crowded_heading, indented_line, line_of, policy_text
from .stated_bands import read_band
from .stated_prices import read_prices

SECTIONS = ("target", "bands", "classes", "never trade", "accounts", "limits", "prices")
_LIMITS = ("min-trade", "max-turnover", "reserve")
_TO = ("target", "edge", "half")
_TARGET_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z", re.ASCII)
_PERCENT = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})\s*%?\Z")
_NUMBER = r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,20})?"
_UNIT = rf"(?:[a-z]{{3}}|{'|'.join(CURRENCY_NAMES)})"
_AMOUNT = re.compile(rf"[$€£¥]?\s*{_NUMBER}\s*[k千万]?\s*{_UNIT}?\Z", re.IGNORECASE)
_SHARE = re.compile(rf"{_NUMBER}\s*%?\Z")
_ACCOUNT = re.compile(r"[A-Z]{1,3}[0-9]{3,12}[A-Z]?\Z", re.ASCII)
_WITHOUT_EQUALS = re.compile(r"(\S.*?)[\s:]+([0-9][0-9./]*%?)\Z")

Rows = dict[str, str]


class Policy(Record):
    """What a policy file says, each part as the text of the option that it stands for, "" if none.

    `targets` has a text by name, "" for [target]; `accounts` a name and a line by account number.
    """

    path: str  # absolute
    targets: dict[str, str]
    options: dict[str, str]  # band, to, count-as, lock, min-trade, max-turnover, reserve, price
    accounts: dict[str, tuple[str, int]]
    account_kinds: dict[str, str]  # by account number, as account_kinds.kind_told says


def read_policy(path: str) -> Policy:
    """The policy in the file at `path`, ~ being the home folder.

    Refusal("policy_unreadable") for what is no text file, and ("policy_mistake") that names the
    first mistake with its line and what would be right.
    """
    absolute = os.path.abspath(os.path.expanduser(path))
    return _Reader(absolute, policy_text(absolute)).policy()


class _Reader:
    """The sections of one file, read in its order."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.split("\n")
        self._sections = self._parsed(text)

    def policy(self) -> Policy:
        """The whole file; the first mistake is a Refusal."""
        targets, options, accounts, kinds = {}, {}, {}, {}
        read: set[str] = set()
        for section, rows in self._sections.items():
            name = self._section_name(section)
            if name in read:
                raise self._mistake(self._line(section), "section_twice", name=name)
            read.add(name)
            if name == "target" or name.startswith("target."):
                targets[name.partition(".")[2]] = self._target(section, rows)
            elif name == "bands":
                options.update(self._bands(section, rows))
            elif name == "classes":
                options["count-as"] = self._classes(section, rows)
            elif name == "never trade":
                options["lock"] = self._never_traded(section, rows)
            elif name == "accounts":
                accounts, kinds = self._accounts(section, rows)
            elif name == "limits":
                options.update(self._limits(section, rows))
            else:
                options["price"] = self._prices(section, rows)
        self._require_bands_named(targets, options)
        found = {name: text for name, text in options.items() if text}
        return Policy(self._path, targets, found, accounts, kinds)

    def _parsed(self, text: str) -> dict[str, Rows]:
        parser = configparser.ConfigParser(
            delimiters=("=",),
            inline_comment_prefixes=("#", ";"),
            allow_no_value=True,
            empty_lines_in_values=False,
            interpolation=None,
            default_section="\0",
        )
        parser.optionxform = str  # symbols keep their case
        crowded = crowded_heading(self._lines)
        if crowded:
            raise self._mistake(crowded, "unread")
        try:
            parser.read_string(text)
        except configparser.MissingSectionHeaderError as error:
            raise self._mistake(error.lineno, "no_section") from None
        except configparser.DuplicateSectionError as error:
            raise self._mistake(error.lineno, "section_twice", name=error.section) from None
        except configparser.DuplicateOptionError as error:
            raise self._mistake(error.lineno, "twice", name=error.option) from None
        except (configparser.Error, AttributeError) as error:
            errors = getattr(error, "errors", ())  # none where a name without a value goes on
            line, kind = (
                (errors[0][0], "unread") if errors else (indented_line(self._lines), "indented")
            )
            raise self._mistake(line, kind) from None
        return {name: dict(parser[name]) for name in parser.sections()}

    def _section_name(self, section: str) -> str:
        name = " ".join(normalized(section).casefold().split())
        line = self._line(section)
        if name.startswith("target."):
            own = name.partition(".")[2].strip()
            if not _TARGET_NAME.match(own):
                raise self._mistake(line, "target_name", name=own or name)
            if own in load_profiles() or own == "custom":
                raise self._mistake(line, "target_taken", name=own)
            return f"target.{own}"
        if name not in SECTIONS:
            near = nearest(name, SECTIONS, 2)
            key = "section_near" if near else "section_unknown"
            raise self._mistake(line, key, name=name, near=near, known=", ".join(SECTIONS))
        return name

    def _target(self, section: str, rows: Rows) -> str:
        pairs: list[tuple[str, str]] = []
        for name, value in self._values(section, rows):
            if not _PERCENT.match(value):
                raise self._mistake(self._line(section, name), "percent", name=name, value=value)
            pairs.append((name, value.rstrip("% ")))
        self._require_once(section, rows)
        if not pairs:
            raise self._mistake(self._line(section), "target_empty")
        try:
            read_target(target_text(pairs))
        except Refusal as refusal:
            raise self._mistake(self._line(section), "target", reason=str(refusal)) from None
        return target_text(pairs)

    def _bands(self, section: str, rows: Rows) -> dict[str, str]:
        default, to, own = "", "", []
        for name, value in self._values(section, rows):
            line = self._line(section, name)
            if name.casefold() == "to":
                to = value.casefold()
                if to not in _TO:
                    raise self._mistake(line, "band_to", value=value)
                continue
            try:
                read_band(value)
            except Usage:
                raise self._mistake(line, "band", name=name, value=value) from None
            if name.casefold() == "default":
                default = value
            else:
                own.append(f"{share_name(name)}={value}")
        self._require_once(section, rows)
        if not default:
            raise self._mistake(self._line(section), "band_default")
        return {"band": ",".join([default, *own]), "to": to}

    def _classes(self, section: str, rows: Rows) -> str:
        parts = []
        for name, value in self._values(section, rows):
            part = f"{name}={value}"
            try:
                stated_classes({"count-as": part})
            except Usage:
                line = self._line(section, name)
                raise self._mistake(line, "class", name=name, value=value) from None
            parts.append(part)
        self._require_once(section, rows)
        return ",".join(parts)

    def _never_traded(self, section: str, rows: Rows) -> str:
        for name, value in rows.items():
            if value is not None:
                raise self._mistake(self._line(section, name), "value_not_taken", name=name)
            if re.search("[,;、]", name) or plain(name) != name:
                raise self._mistake(self._line(section, name), "one_a_line", name=name)
        self._require_once(section, rows)
        return ",".join(name.upper() for name in rows)

    def _accounts(self, section: str, rows: Rows) -> tuple[dict[str, tuple[str, int]], Rows]:
        found: dict[str, tuple[str, int]] = {}
        kinds: Rows = {}
        for number, told in self._values(section, rows):
            value, *more = (part.strip() for part in told.split(","))
            line = self._line(section, number)
            if not _ACCOUNT.match(number.upper()):
                raise self._mistake(line, "account", name=number)
            if value.casefold() == "all":
                raise self._mistake(line, "account_all", name=value)
            if any(value.casefold() == name.casefold() for name, _ in found.values()):
                raise self._mistake(line, "account_name_twice", name=value)
            if not value or re.search("[=;]", value) or plain(value) != value:
                raise self._mistake(line, "account_name", name=value or told)
            kind = kind_told(value, more)
            if kind is None:
                raise self._mistake(line, "account_kind", name=told)
            found[number.upper()], kinds[number.upper()] = (value, line), kind
        self._require_once(section, rows)
        return found, kinds

    def _limits(self, section: str, rows: Rows) -> Rows:
        found: Rows = {}
        for name, value in self._values(section, rows):
            option = name.casefold().replace("_", "-").replace(" ", "-")
            line = self._line(section, name)
            if option not in _LIMITS:
                raise self._mistake(line, "limit_unknown", name=name, known=", ".join(_LIMITS))
            if option in found:
                raise self._mistake(line, "twice", name=name)
            in_percent = option == "max-turnover"
            none = option == "reserve" and value.casefold() == "none"
            if not none and not (_SHARE if in_percent else _AMOUNT).match(value):
                example = 10 if in_percent else 500
                raise self._mistake(line, "limit", name=name, value=value, example=example)
            found[option] = value
        return found

    def _prices(self, section: str, rows: Rows) -> str:
        parts = []
        for name, value in self._values(section, rows):
            part = f"{name}={value}"
            try:
                read_prices(part)
            except Usage:
                line = self._line(section, name)
                raise self._mistake(line, "price", name=name, value=value) from None
            parts.append(part)
        self._require_once(section, rows)
        return ",".join(parts)

    def _values(self, section: str, rows: Rows) -> Iterator[tuple[str, str]]:
        """Each name and its value; a mistake where it has none, or goes on in the next line."""
        for name, value in rows.items():
            line = self._line(section, name)
            if value is None or not value.strip():
                told = _WITHOUT_EQUALS.match(name)
                if told:
                    raise self._mistake(line, "no_equals", name=told[1], value=told[2])
                raise self._mistake(line, "no_value", name=name)
            if "\n" in value:
                raise self._mistake(line + 1, "indented")
            if re.search("[,;:、=]", name) or plain(name) != name:
                raise self._mistake(line, "one_a_line", name=name)
            yield name, normalized(value).strip()

    def _require_once(self, section: str, rows: Rows) -> None:
        """A mistake for a name that is there twice, in small letters and in capitals, say."""
        seen: set[str] = set()
        for name in rows:
            if share_name(name) in seen:
                raise self._mistake(self._line(section, name, last=True), "twice", name=name)
            seen.add(share_name(name))

    def _require_bands_named(self, targets: Rows, options: Rows) -> None:
        """A mistake for the band of a symbol that is in no target of the file."""
        named = {one.name for text in targets.values() for one in read_target(text).shares}
        for part in options.get("band", "").split(",")[1:]:
            name = part.partition("=")[0]
            if name not in named and name not in ("STK", "BOND", "CASH"):
                section = next(one for one in self._sections if self._section_name(one) == "bands")
                raise self._mistake(self._line(section, name), "band_unnamed", name=name)

    def _line(self, section: str, name: str = "", last: bool = False) -> int:
        return line_of(self._lines, section, name, last)

    def _mistake(self, line: int, kind: str, **fields: object) -> Refusal:
        name = plain(os.path.basename(self._path))
        what = say(f"policy.{kind}", **fields)
        return Refusal("policy_mistake", file=name, line=line, what=Ours(what))
