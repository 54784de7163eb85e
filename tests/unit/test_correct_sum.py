"""The sum correction of weights from elsewhere: rounding is corrected, nothing else."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.messages import Refusal
from ib_portfolio.planning.weight_correction import correct_weights, read_weights, weights_text

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "scripts", "correct_sum.py")


def corrected(text: str) -> str:
    """What comes of the weights, on one line."""
    weights = read_weights(None, io.BytesIO(text.encode("utf-8")))
    return " ".join(weights_text(correct_weights(weights)).split())


def refused(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        corrected(text)
    assert caught.value.exit_code == 1
    return caught.value


@pytest.mark.parametrize(
    "given, result",
    [
        ('{"A": 30, "B": 70}', '{ "A": 30, "B": 70 }'),
        ('{"A": 33.33, "B": 33.34, "C": 33.32}', '{ "A": 33.33, "B": 33.35, "C": 33.32 }'),
        ('{"B": 33.33, "C": 33.33, "A": 33.33}', '{ "B": 33.33, "C": 33.33, "A": 33.34 }'),
        ('{"A": 33.34, "B": 33.34, "C": 33.33}', '{ "A": 33.33, "B": 33.34, "C": 33.33 }'),
        ('{"A": 34, "B": 33, "C": 34}', '{ "A": 33, "B": 33, "C": 34 }'),
        (
            '{"A": 33.333333333333336, "B": 33.333333333333336, "C": 33.333333333333336}',
            '{ "A": 33.333333333333328, "B": 33.333333333333336, "C": 33.333333333333336 }',
        ),
        ('{"A": 100.0}', '{ "A": 100 }'),
        ('{"A": 99.5}', None),
        ('{"三菱": 5e1, "USD.CASH": 50.0, "C": 0}', '{ "三菱": 50, "USD.CASH": 50, "C": 0 }'),
    ],
)
def test_what_rounding_explains(given: str, result: str) -> None:
    if result is None:
        assert refused(given).key == "weights_sum"
    else:
        assert corrected(given) == result


@pytest.mark.parametrize("total", ["90", "98.9", "101.1", "200", "0", "1"])
def test_a_missing_class_is_never_absorbed(total: str) -> None:
    half = Decimal(total) / 2
    refusal = refused(json.dumps({"A": float(half), "B": float(half)}))
    assert refusal.key == "weights_sum"
    assert f"sum to {total}," in str(refusal) and "missing class" in str(refusal)


def test_many_whole_numbers_are_corrected_by_1_at_most() -> None:
    weights = {f"S{place:02}": 2 for place in range(49)}
    assert refused(json.dumps(weights)).key == "weights_sum"
    weights["S00"] = 3
    assert json.loads(corrected(json.dumps(weights)))["S00"] == 4


@pytest.mark.parametrize(
    "text, key, name",
    [
        ('{"A": -5, "B": 105}', "weights_number", "A"),
        ('{"A": 50, "B": NaN}', "weights_number", "B"),
        ('{"A": Infinity}', "weights_number", "A"),
        ('{"A": "100"}', "weights_number", "A"),
        ('{"A": true, "B": 99}', "weights_number", "A"),
        ('{"A": null}', "weights_number", "A"),
        ('{"A": {"B": 100}}', "weights_number", "A"),
        ('{"A": [100]}', "weights_number", "A"),
        ('{"A": 1e999999999}', "weights_number", "A"),
        ('{"A": 100.01}', "weights_number", "A"),
        ('{"A": 50, "A": 50}', "weights_twice", "A"),
        ('{"aapl": 50, "AAPL": 50}', "weights_twice", "AAPL"),
        ('{"A": 50, "A ": 50}', "weights_twice", "A"),
        ('{"": 100}', "weights_symbol", ""),
        ("{}", "weights_empty", ""),
        ("[]", "weights_not_json", ""),
        ("100", "weights_not_json", ""),
        ("", "weights_not_json", ""),
        ('{"A": 100', "weights_not_json", ""),
        ("[" * 100_000, "weights_not_json", ""),
        ('{"A": ' * 100_000, "weights_not_json", ""),
    ],
)
def test_what_is_refused_by_name(text: str, key: str, name: str) -> None:
    refusal = refused(text)
    assert refusal.key == key and name in str(refusal)


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
    st.integers(0, 4),
)
def test_rounded_shares_sum_to_exactly_100(parts, places) -> None:
    total = sum(parts)
    rounded = [round(Decimal(100 * part) / total, places) for part in parts]
    given = {f"S{place:02}": weight for place, weight in enumerate(rounded)}
    if abs(100 - sum(rounded)) > 1:
        return
    result = correct_weights(given)
    assert sum(result.values()) == 100 and list(result) == list(given)
    changed = [symbol for symbol in given if given[symbol] != result[symbol]]
    assert len(changed) <= 1 and all(given[symbol] == max(rounded) for symbol in changed)
    again = correct_weights(result)
    assert again == result


@given(st.text(max_size=60))
def test_any_text_gives_weights_or_a_refusal(text: str) -> None:
    try:
        assert corrected(text)
    except Refusal as refusal:
        assert refusal.key.startswith("weights_")


def run(words: list, text: str = "") -> subprocess.CompletedProcess:
    command = [sys.executable, "-I", SCRIPT, *words]
    return subprocess.run(command, input=text.encode("utf-8"), capture_output=True, timeout=60)


def test_the_script_reads_standard_input_or_a_file(tmp_path) -> None:
    text = '\ufeff{"CSPX": 33.3, "INDA": 33.3, "USD.CASH": 33.3}'
    done = run([], text)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {"CSPX": 33.4, "INDA": 33.3, "USD.CASH": 33.3}
    path = tmp_path / "weights of mine.json"
    path.write_text(text, encoding="utf-8")
    assert run(["--file", str(path)]).stdout == run([f"--file={path}"]).stdout == done.stdout


@pytest.mark.parametrize(
    "words, code",
    [(["--file"], 2), (["weights.json"], 2), (["--sum", "3"], 2), (["--file", "missing.json"], 1)],
)
def test_the_script_says_what_is_wrong_in_one_sentence(words, code) -> None:
    done = run(words)
    assert done.returncode == code and done.stdout == b""
    assert len(done.stderr.splitlines()) == 1 and b"Traceback" not in done.stderr


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refusal):
        read_weights(None, io.BytesIO(b'{"A\xff": 100}'))
