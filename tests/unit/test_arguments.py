"""What people type, and the request that comes of it (the table is arguments.tsv)."""

from __future__ import annotations

import json
import os
from typing import Dict, List, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import run

from ib_portfolio.core.messages import Refusal, Usage
from ib_portfolio.core.profiles import load_profiles
from ib_portfolio.request import options as option
from ib_portfolio.request import phrases as phrase
from ib_portfolio.request.request import LONGEST, Request, parse_text, parse_words

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arguments.tsv")
LEFT = {"not_understood": "left"}
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\0": "\0", "\\u200b": "\u200b"}


class Line(NamedTuple):
    typed: str
    result: str
    where: str


def _lines() -> List[Line]:
    with open(TABLE, encoding="utf-8") as file:
        rows = [row.rstrip("\n") for row in file]
    cells = [[*row.split("\t"), ""] for row in rows if row and not row.startswith("# ")]
    return [Line(*cell[:3]) for cell in cells]


def _unescaped(typed: str) -> str:
    for escape, character in ESCAPES.items():
        typed = typed.replace(escape, character)
    return typed


def _outcome(parse, typed) -> str:
    """The result column for what `parse` makes of `typed`."""
    try:
        request = parse(typed)
    except Refusal as refusal:
        return f"{'usage' if refusal.exit_code == 2 else 'refused'} {refusal.key}"
    parts = [request.profile, request.profile_origin]
    for name, value in {**request._asdict(), **request.options}.items():
        if value is True or (name in request.options and not value):
            parts.append(name.replace("_", "-"))
        elif value and name not in ("profile", "profile_origin", "options"):
            parts.append(f"{LEFT.get(name, name)}={value}")
    return " ".join(parts)


def _expected(line: Line) -> List[str]:
    """The words of the result column, in any order."""
    return sorted(line.result.split())


LINES = _lines()


def test_the_table_is_there():
    assert len(LINES) >= 350
    assert {line.where for line in LINES} == {"", "text", "quoted", "words"}
    results = " ".join(line.result for line in LINES)
    assert all(name in results for name in load_profiles())


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.typed}[{line.where}]")
def test_what_is_typed(line: Line):
    typed = _unescaped(line.typed)
    ways = {}
    if line.where != "words":
        ways["text"] = _outcome(parse_text, typed)
    if line.where in ("", "quoted"):
        ways["one quoted word"] = _outcome(parse_words, [typed])
    if line.where == "":
        ways["separate words"] = _outcome(parse_words, typed.split())
    if line.where == "words":
        ways["words"] = _outcome(parse_words, typed.split("␣"))
    assert {way: sorted(outcome.split()) for way, outcome in ways.items()} == dict.fromkeys(
        ways, _expected(line)
    )


@pytest.mark.parametrize("name", list(load_profiles()))
def test_every_profile_by_name(name: str):
    for typed in (name, f"--profile {name}", f"--profile={name.upper()}", f"use {name} please"):
        assert _outcome(parse_text, typed) == f"{name} named"


def _phrases() -> List[tuple]:
    with open(phrase.PATH, encoding="utf-8") as file:
        data = json.load(file)
    rows = [
        (text, f"{name} phrase") for name in data["profiles"] for text in data["profiles"][name]
    ]
    rows += [(text, "balanced default dry-run") for text in data["options"]["dry-run"]]
    rows += [(text, "balanced default") for text in data["neutral"] if "[" not in text]
    return rows


@pytest.mark.parametrize("text, result", _phrases())
def test_every_phrase_of_the_data(text: str, result: str):
    assert _outcome(parse_text, text).replace("_", "-") == result


def test_no_phrase_has_two_meanings():
    texts = [text for text, _ in _phrases()] + list(load_profiles())
    assert len(texts) > 200
    assert sorted(set(texts)) == sorted(texts)


def _refusal(parse, typed) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse(typed)
    return caught.value


def test_unknown_profile_is_the_line_of_the_specification():
    assert str(_refusal(parse_text, "--profile foo")) == (
        "Unknown profile. Available profiles: `balanced`, `growth`, `conservative`, `income`. "
        "Please retry with one of these."
    )


def test_two_profiles_are_a_question_that_lists_them():
    refusal = _refusal(parse_text, "growth? income? 積極的?")
    assert not isinstance(refusal, Usage)
    assert "`growth` or `income`?" in str(refusal)


def test_options_are_named():
    assert "--profile needs" in str(_refusal(parse_text, "--profile"))
    assert "`growth`" in str(_refusal(parse_text, "--profile"))
    assert "--statement FILE" in str(_refusal(parse_text, "--statement"))
    assert "--foo" in str(_refusal(parse_text, "--foo"))
    assert "-x" in str(_refusal(parse_text, "-x"))
    assert "--json" in str(_refusal(parse_words, ["--foo"]))
    assert "--json" not in str(_refusal(parse_text, "--foo"))


def test_what_cannot_be_served_is_named_in_one_sentence_with_what_can():
    for typed, words in (
        ("put half of it into VTI", "“put”, “half”, “VTI”"),
        ("80% stocks please", "“80%”"),
        ("積極的に、テスラも買いたい", "“テスラも買いたい”"),
        ("growth but don't sell my apple shares", "“my apple shares”"),
        ("growth, don't keep AAPL", "“AAPL”"),
    ):
        refusal = _refusal(parse_text, typed)
        assert (refusal.key, refusal.exit_code) == ("not_served", 1)
        assert words in str(refusal) and "--help" in str(refusal) and "`income`" in str(refusal)


def test_a_misspelt_profile_is_named_with_the_one_it_may_be():
    refusal = _refusal(parse_text, "grwth please hurry")
    assert refusal.exit_code == 1
    assert "“grwth”" in str(refusal) and "if `growth` is meant" in str(refusal)


def test_what_was_not_understood_is_said_in_the_report():
    answer = run(["--sample", "make it pretty, and xyz"])
    assert "Not understood and left out: pretty, xyz." in answer.out
    assert "the default was taken: balanced" in answer.out
    assert "Not understood" not in run(["--sample", "conservative, just simulate"]).out


@pytest.mark.parametrize(
    ("nasty", "shown"),
    [
        ("--`id`|\x1b[31m\u202e<b>", "--"),
        ("--x\ud800\0", "--x"),
        ("--" + "x" * 9000, "--" + "x" * 20),
    ],
)
def test_nothing_is_echoed_unescaped(nasty: str, shown: str):
    for message in (str(_refusal(parse_text, nasty)), str(_refusal(parse_words, [nasty]))):
        assert message.isprintable()
        assert len(message) < 500
        assert not set("`|<>") & set(message)
        assert shown in message


def test_too_long_is_refused_at_once():
    for typed in ("growth " * 150_000, "x" * (LONGEST + 1), "\ufdfa" * LONGEST):
        assert _refusal(parse_text, typed).key == "arguments_too_long"
        assert _refusal(parse_words, [typed]).key == "arguments_too_long"
        assert _refusal(parse_words, typed.split()).key == "arguments_too_long"
    assert parse_text("growth " + "x" * (LONGEST - 7)).profile == "growth"


@pytest.mark.parametrize(
    ("piece", "outcome"),
    [
        ('--statement "a ', "usage unknown_option"),
        ("not growth ", "balanced default"),
        ("1,", "refused unknown_profile"),
        ("from ", "balanced default"),
        ("積極的や", "growth phrase"),
        ("税", "balanced default"),
        ("「", "balanced default"),
        ("=", "refused unknown_profile"),
        ("--", "balanced default"),
        ("\n", "balanced default"),
        ("VTI ", "refused not_served"),
        ("AAPL,", "refused unknown_profile"),
        ("keep AAPL, ", "balanced default"),
        ("買", "refused unknown_profile"),
        ("積極的移", "growth phrase"),
        ("move growth ", "refused not_served"),
        ("のは", "balanced default"),
        ("grwth ", "refused misspelt_profile"),
        ("x.y ", "refused not_served"),
    ],
)
def test_the_longest_text_still_comes_to_an_end(piece: str, outcome: str):
    found = _outcome(parse_text, (piece * LONGEST)[:LONGEST])
    assert f"{found} ".startswith(f"{outcome} ")


LATER: Dict[str, dict] = {
    "band": {"value": "5/25", "scope": "both", "help": "."},
    "contribute": {"value": "AMOUNT", "scope": "both", "help": "."},
    "no-sell": {"value": None, "scope": "both", "help": "."},
    "lock": {"value": "A,B", "scope": "both", "help": "."},
    "csv": {"value": "FILE", "scope": "both", "endings": [".csv"], "help": "."},
}


@pytest.fixture
def later_options(monkeypatch, tmp_path):
    """The data as it will be once there are more options: nothing but entries is added."""
    for module, added in ((option, LATER), (phrase, {})):
        with open(module.PATH, encoding="utf-8") as file:
            data = json.load(file)
        data.update(added)
        if module is phrase:
            data["options"]["contribute"] = [
                "add {number}",
                "{number}ドル追加",
                "追加で{number}",
                "{number} more",
            ]
            data["options"]["no-sell"] = ["売らずに", "without selling"]
        path = tmp_path / os.path.basename(module.PATH)
        path.write_text(json.dumps(data), encoding="utf-8")
        monkeypatch.setattr(module, "PATH", str(path))


@pytest.mark.parametrize(
    "typed, options",
    [
        ("--band 5/25", {"band": "5/25"}),
        ("--band=５/２５ growth", {"band": "5/25"}),
        ("--contribute -5000", {"contribute": "-5000"}),
        ("--no-sell --lock A,B", {"no-sell": "", "lock": "A,B"}),
        ("--csv /my docs/a.csv growth", {"csv": "/my docs/a.csv"}),
        ("add 5,000.50 and grow", {"contribute": "5000.50"}),
        ("add $5,000", {"contribute": "$5000"}),
        ("add 5,000 euros", {"contribute": "5000 euros"}),
        ("追加で5万円", {"contribute": "5万 円"}),
        ("5,000ドル追加して積極的に", {"contribute": "5000"}),
        ("積極的に５０００ドル追加", {"contribute": "5000"}),
        ("growth,5000ドル追加", {"contribute": "5000"}),
        ("$5,000 more", {"contribute": "$5000"}),
        (",5000ドル追加、", {"contribute": "5000"}),
        ("1,5000ドル追加", {"contribute": "15000"}),
        ("追加で300", {"contribute": "300"}),
        ("don't add 5000", {}),
        ("5000ドル追加しない", {}),
        ("売らずに積極的に", {"no-sell": ""}),
        ("add 5000 --contribute 5000", {"contribute": "5000"}),
    ],
)
def test_later_options_need_only_data(later_options, typed: str, options: Dict[str, str]):
    assert parse_text(typed).options == options
    assert parse_words([typed]).options == options


def test_later_options_are_refused_like_the_others(later_options):
    assert _refusal(parse_text, "add 5000 --contribute 6000").key == "option_twice"
    assert _refusal(parse_text, "--band").key == "option_needs_value"
    assert _refusal(parse_text, "--no-sell=1").key == "option_takes_no_value"
    assert "--lock" in str(_refusal(parse_text, "--foo"))


SAID = st.sampled_from(
    [
        *("growth income 積極的 守り ではなく not or from to から より リバランス 税").split(),
        *("don't touch keep AAPL shares sell without selling move please 5k").split(),
        *("売らないで を も は に 、 and , . the my it nice 株 add 追加").split(),
        *(" ", "\n"),
    ]
)


@given(st.lists(SAID), st.lists(SAID), st.sampled_from([" ", ", ", "は", "、"]))
def test_a_symbol_is_locked_or_asked_about_wherever_it_stands(before, after, joint):
    """Never left out: "growth, and ZZQ" is no plan that forgets ZZQ."""
    try:
        request = parse_text(" ".join([*before, f"ZZQ{joint}", *after]))
    except Refusal:
        return
    assert "ZZQ" in request.options.get("lock", "")


WORDS = st.sampled_from(
    [
        *("--profile --statement --dry-run --sample --json --account = — ー ーー -- 、").split(),
        *("growth income 積極的 守り ではなく not or from to から より リバランス 税 1,0").split(),
        *("VTI AAPL, and shares 売らないで 買 keep don't touch 5k grwth x.y --lock --help").split(),
        *("\" ' 「 」 “ a.xml $(id)").split(),
        *(" ", "\n", "\0", "\ud800"),
    ]
)
TEXTS = st.text() | st.lists(WORDS | st.text(max_size=3)).map(" ".join)


@given(TEXTS | st.lists(WORDS).map("".join))
def test_any_text_is_a_request_or_a_refusal(text: str):
    for parse, typed in ((parse_text, text), (parse_words, [text]), (parse_words, text.split())):
        try:
            request = parse(typed)
        except Refusal as refusal:
            assert str(refusal).isprintable()
            continue
        assert isinstance(request, Request)
        assert request.profile in load_profiles()
        assert request.profile_origin in ("named", "phrase", "default")
        assert parse is parse_words or not request.json
        assert not (request.sample and request.statement)
