"""The policy file: what it says, its mistakes by line, and what overrules what."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Dict, List, Tuple

import pytest
from terminal import Answer, run

from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.policy.policy_file import read_policy
from ib_portfolio.request.policy.policy_options import with_policy
from ib_portfolio.request.request import Request, parse_text
from ib_portfolio.request.settings import with_settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "contract"))

from pages import table  # noqa: E402

PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
ROWS = table(PAGE, "What is wrong")
POLICY = """\
# a comment
[target]
VTI = 45
VXUS = 20 %
BND = 30   ; a comment behind a value
CASH = 5

[target.retirement]
STK = 40
BOND = 50
CASH = 10

[bands]
default = 5/25
VTI = 2
to = half

[classes]
BND = BOND

[never trade]
AAPL
BRK B

[accounts]
U0000001 = taxable

[limits]
min-trade = 1,500
max-turnover = 20%
reserve = none

[prices]
VXUS = 72.40 USD NASDAQ
"""


def policy(folder: Path, text: str = POLICY) -> str:
    path = folder / "policy.ini"
    path.write_text(text, encoding="utf-8")
    return str(path)


def asked(folder: Path, typed: str, text: str = POLICY, **settings: str) -> Request:
    """The request of what was typed, under the settings, with the policy set."""
    path = policy(folder, text)
    request = with_settings(parse_text(typed, path), {**settings, "policy": path})
    return with_policy(request)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_policy(policy(folder, text))
    assert caught.value.exit_code == 1
    return str(caught.value)


def test_every_section_is_the_option_that_it_stands_for(tmp_path: Path) -> None:
    request = asked(tmp_path, "")
    assert (request.profile, request.profile_origin) == ("custom", "target")
    found = {name: request.options[name] for name in request.options if name != "policy"}
    assert found == {
        "target": "VTI 45, VXUS 20, BND 30, CASH 5",
        "band": "5/25,VTI=2",
        "to": "half",
        "count-as": "BND=BOND",
        "lock": "AAPL,BRK B",
        "accounts": "U0000001=26:taxable",
        "account-kinds": "U0000001=taxable:",
        "min-trade": "1,500",
        "max-turnover": "20%",
        "reserve": "none",
        "price": "VXUS=72.40 USD NASDAQ",
    }
    assert set(request.settings) == set(request.options)


@pytest.mark.parametrize(
    ("typed", "profile", "target"),
    [
        ("", "custom", "VTI 45, VXUS 20, BND 30, CASH 5"),
        ("--profile retirement", "retirement", "STK 40, BOND 50, CASH 10"),
        ("retirement", "retirement", "STK 40, BOND 50, CASH 10"),
        ("--profile growth", "growth", None),
        ("積極的に", "growth", None),
        ("--target 80/15/5", "custom", "80/15/5"),
        ("80/15/5 please", "custom", "80/15/5"),
    ],
)
def test_what_is_typed_decides_the_target(tmp_path: Path, typed, profile, target) -> None:
    request = asked(tmp_path, typed)
    assert (request.profile, request.options.get("target")) == (profile, target)


def test_a_band_of_what_the_target_does_not_name_is_left_out(tmp_path: Path) -> None:
    assert asked(tmp_path, "--profile retirement").options["band"] == "5/25"
    assert asked(tmp_path, "--target 80/15/5").options["band"] == "5/25"


def test_options_overrule_the_file_and_the_file_the_settings(tmp_path: Path) -> None:
    request = asked(tmp_path, "--min-trade 50 --band 3", min_trade="9", locked_symbols="MSFT")
    assert (request.options["min-trade"], request.options["band"]) == ("50", "3")
    assert request.options["lock"] == "AAPL,BRK B,MSFT"
    assert asked(tmp_path, "", min_trade="9").options["min-trade"] == "1,500"


def test_of_a_list_what_was_typed_of_a_symbol_counts_alone(tmp_path: Path) -> None:
    text = POLICY.replace("BND = BOND", "BND = BOND\nINTC = none")
    request = asked(tmp_path, "--count-as BND=STK --price VXUS=70 --lock MSFT", text)
    assert request.options["count-as"] == "BND=STK,INTC=none"
    assert request.options["price"] == "VXUS=70"
    assert request.options["lock"] == "MSFT,AAPL,BRK B"


def test_an_unknown_profile_names_those_of_the_file_too(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        asked(tmp_path, "--profile retired")
    assert "`income`, `retirement`" in str(caught.value)
    with pytest.raises(Refusal) as caught:
        parse_text("--profile retirement")
    assert str(caught.value) == (
        "Unknown profile. Available profiles: `balanced`, `growth`, `conservative`, `income`."
        " Please retry with one of these."
    )


def test_an_account_is_asked_for_by_its_name(tmp_path: Path) -> None:
    assert asked(tmp_path, "--account Taxable").account == "U0000001"
    answer = plan(tmp_path, ["--account", "taxable"], "[accounts]\nU0000001 = taxable\n")
    assert "Account U***0001 is “taxable” in your policy." in answer.out


def plan(folder: Path, words: List[str], text: str) -> Answer:
    return run(["--sample", "--policy", policy(folder, text), *words])


def test_its_prices_may_be_for_another_of_its_targets(tmp_path: Path) -> None:
    text = "[target]\nVTI = 60\nBND = 40\n[prices]\nBND = 73\nQQQ = 400\n"
    answer = plan(tmp_path, [], text)
    assert not answer.code and "BND" in answer.out and "QQQ" not in answer.out
    assert plan(tmp_path, ["--price", "QQQ=400"], text).code == 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_mistake_is_said_as_the_page_says(tmp_path: Path, row: List[str]) -> None:
    lines = [line for line in row[1].split("`") if line.strip()]
    answer = plan(tmp_path, [], "\n".join(lines) + "\n")
    assert (answer.code, answer.out, answer.err) == (1, "", row[2] + "\n")
    assert plan(tmp_path, ["--check-policy"], "\n".join(lines) + "\n") == answer


# The line, and what the sentence must name, told here and not by the program.
MISTAKES: Dict[str, Tuple[int, str]] = {
    "an unknown section": (3, "trades"),
    "a sum of 99 with cash": (1, "99"),
    "a sum over 100": (1, "101"),
    "a symbol twice": (4, "VTI"),
    "a symbol twice, once in small letters": (3, "vti"),
    "a percentage in words": (2, "sixty"),
    "a name without a value": (2, "VTI = 60"),
    "an indented line": (3, "margin"),
    "bands without a default": (1, "default = 5/25"),
    "a band of what no target names": (5, "BND"),
    "an unknown class": (2, "FIXED"),
    "a price in words": (2, "cheap"),
    "a name for two accounts": (3, "Ours"),
}


@pytest.mark.parametrize("wrong", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_its_word(wrong: str) -> None:
    (said,) = [row[2] for row in ROWS if row[0] == wrong]
    line, word = MISTAKES[wrong]
    assert said.startswith(f"policy.ini, line {line}: ") and word in said
    assert said.endswith(".") and "\n" not in said


def test_an_account_that_is_not_there_is_named_masked_with_its_line(tmp_path: Path) -> None:
    text = "[target]\nSTK = 60\nBOND = 40\n[accounts]\nU0000001 = ours\nU9999999 = ira\n"
    answer = plan(tmp_path, [], text)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(
        "policy.ini, line 6: the account U***9999 is not in this statement"
    )
    assert "U9999999" not in answer.err and "U***0001" in answer.err


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "no text"),
        ("[target]\nVTI = 100\n".encode("utf-16"), "no text"),
        (b"[target]\nVTI = 100\n" + b"# x\n" * 60_000, "200 kB"),
    ],
)
def test_a_file_that_is_no_policy_is_one_sentence(tmp_path: Path, content, cause) -> None:
    path = tmp_path / "picture.ini"
    path.write_bytes(content)
    answer = run(["--sample", "--policy", str(path)])
    assert (answer.code, answer.out) == (1, "")
    assert "picture.ini" in answer.err and cause in answer.err and answer.err.count("\n") == 1


@pytest.mark.parametrize("name", ["missing.ini", "."])
def test_what_is_no_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    answer = run(["--sample", "--policy", str(tmp_path / name)])
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)


def test_text_of_the_file_is_made_plain(tmp_path: Path) -> None:
    said = refusal(tmp_path, "[target]\nVTI\u202e\x1b[31m`x` = 1\n")
    assert not set("\u202e\x1b`") & set(said)


def test_a_mark_and_other_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.ini"
    path.write_bytes(b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode())
    read = read_policy(str(path))
    assert read.targets[""] == "VTI 45, VXUS 20, BND 30, CASH 5"
    assert read.accounts == {"U0000001": ("taxable", 26)}


def test_what_was_understood_is_said_line_by_line(tmp_path: Path) -> None:
    answer = plan(tmp_path, ["--check-policy"], POLICY)
    assert answer.code == 0
    for line in (
        "Target (without --profile): VTI 45%, VXUS 20%, BND 30%, CASH 5%",
        "Target for --profile retirement: STK 40%, BOND 50%, CASH 10%",
        "Bands of their own: VTI 2 points",
        "Never traded: AAPL, BRK B",
        "Price of VXUS, if it is not held: 72.4 USD NASDAQ",
        "Account U***0001: taxable",
    ):
        assert line in answer.out.splitlines()
    assert "U0000001" not in answer.out


def test_without_a_file_there_is_nothing_to_check() -> None:
    answer = run(["--sample", "--check-policy"])
    assert (answer.code, answer.out) == (2, "") and "--policy FILE" in answer.err


def test_the_sample_policy_makes_a_plan(tmp_path: Path) -> None:
    answer = run(["--sample", "--policy", str(ROOT / "samples" / "policy.ini"), "--json"])
    document = json.loads(answer.out)
    weights = document["target_allocation"]
    assert document["profile"] == "custom" and weights["T 0 02/18/27"] == 10
    assert sum(map(Decimal, map(str, weights.values()))) == 100
    assert [row["name"] for row in document["sleeves"]] == ["STK", "T 0 02/18/27", "BOND", "CASH"]
    assert "accounts" not in document["options"]


def test_drift_says_each_part_and_exits_3_outside(tmp_path: Path) -> None:
    text = "[target]\nSTK = 60\nBOND = 30\nCASH = 10\n[bands]\ndefault = {}\n"
    outside = plan(tmp_path, ["--drift"], text.format(1))
    assert outside.code == 3 and outside.out.count("\n") == 3
    assert [line.split()[0] for line in outside.out.splitlines()] == ["Stocks", "Bonds", "Cash"]
    assert "OUTSIDE" in outside.out
    inside = plan(tmp_path, ["--drift"], text.format(40))
    assert inside.code == 0 and "OUTSIDE" not in inside.out and inside.out.count("inside") == 3


def test_drift_without_a_band_takes_5_25_and_writes_no_file(tmp_path: Path) -> None:
    words = ["--sample", "--profile", "balanced", "--drift", "--csv", str(tmp_path / "x.csv")]
    answer = run(words)
    assert "band 5.0" in answer.out and "band 2.5" in answer.out
    assert not (tmp_path / "x.csv").exists()
    assert run(["--sample", "--drift", "--band", "60"]).code == 0
    assert run(["--sample", "--drift", "--json"]).code == 2
