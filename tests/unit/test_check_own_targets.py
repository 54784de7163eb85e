"""A user's own target: right plans pass every check, a wrong one fails the one that is for it."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_target_plans import Held, Wanted, plan_of, rows_of
from test_check import add, copy_trade, drop, figures, move_weight, resize, trade, without

from ib_portfolio.checks.case import make_case
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.checks.targets.own_target_checks import CHECKS

Document = Dict[str, Any]

VTI = Held("VTI", "207", "300", exchange="ARCA")
VXUS = Held("VXUS", "327", "72", exchange="NASDAQ")
BND = Held("BND", "339", "73", "BOND", "fund table", exchange="NASDAQ", isin="US9219378356")
AAPL = Held("AAPL", "10.5", "250")
ACME = Held("ACME 29", "28000", "1.01", "BOND", category="BOND")
SGOV = Held("SGOV", "100", "100", "CASH", "fund table", isin="US46436E7186")
AOR = Held("AOR", "200", "60", "MIX", "fund table", isin="US4642898674", parts=(60, 40, 0))
NEW_BND = Held("BND", "0", "73", "BOND")
FOUR = [("VTI", "45"), ("VXUS", "20"), ("BND", "30"), ("CASH", "5")]
FOUR_TEXT = "VTI 45, VXUS 20, BND 30, CASH 5"

# 120,000 in all: VTI 10 points over its 40, VXUS 3.3 under its 20, BND 5 under its 30.
DRIFTED = [VTI._replace(quantity="200"), VXUS._replace(quantity="250", price="80")]
DRIFTED += [BND._replace(quantity="400", price="75")]
BANDED = [("VTI", "40"), ("VXUS", "20"), ("BND", "30"), ("CASH", "10")]
BANDED_TEXT = "VTI 40, VXUS 20, BND 30, CASH 10"
DISTANCES = {
    "VTI": ("10", "5"),
    "VXUS": ("3.3333", "5"),
    "BND": ("5", "5"),
    "CASH": ("1.6667", "2.5"),
}


class Case(NamedTuple):
    held: Sequence[Held]
    cash: str
    wanted: Wanted


def banded(held: Sequence[Held], cash: str, goals: Dict[str, str], **options: str) -> Case:
    options = {"target": BANDED_TEXT, "band": "5/25", **options}
    return Case(held, cash, Wanted(BANDED, options, goals, bands=DISTANCES))


CASES = {
    "classes": Case(
        [VTI, ACME],
        "30000",
        Wanted([("STK", "80"), ("BOND", "15"), ("CASH", "5")], {"target": "80/15/5"}),
    ),
    "words": Case(
        [VTI, ACME, AOR],
        "40000",
        Wanted(
            [("BOND", "33.3333"), ("STK", "60"), ("CASH", "6.6667")],
            {"target": "bonds 33.3333%；株式 60"},
        ),
    ),
    "symbols": Case([VTI, VXUS, BND, AAPL], "14000", Wanted(FOUR, {"target": FOUR_TEXT})),
    "mixed up": Case(
        [VTI, VXUS, AAPL, BND, ACME, SGOV],
        "9000",
        Wanted(
            [("AAPL", "10"), ("STK", "50"), ("BND", "10"), ("BOND", "20"), ("CASH", "10")],
            {"target": "AAPL 10, STK 50, BND 10, BOND 20"},
            names_cash=False,
        ),
    ),
    "not held": Case(
        [VTI, NEW_BND],
        "11000",
        Wanted(
            [("VTI", "60"), ("BND", "40"), ("CASH", "0")],
            {"target": "VTI 60, BND 40", "price": "BND=73.00"},
        ),
    ),
    "no price": Case(
        [VTI],
        "11000",
        Wanted(
            [("VTI", "60"), ("BND", "40"), ("CASH", "0")],
            {"target": "VTI 60, BND 40"},
            goals={"VTI": "62100", "BND": "0"},
            unfilled=[("BND", "BOND")],
            warnings=["Of BND nothing is held: add --price BND=PRICE."],
        ),
    ),
    "mixed fund": Case(
        [VTI, AOR, BND],
        "9000",
        Wanted(
            [("VTI", "50"), ("AOR", "25"), ("BND", "20"), ("CASH", "5")],
            {"target": "VTI 50, AOR 25, BND 20"},
        ),
    ),
    "others sold": Case(
        [VTI, AAPL, BND, AOR],
        "9000",
        Wanted(
            [("VTI", "60"), ("BND", "35"), ("CASH", "5")],
            {"target": "VTI 60, BND 35", "sell-others": ""},
            sells_others=True,
            warnings=["Not in the target, and sold: AAPL, AOR."],
        ),
    ),
    "half way": banded(
        DRIFTED, "10000", {"VTI": "51000", "VXUS": "22200", "BND": "33300"}, to="half"
    ),
    "to the edge": banded(
        DRIFTED, "10000", {"VTI": "54000", "VXUS": "20400", "BND": "30600"}, to="edge"
    ),
    "to the centre": banded(DRIFTED, "10000", {}),
    "wide": Case(
        DRIFTED,
        "10000",
        Wanted(
            BANDED,
            {"target": BANDED_TEXT, "band": "5/25,VTI=12,CASH=2"},
            {"VTI": "60000", "VXUS": "20000", "BND": "30000"},
            bands={**DISTANCES, "VTI": ("10", "12"), "CASH": ("1.6667", "2")},
        ),
    ),
    "new money": Case(
        # 48,000, 23,000 and 32,000: the 3,000 go to BND, which lacks most.
        [
            VTI._replace(quantity="160"),
            VXUS._replace(quantity="230", price="100"),
            BND._replace(quantity="320", price="100"),
        ],
        "17000",
        Wanted(
            BANDED,
            {"target": BANDED_TEXT, "band": "5/25", "contribute": "3000"},
            {"VTI": "48000", "VXUS": "23000", "BND": "35000"},
            bands={
                "VTI": ("0", "5"),
                "VXUS": ("0.8333", "5"),
                "BND": ("3.3333", "5"),
                "CASH": ("1.6667", "2.5"),
            },
        ),
    ),
    "all classes back": Case(
        # 100,000 in all: only the bonds are outside, and everything goes back.
        [VTI._replace(quantity="180"), ACME._replace(quantity="40000", price="1")],
        "6000",
        Wanted(
            [("STK", "58"), ("BOND", "32"), ("CASH", "10")],
            {"target": "58/32/10", "band": "5", "to": "target"},
            bands={"STK": ("4", "5"), "BOND": ("8", "5"), "CASH": ("4", "5")},
        ),
    ),
    "cash fund": Case(
        [VTI, SGOV],
        "9000",
        Wanted(
            [("SGOV", "30"), ("VTI", "60"), ("CASH", "10")],
            {"target": "SGOV 30, VTI 60, CASH 10"},
        ),
    ),
    "with a dot": Case(
        [VTI, Held("BRK B", "50", "400"), AAPL],
        "9000",
        Wanted([("VTI", "60"), ("BRK B", "30"), ("CASH", "10")], {"target": "VTI 60, BRK.B 30"}),
    ),
    "half of a class": Case(
        [VTI._replace(quantity="300"), ACME._replace(quantity="60000", price="1")],
        "0",
        Wanted(
            [("STK", "50"), ("BOND", "40"), ("CASH", "10")],
            {"target": "50/40/10", "band": "8", "to": "half"},
            # Stocks go from 60 to 54, and bonds stay; the cash ends inside.
            {"STK": "81000", "BOND": "60000"},
            bands={"STK": ("10", "8"), "BOND": ("0", "8"), "CASH": ("10", "8")},
        ),
    ),
}


def made(name: str) -> tuple[Document, Evidence]:
    held, cash, wanted = CASES[name]
    before = str(Decimal(cash) - Decimal(wanted.options.get("contribute", "0")))
    evidence = statement_evidence(rows_of(held, before), wanted.options)
    return plan_of(held, cash, wanted), evidence


def failed(document: Document, evidence: Evidence) -> Dict[str, str]:
    results = check_plan(document, evidence)[0]
    return {row["name"]: row["detail"] for row in results if not row["passed"]}


@pytest.mark.parametrize("name", CASES)
def test_a_right_plan_passes_every_check(name: str) -> None:
    document, evidence = made(name)
    assert failed(document, evidence) == {}


def test_the_plans_show_what_the_mutants_need() -> None:
    assert [row["symbol"] for row in made("symbols")[0]["held"]] == ["AAPL"]
    assert trade(made("not held")[0], "BND")["conid"] == ""
    assert [row["symbol"] for row in made("new money")[0]["trades"]] == ["BND"]
    assert made("wide")[0]["trades"] == [] and made("wide")[0]["band"]["inside"]
    assert trade(made("others sold")[0], "AAPL")["quantity"] == "10.5"
    assert len(made("half way")[0]["trades"]) == 3


def sleeve(document: Document, name: str) -> Document:
    return next(row for row in document["sleeves"] if row["name"] == name)


def _leave(document: Document) -> None:
    for row in list(document["trades"]):
        drop(document, row["symbol"])


def _reprice(document: Document) -> None:
    """The purchase at the same amount and a price nobody stated."""
    found = trade(document, "BND")
    found.update(price="36.5", local_price="36.5", quantity=str(2 * int(found["quantity"])))


def _trade_what_is_alone(document: Document) -> None:
    copy_trade(document, "VTI", symbol="AAPL", conid="cAAPL", price="250", action="SELL")


def _count_what_is_alone(document: Document) -> None:
    document["held"].clear()
    add(document, "investable_value", "2625.00")


def _hold_what_is_named(document: Document) -> None:
    document["held"].append({**document["held"][0], "symbol": "VTI"})


def _name(document: Document, name: str) -> None:
    document["profile"] = name


def _move_all_to_target(document: Document) -> None:
    """What a band over classes does: everything goes back, also what is inside."""
    plain = plan_of(CASES["to the centre"].held, "10000", CASES["to the centre"].wanted)
    document["trades"] = plain["trades"]


MUTANTS = [
    ("shares of the target", "symbols", lambda d: add(sleeve(d, "VTI"), "target_pct", "0.0001")),
    ("shares of the target", "symbols", lambda d: add(sleeve(d, "BND"), "current_value", "0.01")),
    ("shares of the target", "symbols", lambda d: add(sleeve(d, "BND"), "current_pct", "0.0001")),
    ("shares of the target", "symbols", lambda d: add(sleeve(d, "CASH"), "after_value", "-0.01")),
    ("shares of the target", "symbols", lambda d: add(sleeve(d, "VXUS"), "after_pct", "0.0001")),
    ("shares of the target", "classes", lambda d: add(sleeve(d, "STK"), "drift_pct", "-0.0001")),
    ("shares of the target", "mixed fund", lambda d: sleeve(d, "AOR").update(asset_class="STK")),
    ("shares of the target", "no price", lambda d: sleeve(d, "BND").update(asset_class="STK")),
    ("shares of the target", "symbols", lambda d: without(d, "sleeves", 1)),
    ("shares of the target", "symbols", lambda d: d["sleeves"].append(d["sleeves"][0])),
    ("shares of the target", "symbols", lambda d: d["sleeves"].reverse()),
    ("shares of the target", "symbols", lambda d: d.pop("sleeves")),
    ("shares of the target", "symbols", lambda d: _name(d, "balanced")),
    ("left alone", "symbols", lambda d: d["held"][0].update(reason="option")),
    ("left alone", "symbols", _hold_what_is_named),
    ("left alone", "symbols", _count_what_is_alone),
    ("held untouched", "symbols", _count_what_is_alone),
    ("held untouched", "symbols", _trade_what_is_alone),
    ("nothing lost", "symbols", lambda d: without(d, "held")),
    ("others sold", "others sold", lambda d: drop(d, "AAPL")),
    ("others sold", "others sold", lambda d: resize(d, "AAPL", "-0.5")),
    ("others sold", "others sold", lambda d: resize(d, "AOR", "-1")),
    ("others sold", "others sold", lambda d: d["warnings"].clear()),
    ("prices known", "no price", lambda d: d["warnings"].clear()),
    ("prices known", "no price", lambda d: d["unfilled"][0].update(asset_class="CASH")),
    ("unfilled classes", "no price", lambda d: d["unfilled"].clear()),
    ("unfilled classes", "no price", lambda d: add(d["unfilled"][0], "value", "0.01")),
    ("unfilled classes", "not held", lambda d: _say_unfilled(d)),
    ("weights sum to 100", "symbols", lambda d: d["target_allocation"].update(AAPL=0.0)),
    ("weights sum to 100", "not held", lambda d: d["target_allocation"].pop("BND")),
    ("weights of classes", "symbols", lambda d: move_weight(d, "VTI", "VXUS", 0.0001)),
    ("weights of classes", "symbols", lambda d: move_weight(d, "BND", "USD.CASH", 0.0001)),
    ("weights of classes", "no price", lambda d: move_weight(d, "VTI", "USD.CASH", 0.0001)),
    ("weights of classes", "half way", lambda d: move_weight(d, "VTI", "VXUS", 0.0001)),
    ("weights of classes", "half of a class", lambda d: move_weight(d, "VTI", "USD.CASH", 0.0001)),
    ("weights in proportion", "mixed up", lambda d: move_weight(d, "VTI", "VXUS", 0.0001)),
    ("weights in proportion", "mixed up", lambda d: move_weight(d, "AAPL", "VTI", 0.0001)),
    ("own targets", "symbols", lambda d: resize(d, "VTI", "22")),
    ("own targets", "not held", lambda d: trade(d, "BND").update(action="SELL")),
    ("closer to target", "symbols", lambda d: resize(d, "VTI", "21")),
    ("closer to target", "not held", lambda d: resize(d, "BND", "157")),
    ("nothing left undone", "symbols", _leave),
    ("nothing left undone", "not held", lambda d: drop(d, "BND")),
    ("nothing left undone", "mixed fund", lambda d: drop(d, "AOR")),
    ("nothing left undone", "half way", _leave),
    ("nothing left undone", "to the edge", lambda d: drop(d, "VTI")),
    ("cash floor", "symbols", lambda d: resize(d, "BND", "1")),
    ("cash floor", "half way", lambda d: resize(d, "VXUS", "20")),
    ("classes", "symbols", lambda d: add(d["classes"][1], "target_pct", "1")),
    ("classes", "mixed fund", lambda d: add(d["classes"][0], "after_value", "1")),
    ("classes", "not held", lambda d: add(d["classes"][1], "after_value", "0.01")),
    ("nothing oversold", "not held", lambda d: trade(d, "BND").update(symbol="VWO")),
    ("nothing oversold", "not held", lambda d: trade(d, "BND").update(conid="1")),
    ("amounts", "not held", _reprice),
    ("amounts", "not held", lambda d: trade(d, "BND").update(local_price="72.5")),
    ("whole units", "not held", lambda d: resize(d, "BND", "-0.5")),
    ("whole units", "not held", lambda d: trade(d, "BND").update(lot_size="10")),
    ("commissions", "not held", lambda d: add(trade(d, "BND"), "commission", "0.01")),
    ("band", "half way", lambda d: resize(d, "VTI", "9")),
    ("band", "half way", _move_all_to_target),
    ("band", "to the edge", _move_all_to_target),
    ("band", "wide", _move_all_to_target),
    ("band", "wide", lambda d: d["band"].update(inside=False)),
    ("band", "half way", lambda d: d["band"].update(inside=True)),
    ("band", "wide", lambda d: d["band"]["classes"][0].update(band_pct="5")),
    ("band", "wide", lambda d: d["band"]["classes"][3].update(band_pct="2.5")),
    ("band", "half way", lambda d: d["band"]["classes"][1].update(distance_pct="3.3")),
    ("band", "half way", lambda d: d["band"]["classes"].pop()),
    ("band", "new money", lambda d: trade(d, "BND").update(action="SELL")),
    ("band", "new money", lambda d: resize(d, "BND", "3")),
    ("band", "half of a class", lambda d: d["band"].update(inside=True)),
    ("band", "all classes back", lambda d: d["band"].update(inside=True)),
    ("nothing left undone", "all classes back", lambda d: drop(d, "VTI")),
    ("weights of classes", "all classes back", lambda d: move_weight(d, "VTI", "USD.CASH", 0.0001)),
    ("weights of classes", "with a dot", lambda d: move_weight(d, "BRK B", "USD.CASH", 0.0001)),
    ("weights of classes", "cash fund", lambda d: move_weight(d, "SGOV", "USD.CASH", 0.0001)),
    ("nothing left undone", "cash fund", lambda d: drop(d, "SGOV")),
    ("shares of the target", "with a dot", lambda d: sleeve(d, "BRK B").update(name="BRK/B")),
]


def _say_unfilled(document: Document) -> None:
    document["unfilled"].append({"asset_class": "BOND", "symbol": "BND", "value": "28520.00"})


@pytest.mark.parametrize("place", range(len(MUTANTS)))
def test_a_mutant_is_killed_by_its_check(place: int) -> None:
    name, case, mutate = MUTANTS[place]
    document, evidence = made(case)
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert name in failed(mutant, evidence), case


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS] + ["policy"] * len(POLICY_MUTANTS)
    for check in CHECKS:
        assert names.count(check.name) >= 2, check.name


POLICY = """\
# Ours, since 2026.
[target]
VTI = 45
VXUS: 20 %
BND = 30     ; bonds of all kinds
cash = 5

[target.Retirement]
STK = 40
BOND = 55

[bands]
default = 5/25
VTI = 3
to = edge

[never trade]
AAPL

[classes]
GLD = none

[limits]
min trade = 1,500

[prices]
VWO = 45.10 USD ARCA
"""
FROM_FILE = {
    "target": FOUR_TEXT,
    "band": "5/25,VTI=3",
    "price": "BND=70,VWO=45.10 USD ARCA",
    "to": "edge",
    "lock": "INTC,AAPL",
    "count-as": "GLD=none",
    "min-trade": "1.5k",
}


def by_policy(folder: Path, text: str, name: str = "custom") -> tuple[Document, Evidence]:
    """A plan that says it follows the policy, and the evidence of that; only --price is typed."""
    path = folder / "policy.ini"
    path.write_text(text, encoding="utf-8")
    document, evidence = made("symbols")
    document["profile"] = name
    bands = {name: ("0", "5") for name, _ in FOUR}
    document["band"] = {"inside": False, "classes": bands}
    asked = {**FROM_FILE, "policy": str(path)}
    if name != "custom":
        asked.update(target="STK 40, BOND 55", band="5/25")
    untyped = {name: asked[name] for name in FROM_FILE}
    untyped["price"] = "VWO=45.10 USD ARCA"
    return document, evidence._replace(asked=asked, untyped=untyped)


def policy_problems(document: Document, evidence: Evidence) -> str:
    """What the check of the policy alone finds."""
    check = next(one for one in CHECKS if one.name == "policy")
    case = make_case(document, evidence)
    return "; ".join(check.problems(case)) if check.applies(case) else "not applied"


@pytest.mark.parametrize("name", ["custom", "retirement"])
def test_a_plan_that_follows_its_policy_passes(tmp_path: Path, name: str) -> None:
    assert policy_problems(*by_policy(tmp_path, POLICY, name)) == ""
    assert (
        policy_problems(*by_policy(tmp_path, "\ufeff" + POLICY.replace("\n", "\r\n"), name)) == ""
    )


POLICY_MUTANTS = [
    ("custom", "VTI = 45", "VTI = 46"),
    ("custom", "VTI = 45\n", ""),
    ("custom", "VTI = 45\nVXUS: 20 %", "VXUS: 20 %\nVTI = 45"),
    ("custom", "cash = 5", ""),
    ("custom", "[target]", "[targets]"),
    ("custom", "default = 5/25", "default = 5/20"),
    ("custom", "VTI = 3", "VTI = 4"),
    ("custom", "45.10 USD ARCA", "45.11 USD ARCA"),
    ("custom", "45.10 USD ARCA", "45.10 EUR ARCA"),
    ("custom", "VWO =", "VEA ="),
    ("custom", "to = edge", "to = half"),
    ("custom", "AAPL", "MSFT"),
    ("custom", "GLD = none", "GLD = STK"),
    ("custom", "GLD = none", "IAU = none"),
    ("custom", "min trade = 1,500", "min trade = 1,600"),
    ("custom", "min trade = 1,500", "reserve = 1,500"),
    ("retirement", "BOND = 55", "BOND = 50"),
    ("retirement", "[target.Retirement]", "[target.Old age]"),
]


@pytest.mark.parametrize("name, old, new", POLICY_MUTANTS)
def test_a_policy_that_says_something_else_fails(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    assert POLICY.count(old) == 1
    found = policy_problems(*by_policy(tmp_path, POLICY.replace(old, new), name))
    assert found not in ("", "not applied")


def test_a_policy_that_is_gone_or_no_text_fails(tmp_path: Path) -> None:
    document, evidence = by_policy(tmp_path, POLICY)
    path = Path(evidence.asked["policy"])
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert "cannot be read" in policy_problems(document, evidence)
    path.unlink()
    assert "cannot be read" in policy_problems(document, evidence)


def test_a_typed_target_overrules_the_policy(tmp_path: Path) -> None:
    document, evidence = by_policy(tmp_path, POLICY.replace("VTI = 45", "VTI = 46"))
    assert policy_problems(document, evidence._replace(untyped={})) == ""
    assert policy_problems(document, evidence._replace(untyped=None)) == ""


@st.composite
def drawn(draw: st.DrawFn) -> Case:
    """A few stocks, funds, bonds and cash, and a target of some of them, or of their classes."""
    held = []
    for place in range(draw(st.integers(1, 5))):
        quantity = draw(st.integers(3000, 9000))
        held.append(Held(f"S{place}", str(quantity), str(draw(st.integers(20, 90)))))
    for place in range(draw(st.integers(0, 2))):
        face = 1000 * draw(st.integers(20, 60))
        price = str(Decimal(draw(st.integers(80, 110))) / 100)
        held.append(Held(f"B{place} 11/15/30", str(face), price, "BOND", category="BOND"))
    if draw(st.booleans()):
        held.append(AOR)
    new = Held("NEW", "0", str(draw(st.integers(20, 90))))
    symbols = draw(st.lists(st.sampled_from([one.symbol for one in [*held, new]]), unique=True))
    classes = draw(st.lists(st.sampled_from(("STK", "BOND")), unique=True))
    if "BOND" in classes and not any(one.category == "BOND" for one in held):
        classes.remove("BOND")  # it would be a class without holdings
    if "STK" in classes and all(one.symbol in symbols for one in held if one.asset_class == "STK"):
        classes.remove("STK")
    if "BOND" in classes and all(one.symbol in symbols for one in held if one.category == "BOND"):
        classes.remove("BOND")
    if len(classes) == 2 and AOR.symbol not in symbols:
        held = [one for one in held if one != AOR]  # it would be locked, in its parts
    names = [*symbols, *classes] or [held[0].symbol]
    names_cash = draw(st.booleans())
    cuts = sorted(draw(st.integers(0, 100_000)) for _ in names)
    edges = [0, *cuts]
    parts = [Decimal(after - before) / 1000 for before, after in zip(edges, edges[1:])]
    parts = [part if part >= 1 else Decimal(0) for part in parts]
    shares = [(name, str(part)) for name, part in zip(names, parts)]
    shares.append(("CASH", str(100 - sum(parts))))
    told = shares if names_cash or len(names) == 1 else shares[:-1]
    names_cash = told is shares
    options = {
        "target": ", ".join(f"{name} {part}" for name, part in told),
        "price": f"NEW={new.price}",
    }
    cash = str(draw(st.integers(120_000, 300_000)))
    held = [*held, new] if "NEW" in symbols else held
    return Case(held, cash, Wanted(shares, options, names_cash=names_cash))


@given(drawn())
def test_right_plans_of_random_targets_pass_every_check(case: Case) -> None:
    evidence = statement_evidence(rows_of(case.held, case.cash), case.wanted.options)
    assert failed(plan_of(case.held, case.cash, case.wanted), evidence) == {}


def test_a_small_gap_may_count_as_met_or_as_not_bought() -> None:
    """199,980 in all: S1 lacks eight dollars of its half, less than half of what one costs."""
    held, cash = [Held("S0", "1000", "90"), Held("S1", "4999.1", "20")], "9998"
    shares = [("S0", "40"), ("S1", "50"), ("CASH", "10")]
    asked = {"target": "S0 40, S1 50"}
    evidence = statement_evidence(rows_of(held, cash), asked)
    met = plan_of(held, cash, Wanted(shares, asked))
    assert failed(met, evidence) == {}
    # S0 keeps what S1 cannot take.
    kept = Wanted(shares, asked, {"S0": "80000", "S1": "99982"})
    whole = Decimal(met["investable_value"])
    goals = {"S0": str(whole * 2 / 5 + whole / 2 - 99982), "S1": "99982"}
    unbought = plan_of(held, cash, kept._replace(goals=goals))
    assert unbought["target_allocation"] != met["target_allocation"]
    assert failed(unbought, evidence) == {}
    # Anything else is neither.
    move_weight(unbought, "S0", "S1", 0.002)
    assert "weights of classes" in failed(unbought, evidence)


def locked(name: str, **options: str) -> tuple[Document, Evidence]:
    """A plan without trades of a case, with options that keep it from selling."""
    held, cash, wanted = CASES[name]
    now = {one.symbol: str(one.value) for one in held}
    document = plan_of(held, cash, wanted._replace(goals=now))
    return document, statement_evidence(rows_of(held, cash), {**wanted.options, **options})


@pytest.mark.parametrize("options", [{"lock": "VXUS"}, {"no-sell": ""}])
def test_with_locks_bands_still_forbid_what_nothing_needs(options: Dict[str, str]) -> None:
    document, evidence = locked("wide", **options)
    assert "band" not in failed(document, evidence)
    _move_all_to_target(document)
    assert "band" in failed(document, evidence)
    # Where something has to move, what is locked decides where to.
    document, evidence = locked("half way", **options)
    _move_all_to_target(document)
    assert "band" not in failed(document, evidence)


def test_a_price_in_a_currency_without_a_rate_is_none() -> None:
    document, evidence = made("no price")
    asked = {**evidence.asked, "price": "BND=73 EUR"}
    assert "prices known" in failed(document, evidence._replace(asked=asked))
    # The class is known by the price: told so, the plan has the currency alone wrong.
    sleeves = [
        {**row, "asset_class": ""} if row["name"] == "BND" else row for row in document["sleeves"]
    ]
    unfilled = [{**row, "asset_class": ""} for row in document["unfilled"]]
    other = {**document, "sleeves": sleeves, "unfilled": unfilled}
    results = check_plan(other, evidence._replace(asked=asked))[0]
    (detail,) = [row["detail"] for row in results if row["name"] == "prices known"]
    assert detail == "BND has a price, in a currency without a rate into USD"


@pytest.mark.parametrize("name", CASES)
def test_no_figure_of_a_plan_can_be_wrong_unnoticed(name: str) -> None:
    document, evidence = made(name)
    survivors, tried = [], 0
    for path in figures(document):
        if path[0] == "locked" or path[-1] in ("symbol", "conid", "name", "commission_saved"):
            continue
        wrong = copy.deepcopy(document)
        holder = wrong
        for step in path[:-1]:
            holder = holder[step]
        kind = type(holder[path[-1]])
        # Parts of a mixed fund are rounded one by one: two cents could be that.
        more = Decimal("0.03") + Decimal(str(holder[path[-1]]))
        holder[path[-1]] = int(more) + 1 if kind is int else kind(more)
        tried += 1
        if not failed(wrong, evidence):
            survivors.append(path)
    assert tried > 40 and survivors == []


def _goals_in_bands(
    values: Dict[str, Fraction], percents: Dict[str, Fraction], width: Fraction, kept: Fraction
) -> Dict[str, Fraction]:
    """What is outside goes back, `kept` of the width from its centre; the cash is helped."""
    whole = sum(values.values())
    off = {name: values[name] - whole * percents[name] / 100 for name in values}
    room = {name: whole * min(width, percents[name] / 4) / 100 for name in values}
    for name in off:
        if name != "CASH" and abs(off[name]) > room[name]:
            off[name] = room[name] * kept * (1 if off[name] > 0 else -1)
    cash = -sum(gap for name, gap in off.items() if name != "CASH")
    if abs(cash) > room["CASH"]:
        wanted = room["CASH"] * kept * (1 if cash > 0 else -1)
        there = [name for name in off if name != "CASH" and off[name] * cash < 0]
        most = abs(sum(off[name] for name in there))
        for name in there:
            off[name] *= 1 - abs(cash - wanted) / most
    return {name: whole * percents[name] / 100 + off[name] for name in off if name != "CASH"}


@st.composite
def drifted(draw: st.DrawFn) -> Case:
    """Shares near and far from their targets, and a band for all of them."""
    names = ["S0", "S1", "S2", "S3"][: draw(st.integers(1, 4))]
    parts = [draw(st.integers(1, 20)) for _ in range(len(names) + 1)]
    percents = {name: Fraction(part * 100, sum(parts)) for name, part in zip(names, parts)}
    percents = {name: Fraction(round(part * 100), 100) for name, part in percents.items()}
    percents["CASH"] = 100 - sum(percents.values())
    drift = [draw(st.sampled_from((-40, -20, -9, 0, 0, 9, 20, 40))) for _ in percents]
    values = {
        name: int(percents[name] * 10_000 * (100 + more) / 100)
        for name, more in zip(percents, drift)
    }
    held = [Held(name, str(values[name] // 20), "20") for name in names]
    cash = str(values["CASH"])
    width, to = draw(st.sampled_from(((5, "edge"), (5, "half"), (3, "target"), (2, "half"))))
    now = {one.symbol: one.value for one in held}
    now["CASH"] = Fraction(cash)
    kept = {"edge": Fraction(1), "half": Fraction(1, 2), "target": Fraction(0)}[to]
    goals = _goals_in_bands(now, percents, Fraction(width), kept)
    whole = sum(now.values())
    bands: Dict[str, Tuple[str, str]] = {}
    for name, percent in percents.items():
        off = abs(now[name] * 100 / whole - percent)
        bands[name] = (_exactly(off), _exactly(min(Fraction(width), percent / 4)))
    text = ", ".join(f"{name} {float(percents[name]):.2f}" for name in names)
    options = {"target": text, "band": f"{width}/25", "to": to}
    shares: List[Tuple[str, str]] = [(name, _exactly(part)) for name, part in percents.items()]
    wanted = Wanted(shares, options, {name: str(goal) for name, goal in goals.items()}, bands=bands)
    return Case(held, cash, wanted)


def _exactly(number: Fraction) -> str:
    return str(Decimal(number.numerator) / Decimal(number.denominator))


@given(drifted())
def test_right_plans_in_random_bands_pass_every_check(case: Case) -> None:
    evidence = statement_evidence(rows_of(case.held, case.cash), case.wanted.options)
    assert failed(plan_of(case.held, case.cash, case.wanted), evidence) == {}
