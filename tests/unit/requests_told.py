"""Requests by every door, told in a line: what is asked for and meant, or the sentence of refusal.

What is given is one text: lines of a file end in \\n, words of a terminal are separated by ␣, and
what is told of a place beside it (a policy file, settings, accounts) stands behind ¦.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from typing import Any, Callable, Dict, List

from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.numbers import plain_decimal
from ib_portfolio.request.amounts_by_account import options_by_account
from ib_portfolio.request.fetch_settings import fetch_settings
from ib_portfolio.request.policy.account_kinds import account_kinds
from ib_portfolio.request.policy.own_target import read_target
from ib_portfolio.request.policy.policy_file import read_policy
from ib_portfolio.request.policy.policy_options import (
    account_names,
    require_accounts,
    require_named,
    with_policy,
)
from ib_portfolio.request.policy.policy_summary import policy_summary
from ib_portfolio.request.policy.untaxed_account import is_tax_free, without_choice_by_tax
from ib_portfolio.request.preferences import Preferences, read_preferences
from ib_portfolio.request.request import Request, parse_text, parse_words
from ib_portfolio.request.review_request import (
    REVIEW,
    STRATEGY,
    horizon_of,
    read_review_text,
    read_review_words,
    typed_options,
)
from ib_portfolio.request.settings import with_settings
from ib_portfolio.request.setup_words import read_setup_words
from ib_portfolio.request.stated_classes import StatedClasses, stated_classes
from ib_portfolio.request.tax_request import (
    TAX_REPORT,
    WASH_SALE_CHECK,
    parse_tax_text,
    parse_tax_words,
    with_tax_settings,
)

FILE = "policy.ini"  # in the folder of the test: the policy that is told behind ¦
_LONG_LIST = re.compile(r"--[a-z-]+(?:, --[a-z-]+){5,}")
_NO_CLASSES = StatedClasses({}, frozenset(), frozenset())


def _value(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (tuple, frozenset)) and not hasattr(value, "_fields"):
        ordered = sorted(value) if isinstance(value, frozenset) else value
        return "(" + ", ".join(map(_value, ordered)) + ")"
    if hasattr(value, "_asdict"):
        return _value({name: one for name, one in value._asdict().items() if one is not None})
    return str(value)


def _difference(record: Any, other: Any) -> str:
    """The fields of a record that are not those of another."""
    pairs = zip(record._fields, record, other)
    return " ".join(f"{name} {_value(one)}" for name, one, same in pairs if one != same)


def asked(request: Any) -> str:
    """What a request asks for, its flags by their names."""
    parts = []
    for name, value in request._asdict().items():
        if name in ("profile", "profile_origin", "command") or value is False or value is None:
            continue
        if value in ("", {}):
            continue
        if name == "settings":
            typed = request.options
            value = tuple(
                one if text == typed.get(one) else f"{one}: {text}" for one, text in value.items()
            )
        parts.append(name if value is True else f"{name} {_value(value)}")
    profile = f"{request.profile} {request.profile_origin}" if hasattr(request, "profile") else ""
    return "; ".join(part for part in (profile, *parts) if part) or "nothing"


def meant(request: Request, base: str = "USD") -> str:
    """What the options of a request mean, as a plan reads them."""
    options = request.options
    preferences = read_preferences(options, base, request.settings)
    classes = stated_classes(options, request.settings)
    parts = [_difference(preferences, Preferences()), _difference(classes, _NO_CLASSES)]
    if "target" in options:
        target = read_target(options["target"])
        parts.append(", ".join(f"{one.name} {_value(one.percent)}" for one in target.shares))
        parts += ["names cash" * target.names_cash, "names symbols" * target.names_symbols]
    told = "; ".join(part for part in parts if part)
    return f" -> {told}" if told else ""


def plan(given: str) -> str:
    """After /rebalance-portfolio; the base currency behind ¦, the dollar without."""
    text, _, base = given.partition("¦")
    request = parse_text(text)
    return asked(request) + meant(request, base or "USD")


def terminal(given: str) -> str:
    """In a terminal."""
    request = parse_words(given.split("␣") if given else [])
    return asked(request) + meant(request)


def both(given: str) -> str:
    """After the command, and the same in a terminal, as one word and as several."""
    separate = "␣".join(given.split())
    ways = [_told(plan, given), _told(terminal, given), _told(terminal, separate)]
    assert ways.count(ways[0]) == len(ways), ways
    return ways[0]


def review(given: str) -> str:
    """After /optimize-portfolio."""
    return _reviewed(REVIEW, given)


def strategy(given: str) -> str:
    """After /investment-strategy."""
    return _reviewed(STRATEGY, given)


def _reviewed(command: str, given: str) -> str:
    """In a terminal where the words are separated by ␣; then what would be typed again."""
    if "␣" in given:
        request = read_review_words(command, given.strip("␣").split("␣"))
    else:
        request = read_review_text(command, given)
    horizon = horizon_of(request) if command == STRATEGY else ""
    told = [asked(request) + meant(request), horizon, typed_options(request).strip()]
    return " | ".join(part for part in told if part)


def tax(given: str) -> str:
    """After /tax-report."""
    return _taxed(TAX_REPORT, given)


def wash(given: str) -> str:
    """After /wash-sale-check."""
    return _taxed(WASH_SALE_CHECK, given)


def _taxed(command: str, given: str) -> str:
    """In a terminal where the words are separated by ␣; settings stand behind ¦."""
    text, *settings = given.split("¦")
    if "␣" in text:
        request = parse_tax_words(command, text.strip("␣").split("␣"))
    else:
        request = parse_tax_text(command, text)
    if settings:
        request = with_tax_settings(request, _pairs(settings))
    return asked(request)


def fetch(given: str) -> str:
    """After /fetch-latest."""
    return _set_up("fetch-latest", given)


def status(given: str) -> str:
    """After /mcp-status."""
    return _set_up("mcp-status", given)


def _set_up(command: str, given: str) -> str:
    words: Any = given.strip("␣").split("␣") if "␣" in given else given
    return _value(read_setup_words(command, words))


def fetching(given: str) -> str:
    """The settings of fetching, of variables of an environment."""
    found = fetch_settings(_pairs(given.split("¦")))
    return f"{found} {_value(tuple(found))} {found.days} days"


def policy(given: str) -> str:
    """A policy file: the options that it stands for, and what --check-policy says."""
    _write(given)
    found = read_policy(FILE)
    assert found.path == os.path.abspath(FILE)
    told = [_value(part) for part in found[1:] if part]
    return "; ".join(told) + " | " + " / ".join(policy_summary(FILE).splitlines()[1:])


def under(given: str) -> str:
    """What is typed, the settings and the policy, each behind ¦: what comes of them together."""
    typed, *settings, text = given.split("¦")
    if text:
        _write(text)
    path = FILE if text else ""
    pairs = {**_pairs(settings), "policy": path} if path else _pairs(settings)
    request = with_policy(with_settings(parse_text(typed, path), pairs))
    told = asked(request) + meant(request)
    kinds, names = account_kinds(request.options), account_names(request.options)
    told += f" names {_value(names)}" if names else ""
    for number, kind in kinds.items():
        free = [is_tax_free(request, number, retirement) for retirement in (False, True)]
        told += f" {number} {_value(kind)} free {_value(tuple(free))}"
    if kinds:
        free = [is_tax_free(request, "U0000000", retirement) for retirement in (False, True)]
        told += f" others free {_value(tuple(free))}"
    if "tax-aware" in request.options:
        told += f" without choice by tax: {asked(without_choice_by_tax(request))}"
    return told.replace(os.path.abspath(FILE), FILE)


def accounts(given: str) -> str:
    """A policy and the accounts of a statement behind ¦."""
    text, _, numbers = given.partition("¦")
    _write(text)
    held = numbers.split(",")
    options = with_policy(with_settings(parse_text("", FILE), {"policy": FILE})).options
    told = _told(lambda _: str(require_accounts(options, held)))
    assert told == _told(lambda _: str(require_named(read_policy(FILE), held)))
    return "all are there" if told == "None" else told


def household(given: str) -> str:
    """Options and settings of a household of two accounts, the second with a name."""
    numbers = {"U1234567": "U***4567", "U7654321": "U***4321", "U9994321": "U***4321"}
    options: Dict[str, str] = {}
    for name, value in _pairs(given.split("¦")).items():
        options[name] = value
    found = options_by_account(options, numbers)
    return _value(found)


def _pairs(parts: List[str]) -> Dict[str, str]:
    rows = (part.partition("=") for part in parts)
    return {name: value for name, equals, value in rows if equals}


def _write(text: str) -> None:
    with open(FILE, "w", encoding="utf-8", newline="", errors="surrogateescape") as file:
        file.write(text)


DOORS: Dict[str, Callable[[str], str]] = {
    one.__name__: one for one in (plan, terminal, both, review, strategy, tax, wash, fetch, status)
}
DOORS.update(fetching=fetching, policy=policy, under=under, accounts=accounts, household=household)


def _told(door: Callable[[str], str], given: str = "") -> str:
    try:
        return door(given)
    except Refusal as refusal:
        kind = "usage" if refusal.exit_code == 2 else "refused"
        return f"{kind}: {_LONG_LIST.sub(_shortened, str(refusal))}"


def _shortened(found: re.Match) -> str:
    """A long list of options by its first, its last and how many there are."""
    names = found.group().split(", ")
    return f"{names[0]}, … {names[-1]} ({len(names)})"


def told(door: str, given: str) -> str:
    """What comes of what is given at a door, in a line."""
    return escaped(_told(DOORS[door], given))


def escaped(text: str) -> str:
    """`text` with escapes for what is not seen."""
    return "".join(
        one if one.isprintable() and one != "\\" else one.encode("unicode_escape").decode()
        for one in text
    )


def unescaped(text: str) -> str:
    """What `escaped` made of a text, as it was."""
    form = r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[ntr\\])"
    return re.sub(form, lambda one: one.group().encode().decode("unicode_escape"), text)


def told_of_row(door: str, given: str) -> str:
    """What comes of what a row of a table gives, where what is not seen is escaped."""
    return told(door, unescaped(given))
