"""The schemas: they describe our data files and every plan, and they refuse what is broken."""

from __future__ import annotations

import copy
import json
import os
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tax_statements import run_door, write_statement
from terminal import FLEX, ROOT, SAMPLE, STATEMENTS, run
from test_review import ask
from test_tax_report import year, zero
from test_wash_sale_check import everything

from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.numbers import plain_decimal
from ib_portfolio.request.fetch_settings import NAMES as FETCHING
from ib_portfolio.sources.flex_account import AccountDay, account_days
from ib_portfolio.sources.flex_rows import execution_rows, statement_rows
from ib_portfolio.sources.flex_xml import read_flex

SCHEMAS = os.path.join(ROOT, "schemas")
LIBRARY = Path(ROOT, "scripts", "ib_portfolio")
DATA_FILES = {path.stem: str(path) for path in LIBRARY.rglob("*.json")}
MODES = [[], ["--dry-run"]]
GONE = object()
LARGE = "d_500.xml"  # many rows of one shape, which one plan shows
REVIEWED = ("optimize-portfolio", "investment-strategy")
_SITUATIONS = sorted(str(one) for one in Path(ROOT, "tests/fixtures/situations").glob("*.xml"))


def _read(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _schemas() -> Dict[str, Any]:
    return {name[: -len(".schema.json")]: _read(os.path.join(SCHEMAS, name)) for name in _names()}


def _names() -> List[str]:
    return sorted(name for name in os.listdir(SCHEMAS) if name.endswith(".schema.json"))


ALL = _schemas()
REGISTRY = (
    Registry()
    .with_resources((schema["$id"], Resource.from_contents(schema)) for schema in ALL.values())
    .crawl()
)


def _is_refused(name: str, instance: Any) -> bool:
    """Whether there is any problem, without looking for the others."""
    return not Draft202012Validator(ALL[name], registry=REGISTRY).is_valid(instance)


def _problems(name: str, instance: Any) -> List[str]:
    validator = Draft202012Validator(ALL[name], registry=REGISTRY)
    return [
        f"{error.json_path}: {error.message}"[:200] for error in validator.iter_errors(instance)
    ]


def _plan(path: str, profile: str, *options: str) -> Dict[str, Any]:
    source = ["--sample"] if path == SAMPLE else ["--statement", path]
    answer = run(["--profile", profile, *source, *options, "--json"])
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def _broken(instance: Any, path: Tuple[Any, ...], value: Any) -> Any:
    """A copy of `instance` with another value at `path`, or without it for GONE."""
    changed = copy.deepcopy(instance)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", ALL)
def test_the_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(ALL[name])
    assert ALL[name]["$id"] == f"{name}.schema.json"


@pytest.mark.parametrize("name", DATA_FILES)
def test_data_file(name: str) -> None:
    assert _problems(name, _read(DATA_FILES[name])) == []


def test_every_data_file_has_a_schema() -> None:
    assert {"profiles", "fees", "options", "phrases", "messages"} <= set(DATA_FILES) <= set(ALL)


def test_profiles_sum_to_100() -> None:
    profiles = _read(DATA_FILES["profiles"])
    assert profiles["default"] in profiles["profiles"]
    for row in profiles["profiles"].values():
        assert row["STK"] + row["BOND"] + row["CASH"] == 100


def test_phrases_and_options_name_what_there_is() -> None:
    phrases, options = (_read(DATA_FILES[name]) for name in ("phrases", "options"))
    profiles = _read(DATA_FILES["profiles"])
    assert set(phrases["profiles"]) == set(profiles["profiles"])
    assert {name.partition("=")[0] for name in phrases["options"]} <= set(options)
    for row in options.values():
        assert set(row.get("excludes", [])) <= set(options)


def test_every_setting_of_the_plugin_stands_for_one_row_of_the_options() -> None:
    options = _read(DATA_FILES["options"])
    settings = [row["setting"] for row in options.values() if "setting" in row]
    plugin = _read(str(LIBRARY.parents[1] / ".claude-plugin" / "plugin.json"))
    # Those of fetching are no options, so that no secret is among what a plan repeats.
    assert sorted([*settings, *FETCHING]) == sorted(plugin["userConfig"])
    for name, row in options.items():
        typed_too = name in ("statement", "private", "source", "policy")
        assert (row["scope"] == "settings") == (name == row.get("setting") and not typed_too), name


def _plans() -> Iterator[Tuple[str, str, List[str]]]:
    plannable = [name for name in sorted(os.listdir(STATEMENTS)) if not name.startswith("x_")]
    assert len(plannable) >= 5
    for path in [SAMPLE, *(os.path.join(STATEMENTS, name) for name in plannable)]:
        for profile in _read(DATA_FILES["profiles"])["profiles"]:
            for mode in MODES:
                if (profile, mode) == ("growth", []) or not path.endswith(LARGE):
                    yield path, profile, mode


@pytest.mark.parametrize(
    ("path", "profile", "mode"),
    [
        pytest.param(*case, id="-".join([os.path.basename(case[0]), *case[1:2], *case[2]]))
        for case in _plans()
    ],
)
def test_plan(path: str, profile: str, mode: List[str]) -> None:
    plan = _plan(path, profile, *mode)
    assert _problems("plan", plan) == []
    assert plan["dry_run"] == ("--dry-run" in mode)


def _json(value: Any) -> Any:
    """Typed rows as JSON: numbers as decimal strings, rows by the names of their fields."""
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if hasattr(value, "_asdict"):
        return {name: _json(part) for name, part in value._asdict().items()}
    return [_json(part) for part in value] if isinstance(value, (list, tuple)) else value


def _typed(day: AccountDay) -> Dict[str, Any]:
    executions = execution_rows(day, "Trade") + execution_rows(day, "Order")
    return {
        **_json(statement_rows(day)),
        "executions": [_json(execution) for _, execution in executions],
    }


def test_statements_as_the_reader_types_them() -> None:
    folders = (STATEMENTS, FLEX)
    paths = [os.path.join(folder, name) for folder in folders for name in os.listdir(folder)]
    seen = dict.fromkeys(ALL["statement"]["properties"], 0)
    for path in [SAMPLE, *paths]:
        try:
            rows = [_typed(day) for day in account_days(read_flex(path))]
        except Refusal:
            continue  # refused by name: statements.md tells which and how
        for typed in rows:
            assert _problems("statement", typed) == [], path
            for name in seen:
                seen[name] += bool(typed[name])
    assert min(seen.values()) >= 3, seen


# What can be asked for beyond the profile, and the key that it adds to the document.
BEYOND = {
    "--explain": "explained",
    "--band 5": "band",
    "--band 5/25 --to edge": "band",
    "--contribute 10000": "options",
    "--withdraw 5000": "options",
    "--no-sell": "options",
    "--lock INTC": "options",
    "--lock STK:*": "options",
    "--min-trade 2500": "options",
    "--max-turnover 5": "left",
}


@pytest.mark.parametrize("asked", BEYOND)
@pytest.mark.parametrize("profile", ["balanced", "growth"])
def test_plan_beyond_the_profile(asked: str, profile: str) -> None:
    plan = _plan(SAMPLE, profile, *asked.split())
    assert _problems("plan", plan) == []
    assert BEYOND[asked] in plan
    assert bool(plan["locked"]) == asked.startswith("--lock")


SELL, BUY = ("trades", 0), ("trades", -1)
BROKEN_PLANS = [
    *(((key,), GONE) for key in ALL["plan"]["required"]),
    (("surprise",), 1),
    (("profile",), ""),
    (("dry_run",), "false"),
    (("source",), "csv"),
    (("as_of",), "20261120"),
    (("as_of",), "2026-13-01"),
    (("account",), "U0000001"),
    (("account",), "U***0001```"),
    (("base_currency",), "usd"),
    (("net_asset_value",), 250615.62),
    (("net_asset_value",), "250,615.62"),
    (("net_asset_value",), "250615.6"),
    (("net_asset_value",), "-0.00"),
    (("net_asset_value",), "1E5"),
    (("net_asset_value",), "NaN"),
    (("investable_value",), "0.00"),
    (("investable_value",), "-1.00"),
    (("classes",), []),
    (("classes", 0, "asset_class"), "BOND"),
    (("classes", 0, "current_pct"), "58.10"),
    (("classes", 0, "current_pct"), "58.12345"),
    (("classes", 0, "drift_pct"), "+8.2"),
    (("classes", 0, "after_pct"), GONE),
    (("classes", 0, "more"), "1"),
    (("target_allocation", "VTI"), "22.4"),
    (("target_allocation", "VTI"), -1),
    (("target_allocation", "VTI"), 101),
    (("target_allocation", ""), 1),
    ((*SELL, "priority"), 0),
    ((*SELL, "priority"), "1"),
    ((*SELL, "action"), "HOLD"),
    ((*SELL, "action"), "BUY"),
    ((*SELL, "symbol"), ""),
    ((*SELL, "symbol"), "A\x1b[2J"),
    ((*SELL, "symbol"), "A\u202eB"),
    ((*SELL, "symbol"), "```"),
    ((*SELL, "asset_class"), "OPT"),
    ((*BUY, "asset_class"), "CASH"),
    ((*SELL, "quantity"), "0"),
    ((*SELL, "quantity"), "-5"),
    ((*SELL, "quantity"), 5),
    ((*SELL, "quantity"), "5.0"),
    ((*SELL, "unit"), "contracts"),
    ((*SELL, "price"), "0"),
    ((*SELL, "local_price"), "1e3"),
    ((*SELL, "price"), "1.1234567890"),
    ((*SELL, "amount"), "0.00"),
    ((*SELL, "amount"), "-6200.00"),
    ((*SELL, "commission"), "1"),
    ((*SELL, "weight_change_pct"), "2.4"),
    ((*SELL, "estimated_realized_gain"), 12),
    ((*SELL, "reason"), ""),
    ((*SELL, "order_id"), "1"),
    ((*BUY, "estimated_realized_gain"), "1.00"),
    ((*BUY, "weight_change_pct"), "-2.4"),
    (("summary", "total_trades"), "11"),
    (("summary", "total_sell"), "-1.00"),
    (("summary", "cash_after"), GONE),
    (("tax", "losses"), "-305.55"),
    (("tax", "rate"), "0.2"),
    (("held", 0, "reason"), ""),
    (("held", 0, "value"), None),
    (("counted_as",), GONE),
    (("counted_as",), [{"symbol": "BND", "asset_class": "OTHER", "because": "fund table"}]),
    (("counted_as",), [{"symbol": "BND", "asset_class": "BOND", "because": "a guess"}]),
    (("locked",), [{"symbol": "VTI", "asset_class": "OPT", "value": "1.00", "reason": "x"}]),
    (("currencies", 0, "cash_before"), "1"),
    (("currencies",), []),
    (("exchanges",), [{"action": "BUY", "pair": "EUR.USD", "amount": "1.00"}]),
    (("options",), {"band": 5}),
    (("band",), {"inside": True}),
    (("left",), []),
    (("explained",), [{"symbol": "VTI"}]),
    (("holdings",), [{"symbol": "VTI", "before": "1.00", "after": "1.00", "target": "1.00"}]),
    (("unfilled",), [{"asset_class": "CASH", "value": "1.00"}]),
    (("warnings",), [""]),
    (("warnings",), ["two\nlines"]),
    (("notes",), "one"),
    (("checks",), []),
    (("checks", 0, "passed"), False),
]
BROKEN_DATA = {
    "statement": [
        *(((name,), GONE) for name in ALL["statement"]["required"]),
        *(
            (("positions", 0, name), GONE)
            for name in ALL["statement"]["$defs"]["position"]["required"]
        ),
        (("positions", 0, "quantity"), "1e3"),
        (("positions", 0, "quantity"), 5),
        (("positions", 0, "quantity"), None),
        (("positions", 0, "quantity"), "-0"),
        (("positions", 0, "value"), "30000.00"),
        (("positions", 0, "value"), "1" * 16),
        (("positions", 0, "rate"), "0"),
        (("positions", 0, "rate"), "-1"),
        (("positions", 0, "day"), "20261120"),
        (("positions", 0, "day"), "20/11/2026"),
        (("positions", 0, "day"), None),
        (("positions", 0, "symbol"), "A`B"),
        (("positions", 0, "symbol"), ""),
        (("positions", 0, "contract", "currency"), ""),
        (("cash", 0, "amount"), "10 000"),
        (("rates", 0, "rate"), "-1"),
        (("rates", 0, "day"), "11/20/2026"),
        (("net_asset_value", "total"), "NaN"),
        (("net_asset_value", "accruals"), None),
        (("executions", 0, "side"), "HOLD"),
        (("executions", 0, "quantity"), "x"),
        (("more",), []),
    ],
    "target": [((), {}), (("USD.CASH",), None), (("A`B",), 1), (("X" * 61,), 1)],
    "profiles": [
        (("default",), GONE),
        (("profiles",), {}),
        (("profiles", "growth", "STK"), "75"),
        (("profiles", "growth", "STK"), 101),
        (("profiles", "growth", "BOND"), GONE),
        (("profiles", "growth", "GOLD"), 5),
        (("profiles", "Growth 2"), {"STK": 1, "BOND": 1, "CASH": 98, "focus": "x"}),
    ],
    "fees": [
        (("as_of",), "2026"),
        (("as_of",), GONE),
        (("plans", "tiered"), GONE),
        (("schedules", 0, "fixed", "per_share"), 0.005),
        (("schedules", 0, "fixed", "minimum"), "1.0"),
        (("schedules", 0, "fixed"), GONE),
        (("schedules", 0, "currency"), "usd"),
        (("schedules", 0, "exchanges"), []),
        (("bonds", "corporate", "tiers", 0, "basis_points"), GONE),
        (("bonds", "corporate", "tiers"), []),
        (("bonds", "corporate", "of"), "both"),
        (("bonds", "treasury", "minimum"), "-5"),
        (("bonds", "treasury", "more"), "5"),
    ],
    "currency_pairs": [
        (("as_of",), "2026"),
        (("hub",), "EUR"),
        (("quoted",), {}),
        (("quoted", "EUR"), "USD,JPY"),
        (("quoted", "EUR"), ""),
        (("quoted", "Euro"), "USD"),
    ],
    "levies": [
        (("US", 0, "from"), "2026"),
        (("US", 0, "sides"), ["HOLD"]),
        (("US", 0, "rate"), 0.1),
        (("US", 0, "source"), GONE),
        (("US",), []),
    ],
    "lot_sizes": [(("TSEJ", "lot"), "0"), (("TSEJ", "source"), GONE), (("TSEJ", "as_of"), "")],
    "margin_rules": [
        (("as_of",), GONE),
        (("short_stock", "source"), ""),
        (("short_stock", "by_currency", "USD", "percent"), 102),
        (("short_stock", "by_currency", "US"), {"percent": "102", "round_price_up_to": None}),
        (("short_stock", "other_currencies", "round_price_up_to"), "0"),
        (("options", "multiplier_where_untold"), "-100"),
        (("options", "more"), "1"),
    ],
    "options": [
        (("profile", "help"), ""),
        (("profile", "scope"), "nowhere"),
        (("profile", "value"), True),
        (("profile", "value"), GONE),
        (
            ("Profile",),
            {
                "value": None,
                "scope": "both",
                "help": "X",
                "group": "plan",
                "example": "--x",
                "changes_targets": False,
            },
        ),
        (("profile", "help"), "Ends in a full stop."),
        (("profile", "example"), GONE),
        (("profile", "group"), GONE),
        (("profile", "changes_targets"), "no"),
        (("bond_symbols", "setting"), GONE),
        (("help", "short"), "h"),
        (("sample", "excludes"), []),
        (("sample", "more"), 1),
    ],
    "setup_options": [
        (("fetch-latest", "year", "help"), GONE),
        (("mcp-status", "sample", "value"), True),
        (("Fetch Latest",), {}),
        ((), {}),
    ],
    "review_options": [
        (("commands", "optimize-portfolio"), []),
        (("commands", "Optimize"), ["profile"]),
        (("options", "horizon", "help"), GONE),
        (("options",), GONE),
        (("more",), {}),
    ],
    "optimize-portfolio": [
        (("account",), "U0000001"),
        (("concentration", "largest", 0, "share_pct"), "17.3 %"),
        (("costs", "cash_over_target"), "-1.00"),
        (("bonds", "rows", 0, "per_year"), 4),
        (("income", "dividends", 0, "amount"), "12"),
        (("losses", 0, "total"), "1.00"),
        (("losses", 0, "bought_in"), ["U0000001"]),
        (("account_options",), "--account all"),
        (("other_accounts",), -1),
        (("actions", 0, "command"), ""),
        (("actions", 0, "cost"), "-1.00"),
        (("checks", 0, "passed"), False),
        (("more",), 1),
    ],
    "investment-strategy": [
        (("horizon",), "forever"),
        (("stages", 0, "stage"), "someday"),
        (("orders", 0, "action"), "HOLD"),
        (("horizons",), []),
        (("plan",), {}),
        (("checks",), []),
        (("more",), 1),
    ],
    "tax_options": [
        (("year", "commands"), []),
        (("year", "commands", 0), "rebalance-portfolio"),
        (("year", "help"), "Ends in a full stop."),
        (("year", "scope"), "settings"),
        (("Year",), {}),
        ((), {}),
    ],
    "tax_words": [
        (("options", "ytd"), []),
        (("neutral", 0), " padded"),
        (("neutral",), GONE),
        (("more",), ["x"]),
    ],
    "wash-sale-check": [
        (("losses", 0, "verdict"), "no"),
        (("losses", 0, "loss"), "-1.00"),
        (("losses", 0, "replacements", 0, "held_since"), "20260101"),
        (("harvest", 0, "term"), "medium"),
        (("accounts", 0), "U1234567"),
        (("checks", 0, "passed"), False),
        (("checks",), []),
        (("more",), 1),
    ],
    "tax-report": [
        (("gains", "lots", 0, "term"), "medium"),
        (("gains", "net"), "71"),
        (("cash_totals", "dividends"), GONE),
        (("withheld", 0, "country"), "Germany"),
        (("payments", 0, "date"), "20260315"),
        (("left_out",), -1),
        (("checks", 0, "passed"), False),
        (("more",), 1),
    ],
    "phrases": [
        (("profiles", "growth"), []),
        (("profiles", "growth", 0), ""),
        (("profiles", "growth", 0), " padded"),
        (("profiles", "growth", 0), 1),
        (("profiles", "growth"), ["bold", "bold"]),
        (("neutral",), GONE),
        (("help",), []),
        (("left_over", "en_acts"), GONE),
        (("left_over", "more"), ["x"]),
        (("more",), []),
    ],
    "fund_names": [
        (("bond",), GONE),
        (("bond", 0), "bond"),
        (("cash",), []),
        (("leverage", 0), "TWO  BLANKS"),
    ],
    "messages": [
        (("no_positions",), ""),
        (("no_positions",), None),
        (("no_positions",), "ends in a blank "),
        (("no_positions",), "\x1b[2J"),
        (("No Positions",), "x"),
    ],
}


def _tax_documents() -> Dict[str, Any]:
    """A document of each command on taxes, of statements in which everything happens."""
    with tempfile.TemporaryDirectory() as folder:
        washed = write_statement(Path(folder), everything())
        wash = run_door("wash", ["--statement", washed, "--json", "--tax-rate", "24"]).document
        whole = year().trade("BUY", "ACME", "20260310", "2")
        whole.rows["OpenPosition"] = zero().rows["OpenPosition"]
        taxes = write_statement(Path(folder), whole)
        return {
            "wash-sale-check": wash,
            "tax-report": run_door("tax", ["--statement", taxes, "--json"]).document,
        }


def _reviews() -> Dict[str, Any]:
    """A document of the review and of the strategy."""
    words = ["--sample", "growth", "--json"]
    return {name: json.loads(ask(name, *words).out) for name in REVIEWED}


@pytest.mark.parametrize("path", [SAMPLE, *_SITUATIONS], ids=os.path.basename)
@pytest.mark.parametrize("name", REVIEWED)
def test_every_review_is_what_its_schema_says(name: str, path: str) -> None:
    several = ["--account", "U1111111"] if "household" in os.path.basename(path) else []
    answer = ask(name, "--statement", path, "growth", "--json", *several)
    assert answer.code == 0, answer.err
    assert _problems(name, json.loads(answer.out)) == []


def _broken_cases() -> Iterator[Tuple[str, Any, Tuple[Any, ...], Any]]:
    plan = _plan(SAMPLE, "balanced")
    (day,) = account_days(read_flex(os.path.join(FLEX, "current_query.xml")))
    made = {"target": plan["target_allocation"], "statement": _typed(day), **_tax_documents()}
    made.update(_reviews())
    yield from (("plan", plan, path, value) for path, value in BROKEN_PLANS)
    for name, cases in BROKEN_DATA.items():
        whole = made[name] if name in made else _read(DATA_FILES[name])
        yield from ((name, whole, path, value) for path, value in cases)


def test_broken_instances_are_refused() -> None:
    seen: Dict[str, Any] = {}
    for name, whole, path, value in _broken_cases():
        if seen.get(name) is not whole:
            assert _problems(name, whole) == []
            seen[name] = whole
        broken = value if path == () else _broken(whole, path, value)
        assert _is_refused(name, broken), f"{name}: {path} may be {value!r}"
    assert set(seen) == {
        name for name in ALL if not name.startswith(("server-", "connector-", "household"))
    }
