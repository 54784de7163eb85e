"""What the Flex Web Service answers: a reference, an error by its code, or the statement itself.

Source of the form and of the codes: IBKR, Flex Web Service Version 3, and its table of errors; 1025
is known from clients of others only.
"""

from __future__ import annotations

import re
from typing import Union
from xml.parsers import expat

from ...core.messages import Refusal
from ...core.private.redaction import redact
from ...core.record import Record
from .hosts import HOSTS

# Being made, or not to be had just now: asking for the same reference again is right.
AGAIN = frozenset("1001 1004 1005 1006 1007 1008 1009 1019 1021".split())
HEAVY_LOAD, TOO_MANY, NO_REFERENCE, LOCKED_OUT = "1009", "1018", "1017", "1025"
_KNOWN = AGAIN | frozenset("1003 1010 1011 1012 1013 1014 1015 1016 1017 1018 1020 1025".split())
_LARGEST_ANSWER = 100_000
_LONGEST_VALUE = 500
_URL = re.compile(r"https://([a-z.-]+)(?::443)?(/[A-Za-z0-9/._~-]*)", re.IGNORECASE)
_REFERENCE = re.compile(r"[A-Za-z0-9]{1,40}")


class Reference(Record):
    """Where a statement that is being made can be had, and under which code."""

    code: str
    host: str
    path: str


class Trouble(Record):
    """An error of the service: its code, of digits, and its own words, not to be shown raw."""

    code: str
    text: str


Answer = Union[Reference, Trouble, None]


class _Root(Exception):
    """The root is a statement's: nothing more of it has to be read here."""


def read_answer(body: bytes) -> Answer:
    """The reference or the error in `body`; None where it is a statement.

    Refusal where it is neither, and where the address in it is not one of IBKR's two hosts over
    https: that one is not followed.
    """
    try:
        values = _values(body)
    except _Root:
        return None
    except (expat.ExpatError, ValueError, LookupError):
        raise Refusal("flex_unclear") from None
    code = values.get("ErrorCode", "").strip()
    if code:
        known = code if re.fullmatch(r"[0-9]{1,5}", code) else "?"
        return Trouble(known, values.get("ErrorMessage", "").strip())
    reference = values.get("ReferenceCode", "").strip()
    if values.get("Status", "").strip().casefold() == "fail" or not _REFERENCE.fullmatch(reference):
        raise Refusal("flex_unclear")
    return _reference(reference, values.get("Url", "").strip())


def refusal_of(trouble: Trouble) -> Refusal:
    """What to tell the user of an error: each code has its sentence, which says what to do."""
    if trouble.code in _KNOWN:
        return Refusal(f"flex_service.{trouble.code}")
    return Refusal("flex_service_other", code=trouble.code, text=redact(trouble.text))


def _reference(code: str, url: str) -> Reference:
    found = _URL.fullmatch(url)
    host = found[1].lower() if found else ""
    if not found or host not in HOSTS:
        raise Refusal("flex_url")
    return Reference(code, host, found[2])


def _values(body: bytes) -> dict[str, str]:
    """The texts of the answer's elements by name; _Root where it is a statement."""
    values: dict[str, str] = {}
    names: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if not names and name == "FlexQueryResponse":
            raise _Root
        if not names and (name != "FlexStatementResponse" or len(body) > _LARGEST_ANSWER):
            raise ValueError(name)
        names.append(name)

    def text(part: str) -> None:
        if len(names) == 2:
            values[names[-1]] = (values.get(names[-1], "") + part)[:_LONGEST_VALUE]

    def end(_: str) -> None:
        names.pop()

    def doctype(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    parser.Parse(body, True)
    return values
