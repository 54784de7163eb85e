"""The sum correction of weights from elsewhere: rounding only, and no file read."""

from __future__ import annotations

import json
import re
import shlex
from decimal import Decimal
from pathlib import Path
from typing import List

import pytest
from called_script import call_script
from hypothesis import assume, given
from hypothesis import strategies as st

from ib_portfolio.core.messages import Refusal
from ib_portfolio.planning.weight_correction import correct_weights, read_weights, weights_text


def corrected(*words: str) -> str:
    """What comes of the weights, on one line."""
    return " ".join(weights_text(correct_weights(read_weights(words))).split())


def refused(*words: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        corrected(*words)
    return caught.value


@pytest.mark.parametrize(
    "given, result",
    [
        ("VTI=44.998 BND=55.001", '{ "VTI": 44.998, "BND": 55.002 }'),
        ("A=30 B=70", '{ "A": 30, "B": 70 }'),
        ("A=33.33 B=33.34 C=33.32", '{ "A": 33.33, "B": 33.35, "C": 33.32 }'),
        ("B=33.33 C=33.33 A=33.33", '{ "B": 33.33, "C": 33.33, "A": 33.34 }'),
        ("A=33.34 B=33.34 C=33.33", '{ "A": 33.33, "B": 33.34, "C": 33.33 }'),
        ("A=34 B=33 C=34", '{ "A": 33, "B": 33, "C": 34 }'),
        (
            "A=33.333333333333336 B=33.333333333333336 C=33.333333333333336",
            '{ "A": 33.333333333333328, "B": 33.333333333333336, "C": 33.333333333333336 }',
        ),
        ("A=100.0", '{ "A": 100 }'),
        ("三菱=5e1 USD.CASH=50.0 C=0", '{ "三菱": 50, "USD.CASH": 50, "C": 0 }'),
        ('"BRK B=40" "T 4 1/4 11/15/34=60"', '{ "BRK B": 40, "T 4 1/4 11/15/34": 60 }'),
    ],
)
def test_what_rounding_explains(given: str, result: str) -> None:
    assert corrected(*shlex.split(given)) == result


@pytest.mark.parametrize("total", ["90", "98.9", "99.5", "101.1", "200", "0", "1"])
def test_a_missing_class_is_never_absorbed(total: str) -> None:
    half = Decimal(total) / 2
    refusal = refused(f"A={half}", f"B={half}")
    assert (refusal.key, refusal.exit_code) == ("weights_sum", 1)
    assert f"sum to {total}," in str(refusal) and "missing class" in str(refusal)


def test_many_whole_numbers_are_corrected_by_1_at_most() -> None:
    words = [f"S{place:02}=2" for place in range(49)]
    assert refused(*words).key == "weights_sum"
    assert json.loads(corrected("S00=3", *words[1:]))["S00"] == 4


@pytest.mark.parametrize(
    "words, key, name",
    [
        (["A=-5", "B=105"], "weights_number", "A"),
        (["A=50", "B=NaN"], "weights_number", "B"),
        (["A=Infinity"], "weights_number", "A"),
        (["A="], "weights_number", "A"),
        (["A=50%"], "weights_number", "A"),
        (["A=1,5"], "weights_number", "A"),
        (["A=1e999999999"], "weights_number", "A"),
        (["A=100.01"], "weights_number", "A"),
        (["A=50", "A=50"], "weights_twice", "A"),
        (["aapl=50", "AAPL=50"], "weights_twice", "AAPL"),
        (["A=50", "A =50"], "weights_twice", "A"),
        (["=100"], "weights_word", "=100"),
        ([" =100"], "weights_word", "=100"),
        (["100"], "weights_word", "100"),
        (["A"], "weights_word", "A"),
        ([""], "weights_word", ""),
        (['{"A": 100}'], "weights_word", "A"),
        (["/etc/passwd"], "weights_word", "/etc/passwd"),
        (["A\u200b=100"], "weights_word", "A"),
        (["[x](http://y)=100"], "weights_word", "x"),
        (["A\nB=100"], "weights_word", "A B"),
        (["A" * 61 + "=100"], "weights_word", "AAA"),
        ([], "weights_empty", "VTI=44.998"),
        (["A=0"] * 1_001, "weights_empty", "1,000"),
        (["--file", "weights.json"], "weights_option", "--file"),
        (["--file=weights.json"], "weights_option", "--file=weights.json"),
        (["-A=100"], "weights_option", "-A=100"),
    ],
)
def test_what_is_refused_by_name(words: List[str], key: str, name: str) -> None:
    refusal = refused(*words)
    assert refusal.key == key and name in str(refusal)
    assert refusal.exit_code == (2 if key == "weights_option" else 1)


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
    st.integers(0, 4),
)
def test_rounded_shares_sum_to_exactly_100(parts: List[int], places: int) -> None:
    total = sum(parts)
    rounded = [round(Decimal(100 * part) / total, places) for part in parts]
    given = {f"S{place:02}": weight for place, weight in enumerate(rounded)}
    assume(abs(100 - sum(rounded)) <= 1)
    result = correct_weights(given)
    assert sum(result.values()) == 100 and list(result) == list(given)
    changed = [symbol for symbol in given if given[symbol] != result[symbol]]
    assert len(changed) <= 1 and all(given[symbol] == max(rounded) for symbol in changed)
    assert correct_weights(result) == result


ANY_WORDS = st.lists(st.text(max_size=20) | st.from_regex(r"[A-Z]{1,5}=\d{1,3}"), max_size=5)


@given(ANY_WORDS | st.integers(0, 100).map(lambda part: [f"A={part}", f"B={100 - part}"]))
def test_any_words_give_weights_or_a_refusal(words: List[str]) -> None:
    """Refused for what is wrong with them: no name, no number, a name twice, another sum."""
    pairs = [word.rpartition("=") for word in words]
    plain = all(re.fullmatch(r"[A-Z]+=[0-9]{1,2}", word) for word in words)
    names = {name for name, _, _ in pairs}
    total = sum(int(number) for _, _, number in pairs) if plain else 0
    try:
        result = json.loads(corrected(*words))
    except Refusal as refusal:
        assert refusal.key.startswith("weights_")
        assert not (plain and len(names) == len(words) and total == 100)
        if plain and words:
            assert refusal.key == ("weights_twice" if len(names) < len(words) else "weights_sum")
        return
    assert sum(Decimal(str(number)) for number in result.values()) == 100
    assert len(result) == len(words)


def test_the_script_takes_words_and_nothing_else(tmp_path: Path) -> None:
    done = call_script("correct_sum.py", ["CSPX=33.3", "INDA=33.3", "USD.CASH=33.3"])
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {"CSPX": 33.4, "INDA": 33.3, "USD.CASH": 33.3}
    secret = tmp_path / "secret.json"
    secret.write_text('{"password-of-mine": "x"}', encoding="utf-8")
    for words in (["--file", str(secret)], [f"--file={secret}"], [str(secret)], [f"@{secret}"], []):
        done = call_script("correct_sum.py", words, secret.read_bytes())
        assert done.returncode in (1, 2) and done.stdout == b""
        assert len(done.stderr.splitlines()) == 1 and b"Traceback" not in done.stderr
        assert b"password-of-mine" not in done.stderr
