"""What the user asked for, from a terminal's words or the text after the slash command."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.messages import Refusal, Usage
from ..core.plain_text import fold
from ..core.profiles import default_profile, load_profiles, unknown_profile
from ..core.record import Record
from .options import AFTER_WORD, Found, Options, load_options, quote_names, read_text, read_words
from .prose import Prose, read_prose

LONGEST = 10_000  # characters, before and after folding
_HOW = ("named", "policy", "phrase")
_HIRAGANA = "[\u3041-\u309f]"


class Request(Record):
    """What was asked for, by the words and, once they are added, the plugin's settings."""

    profile: str
    # "named", "phrase" or "default"; "policy" for a name of a policy file, "target" for --target.
    profile_origin: str
    dry_run: bool
    statement: str  # the path exactly as given, or ""
    sample: bool
    account: str  # or ""
    json: bool
    private: bool  # nothing of the run may reach the model
    source: str  # the server to ask where there is no statement, or ""
    draft: bool  # offer the orders as drafts at IBKR, which a person submits
    help: bool  # only the help is asked for: nothing else of the request counts
    options: dict[str, str]  # every other option: its row in options.json -> value, "" for a flag
    settings: dict[str, str]  # what of `options` is not typed, but comes from the plugin's settings
    not_understood: str  # words that decided nothing and look like no instruction, "" without any
    fetched: str = ""  # when the plugin fetched `statement`, local time; "" for one that was named


def parse_words(words: Sequence[str], policy: str = "") -> Request:
    """The request in a terminal's arguments: one quoted word with everything, or several.

    `policy` is the path of a policy file that is set, whose targets --profile can name. Refusal for
    a profile that is unknown or not one, and for words that look like an instruction but are none
    that is served; Usage for an option written wrongly.
    """
    return request_in_words(words, load_options(terminal=True), policy)


def parse_text(text: str, policy: str = "") -> Request:
    """The request in the text typed after the slash command; refuses as parse_words does."""
    return request_in_text(text, load_options(terminal=False), policy)


def request_in_words(words: Sequence[str], options: Options, policy: str = "") -> Request:
    """Like `parse_words`, of a command that has `options`."""
    _check_length(" ".join(words))
    return _request(read_words(words, options), options, policy)


def request_in_text(text: str, options: Options, policy: str = "") -> Request:
    """Like `parse_text`, of a command that has `options`."""
    _check_length(text)
    return _request(read_text(text, options), options, policy)


def _check_length(text: str) -> None:
    # Folding makes up to 18 characters of one.
    if len(text) > LONGEST or len(fold(text)) > LONGEST:
        raise Usage("arguments_too_long", longest=LONGEST)


def _request(found: Found, options: Options, policy: str) -> Request:
    """The request that the options and the prose make together."""
    given, prose = found
    policy = next((value for name, value in given if name == "policy"), policy)
    text = " ".join(part for part in prose if part).strip()
    target, rest = _target_words(text)
    if target:
        given = [*given, ("target", target)]
    asked = read_prose(rest, load_profiles(), options)
    wants_help = asked.help or ("help", "") in given
    if wants_help:
        given, asked = [], read_prose("", (), ())
    named = [_profile_of(value, policy) for name, value in given if name == "profile"]
    profile, origin = _profile(named + asked.profiles)
    if origin == "default" and asked.rest and not asked.seen and _is_lone_name(text):
        profile, origin = _of_policy(_bare(text), policy)
        asked = read_prose("", (), ())
    _ask_back(asked)
    values = _values([row for row in given if row[0] != "profile"] + asked.options, options)
    if "target" in values:
        if origin != "default":
            raise Refusal("target_and_profile", profile=quote_names([profile]))
        profile, origin = "custom", "target"
    return Request(
        profile=profile,
        profile_origin=origin,
        dry_run=values.pop("dry-run", None) is not None,
        statement=values.pop("statement", ""),
        sample=values.pop("sample", None) is not None,
        account=values.pop("account", ""),
        json=values.pop("json", None) is not None,
        private=values.pop("private", None) is not None,
        source=values.pop("source", ""),
        draft=values.pop("draft", None) is not None,
        help=wants_help,
        options=values,
        settings={},
        not_understood=asked.left,
    )


def _target_words(text: str) -> tuple[str, str]:
    """The target of the user's own in the prose, and the rest."""
    if not any(character.isdigit() for character in text):
        return "", text
    from .policy.target_words import find_target

    return find_target(text)


def _bare(text: str) -> str:
    """A name as it is compared, without what may stand around it."""
    return fold(text).strip(AFTER_WORD + " \t「『“‘")


def _of_policy(name: str, policy: str) -> tuple[str, str]:
    """The target called `name` in the file at `policy`; Refusal("unknown_profile") without it."""
    own: tuple[str, ...] = ()
    if policy:
        from .policy.policy_file import read_policy

        own = tuple(filter(None, read_policy(policy).targets))
    if name not in own:
        raise unknown_profile({**load_profiles(), **dict.fromkeys(own)})
    return name, "policy"


def _is_lone_name(text: str) -> bool:
    """One word without hiragana: meant as a name, where a Japanese sentence is prose."""
    import re

    return len(text.split()) == 1 and not re.search(_HIRAGANA, fold(text))


def _ask_back(asked: Prose) -> None:
    """Refusal where words that decided nothing may have been meant to: never a silent default."""
    word, near = asked.misspelt
    if word:
        profiles = quote_names(list(load_profiles()))
        raise Refusal("misspelt_profile", word=word, near=quote_names([near]), profiles=profiles)
    if asked.doubtful:
        words = ", ".join(f"“{word}”" for word in asked.doubtful)
        profiles = quote_names(list(load_profiles()), " / ")
        raise Refusal("not_served", words=words, profiles=profiles)


def _values(given: list[tuple[str, str]], options: Options) -> dict[str, str]:
    """Every option once; Usage for one with two values and for two that exclude each other."""
    values: dict[str, str] = {}
    for name, value in given:
        if name in values and options[name].get("adds_up"):
            values[name] += f",{value}"
        elif values.setdefault(name, value) != value:
            raise Usage("option_twice", option=f"--{name}", first=values[name], second=value)
    for name in values:
        for other in options[name].get("excludes", ()):
            if other in values:
                raise Usage("options_exclude", option=f"--{name}", other=f"--{other}")
    return values


def _profile_of(value: str, policy: str) -> tuple[str, str]:
    """The profile that a value of --profile names, and how; Refusal for an unknown one.

    Latin letters must be a profile's name, or one of the file at `policy`; other words may be a
    phrase of exactly one profile.
    """
    profiles = load_profiles()
    name = _bare(value)
    if name in profiles:
        return name, "named"
    import re
    import unicodedata

    letters = all(unicodedata.category(character)[0] in "LMZ" for character in name)
    if letters and not re.search("[a-z]", name):
        asked = read_prose(name, profiles, ())
        if len({profile for profile, _ in asked.profiles}) == 1 and not asked.left:
            return asked.profiles[0][0], "named"
    return _of_policy(name, policy)


def _profile(asked: list[tuple[str, str]]) -> tuple[str, str]:
    """The one profile asked for, and how; a refusal that asks back when there are several."""
    names = list(dict.fromkeys(name for name, _ in asked))
    if len(names) > 1:
        raise Refusal("two_profiles", profiles=quote_names(names, " or "))
    if not names:
        return default_profile(), "default"
    return names[0], next(how for how in _HOW if (names[0], how) in asked)
