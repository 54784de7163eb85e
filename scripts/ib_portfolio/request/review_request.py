"""What is asked of /optimize-portfolio and /investment-strategy, by words, options and settings."""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Sequence

from ..core.messages import Ours, Usage, say
from ..core.plain_text import plain
from .help import WIDTH, option_lines
from .options import Options, load_options
from .request import Request, request_in_text, request_in_words

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "review_options.json")
REVIEW, STRATEGY = "optimize-portfolio", "investment-strategy"
SCRIPTS = {REVIEW: "review_portfolio.py", STRATEGY: "plan_strategy.py"}
HORIZONS = {"short": 3, "medium": 10, "long": None}  # years, None without an end
DEFAULT_HORIZON = "medium"
# Not inside a word, a path or an option.
_ALONE = r"(?<![\w/.=-]){}(?![\w/.-])"
# A profile of the command's older sibling.
_PRESERVATION = re.compile(r"(?<!\bcapital )" + _ALONE.format("preservation"), re.IGNORECASE)
_TARGET = ("target", "price", "sell-others", "policy")
_ORDERS = ("money", "limits")  # groups of options
_BEFORE, _BEHIND = [["short"], ["medium"], ["mid"], ["long"]], ("term", "horizon")
_HORIZON = re.compile("[-‐‑−–—―─ー]+horizon", re.IGNORECASE)
_TERMS = (
    (re.compile(_ALONE.format(r"short[ -]term(?: horizon)?"), re.I), "short"),
    (re.compile(_ALONE.format(r"(?:medium|mid)[ -]term(?: horizon)?"), re.I), "medium"),
    (re.compile(_ALONE.format(r"long[ -]term(?: horizon)?"), re.I), "long"),
    (re.compile("短期(?:的に|目線で|投資で|で)?"), "short"),
    (re.compile("中期(?:的に|目線で|投資で|で)?"), "medium"),
    (re.compile("長期(?:的に|目線で|投資で|で)?"), "long"),
)


def review_options(command: str, terminal: bool) -> Options:
    """The rows of the options that `command` takes, those of the terminal if `terminal`."""
    with open(_PATH, encoding="utf-8") as file:
        data = json.load(file)
    rows = {**load_options(terminal), **data["options"]}
    scopes = ("both", "terminal" if terminal else "command")
    return {
        name: rows[name]
        for name in data["commands"][command]
        if name in rows and rows[name]["scope"] in scopes
    }


def read_review_words(command: str, words: Sequence[str]) -> Request:
    """The request in a terminal's words; refuses as parse_words does."""
    told = any(_HORIZON.match(word) for word in words)
    said = [_older_words(command, word, told) for word in _with_terms(words)]
    return request_in_words(said, review_options(command, terminal=True))


def _with_terms(words: Sequence[str]) -> list[str]:
    """`words` with what says a horizon in one of them, as "short term"."""
    found: list[str] = []
    for word in words:
        if word.casefold() in _BEHIND and found and found[-1].casefold().split()[:1] in _BEFORE:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def read_review_text(command: str, text: str, policy: str = "") -> Request:
    """The request in the text behind the command, as parse_text reads it."""
    return request_in_text(
        _older_words(command, text, bool(_HORIZON.search(text))),
        review_options(command, terminal=False),
        policy,
    )


def _older_words(command: str, text: str, told: bool) -> str:
    """`text` with the words for a horizon as the option, and `preservation` as the profile it is.

    Where the horizon is `told` by the option, that counts alone.
    """
    if command != STRATEGY:
        return text
    text = _PRESERVATION.sub("conservative", text)
    if told:
        return text
    for words, name in _TERMS:
        text, count = words.subn(f" --horizon {name} ", text, count=1)
        if count:
            text = text.strip()
    return text


def typed_options(request: Request) -> str:
    """What was typed of the options that change the orders, as it is typed again; "" for none.

    Settings are left out, since they hold for every command.
    """
    options = load_options(terminal=False)
    words = [
        f"--{name} {_quoted(value)}".rstrip()
        for name, value in request.options.items()
        if name in options
        and name not in request.settings
        and (options[name]["group"] in _ORDERS or name in _TARGET)
    ]
    return "".join(f" {plain(word)}" for word in words) + account_words(request.account)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def account_words(account: str) -> str:
    """An account as it is typed behind a command, "" for none."""
    return f" --account {plain(account)}" if account else ""


def horizon_of(request: Request) -> str:
    """The horizon asked for, else the default; Usage for another word."""
    name = request.options.get("horizon", DEFAULT_HORIZON).casefold()
    if name not in HORIZONS:
        raise Usage("bad_value", option="--horizon", value=name, wanted=" or ".join(HORIZONS))
    return name


def review_help(command: str, terminal: bool) -> str:
    """How to ask for `command` and its options, at most 75 columns wide."""
    options = review_options(command, terminal)
    typed = f"python3 scripts/{SCRIPTS[command]}" if terminal else f"/{command}"
    lines = textwrap.wrap(say(f"purpose.{command}"), WIDTH)
    lines += ["", say("help_of_command", command=Ours(typed))]
    for group in dict.fromkeys(row["group"] for row in options.values()):
        lines += ["", say(f"help_group.{group}")]
        for name, row in options.items():
            if row["group"] == group:
                lines += option_lines(name, row)
    return "\n".join(lines) + "\n"
