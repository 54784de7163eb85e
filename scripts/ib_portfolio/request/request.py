"""What the user asked for, from a terminal's words or the text after the slash command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..core.messages import Refusal, Usage
from ..core.profiles import default_profile, load_profiles, unknown_profile
from .options import AFTER_WORD, Found, Options, load_options, quote_names, read_text, read_words
from .phrases import fold, read_prose

LONGEST = 10_000  # characters, before and after folding
_HIRAGANA = "[\u3041-\u309f]"


class Request(NamedTuple):
    """What was asked for; `ignored` is prose that decided nothing, "" if there was none."""

    profile: str
    profile_origin: str  # "named", "phrase" or "default"
    dry_run: bool
    statement: str  # the path exactly as given, or ""
    sample: bool
    account: str  # or ""
    json: bool
    options: dict[str, str]  # every other option: name without dashes -> value, "" for a flag
    ignored: str


def parse_words(words: Sequence[str]) -> Request:
    """The request in a terminal's arguments: one quoted word with everything, or several.

    Refusal for a profile that is unknown or not one, Usage for an option written wrongly.
    """
    _check_length(" ".join(words))
    options = load_options(terminal=True)
    return _request(read_words(words, options), options)


def parse_text(text: str) -> Request:
    """The request in the text typed after the slash command; refuses as parse_words does."""
    _check_length(text)
    options = load_options(terminal=False)
    return _request(read_text(text, options), options)


def _check_length(text: str) -> None:
    # Folding makes up to 18 characters of one.
    if len(text) > LONGEST or len(fold(text)) > LONGEST:
        raise Usage("arguments_too_long", longest=LONGEST)


def _request(found: Found, options: Options) -> Request:
    """The request that the options and the prose make together."""
    given, prose = found
    text = " ".join(part for part in prose if part).strip()
    asked = read_prose(text, load_profiles(), options)
    named = [(_profile_name(value), "named") for name, value in given if name == "profile"]
    profile, origin = _profile(named + asked.profiles)
    if origin == "default" and asked.rest and not asked.seen and _is_lone_name(text):
        raise unknown_profile(load_profiles())
    values = _values([row for row in given if row[0] != "profile"] + asked.options, options)
    decided = asked.profiles or asked.options or not asked.rest
    return Request(
        profile=profile,
        profile_origin=origin,
        dry_run=values.pop("dry-run", None) is not None,
        statement=values.pop("statement", ""),
        sample=values.pop("sample", None) is not None,
        account=values.pop("account", ""),
        json=values.pop("json", None) is not None,
        options=values,
        ignored="" if decided else text,
    )


def _is_lone_name(text: str) -> bool:
    """One word without hiragana: meant as a name, where a Japanese sentence is prose."""
    return len(text.split()) == 1 and not re.search(_HIRAGANA, fold(text))


def _values(given: list[tuple[str, str]], options: Options) -> dict[str, str]:
    """Every option once; Usage for one with two values and for two that exclude each other."""
    values: dict[str, str] = {}
    for name, value in given:
        if values.setdefault(name, value) != value:
            raise Usage("option_twice", option=f"--{name}", first=values[name], second=value)
    for name in values:
        for other in options[name].get("excludes", ()):
            if other in values:
                raise Usage("options_exclude", option=f"--{name}", other=f"--{other}")
    return values


def _profile_name(value: str) -> str:
    name = fold(value).strip(AFTER_WORD + " \t「『“‘")
    if name not in load_profiles():
        raise unknown_profile(load_profiles())
    return name


def _profile(asked: list[tuple[str, str]]) -> tuple[str, str]:
    """The one profile asked for, and how; a refusal that asks back when there are several."""
    names = list(dict.fromkeys(name for name, _ in asked))
    if len(names) > 1:
        raise Refusal("two_profiles", profiles=quote_names(names, " or "))
    if not names:
        return default_profile(), "default"
    return names[0], "named" if (names[0], "named") in asked else "phrase"
