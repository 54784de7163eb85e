"""/tax-report through the terminal's door: a year by hand, with every figure worked out."""

from __future__ import annotations

import copy
import math
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Dict, List, Tuple

import pytest
from tax_statements import Account, Answer, run_door, write_statement

from ib_portfolio.checks.tax.tax_checks import check_taxes
from ib_portfolio.core.messages import Usage
from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request.request import LONGEST
from ib_portfolio.request.tax_request import (
    TAX_REPORT,
    WASH_SALE_CHECK,
    parse_tax_text,
    parse_tax_words,
)
from ib_portfolio.tax_accounts import read_accounts
from ib_portfolio.tax_report import carry_out


def report(folder: Path, *accounts: Account, words: Tuple[str, ...] = ()) -> Answer:
    return run_door("tax", ["--statement", write_statement(folder, *accounts), *words])


def document(folder: Path, *accounts: Account, words: Tuple[str, ...] = ()) -> Dict[str, Any]:
    found = report(folder, *accounts, words=("--json", *words)).document
    assert len(found["checks"]) == 9 and all(row["passed"] for row in found["checks"])
    return found


EURO = {"currency": "EUR", "fxRateToBase": "1.1"}


def year() -> Account:
    """A year in which each kind happened.

    Gains: 10 ACME held since 2024 won 120, 5 held for a month lost 30; 8 SAP in euros lost 40 EUR,
    44 USD at 1.1, held for a month; a covered short won 25. Cash: dividends 100 + 60 EUR (66 USD),
    in lieu 7, withheld 15 by the US and 16.5 (15 EUR) by Germany, interest 12.34 less 3, coupons
    40, accrued interest bought 8.50 and sold 2.25, fees 10, and a deposit, which is no income.
    """
    account = Account(last="20261231")
    account.sale(
        "ACME", "20260302", [("10", "20240110", "900", "120"), ("5", "20260202", "600", "-30")]
    )
    account.sale("SAP", "20260603", [("8", "20260504", "1000", "-40")], **EURO)
    account.trade("BUY", "BEAR", "20260703", "3", fifoPnlRealized="25")
    account.rows["Lot"].append(
        {
            **account.rows["Lot"][0],
            "symbol": "BEAR",
            "conid": account.rows["Trade"][-1]["conid"],
            "buySell": "BUY",
            "tradeDate": "20260703",
            "openDateTime": "20260603;100000",
            "quantity": "3",
            "fifoPnlRealized": "25",
        }
    )
    acme = {"symbol": "ACME", "isin": "US0000000001"}
    account.paid("Dividends", "20260315", "100", **acme)
    account.paid("Withholding Tax", "20260315", "-15", description="ACME DIV - US TAX", **acme)
    account.paid("Dividends", "20260512", "60", isin="DE0000000001", **EURO)
    account.paid("Withholding Tax", "20260512", "-15", isin="DE0000000001", **EURO)
    account.paid("Payment In Lieu Of Dividends", "20260615", "7")
    account.paid("Broker Interest Received", "20260703", "12.34")
    account.paid("Broker Interest Paid", "20260803", "-3")
    account.paid("Bond Interest Received", "20260815", "40", description="BOND COUPON PAYMENT")
    account.paid("Bond Interest Paid", "20260901", "-8.5", description="PURCHASE ACCRUED INT T 4")
    account.paid("Bond Interest Received", "20260902", "2.25", description="SALE ACCRUED INT T 4")
    account.paid("Other Fees", "20260903", "-10")
    account.paid("Deposits/Withdrawals", "20260904", "5000")
    return account


def test_gains_by_term_and_currency(tmp_path: Path) -> None:
    gains = document(tmp_path, year())["gains"]
    # Short: -30 and -40 EUR at 1.1. A covered short is not split.
    assert gains["totals"]["short"] == {"gains": "0.00", "losses": "-74.00", "net": "-74.00"}
    assert gains["totals"]["long"] == {"gains": "120.00", "losses": "0.00", "net": "120.00"}
    assert gains["totals"]["not_split"]["net"] == "25.00" and gains["net"] == "71.00"
    euros = next(row for row in gains["by_currency"] if row["currency"] == "EUR")
    assert (euros["short"], euros["base"]) == ("-40.00", "-44.00")


def test_cash_by_kind_and_country(tmp_path: Path) -> None:
    found = document(tmp_path, year())
    assert found["cash_totals"] == {
        "dividends": "166.00",
        "in_lieu": "7.00",
        "withheld": "-31.50",
        "interest_received": "12.34",
        "interest_paid": "-3.00",
        "coupons": "40.00",
        "accrued_sold": "2.25",
        "accrued_bought": "-8.50",
        "fees": "-10.00",
        "other": "0.00",
    }
    assert found["withheld"] == [
        {"country": "DE", "base": "-16.50"},
        {"country": "US", "base": "-15.00"},
    ]
    assert found["left_out"] == 1


def test_the_report_says_it_all_in_75_columns(tmp_path: Path) -> None:
    text = report(tmp_path, year()).out
    assert max(map(len, text.splitlines())) <= 76
    for said in ("Long-term  | $120.00", "Tax withheld", "| DE", "-$74.00", "Tax Report 2026"):
        assert said.strip("| ") in text, said
    assert "No tax is computed and no rate is applied" in " ".join(text.split())
    assert "- None" in text.split("⚠️ WARNINGS")[1]


def test_what_ibkr_calls_otherwise_is_named(tmp_path: Path) -> None:
    account = year().paid("Gifts", "20261001", "1.5")
    found = document(tmp_path, account)
    assert found["cash_totals"]["other"] == "1.50"
    assert "what IBKR calls Gifts" in report(tmp_path, account).out


def test_only_the_year_counts(tmp_path: Path) -> None:
    account = year()
    account.first = "20250101"
    account.sale("OLD", "20250302", [("10", "20240110", "900", "-500")])
    account.paid("Dividends", "20250302", "33")
    assert document(tmp_path, account)["gains"]["net"] == "71.00"
    before = document(tmp_path, account, words=("--year", "2025"))
    assert before["gains"]["net"] == "-500.00" and before["cash_totals"]["dividends"] == "33.00"
    answer = report(tmp_path, account, words=("--year", "2023"))
    assert answer.code == 1 and "does not cover 2023" in answer.err


def test_sums_of_details_are_not_counted_twice(tmp_path: Path) -> None:
    account = year()
    sums = [{**row, "levelOfDetail": "SUMMARY"} for row in account.rows["Cash"]]
    account.rows["Cash"] += sums
    assert document(tmp_path, account)["cash_totals"]["dividends"] == "166.00"


def test_wash_sales_are_counted_and_never_taken_off_the_gains(tmp_path: Path) -> None:
    account = year().trade("BUY", "ACME", "20260310", "2")
    wash = document(tmp_path, account)["wash_sales"]
    # 2 of 5 shares: 12 of the loss of 30.
    assert (wash["sales"], wash["yes"], wash["disallowed"]["short"]) == (2, 1, "12.00")
    assert document(tmp_path, account)["gains"]["totals"]["short"]["net"] == "-74.00"


def summary(symbol: str, gain: str) -> str:
    conid = 1000 + sum(map(ord, symbol))
    return (
        "<FIFOPerformanceSummaryInBase><FIFOPerformanceSummaryUnderlying"
        f' symbol="{symbol}" conid="{conid}" totalRealizedPnl="{gain}" />'
        "</FIFOPerformanceSummaryInBase>"
    )


def test_ibkr_s_own_figures_agree_or_the_difference_is_named(tmp_path: Path) -> None:
    account = year()
    for symbol, gain in (("ACME", "90"), ("SAP", "-44"), ("BEAR", "25")):
        account.more.append(summary(symbol, gain))
    found = document(tmp_path, account)["compared"]
    assert len(found) == 6 and all(row["agrees"] for row in found)
    account.more[1] = summary("SAP", "-45.5")
    found = document(tmp_path, account)["compared"]
    (off,) = [row for row in found if not row["agrees"]]
    assert (off["symbol"], off["difference"]) == ("SAP", "1.50")
    said = " ".join(report(tmp_path, account).out.split())
    assert "IBKR's realised summary of SAP: -$44.00 here, -$45.50 at IBKR, $1.50 apart" in said


def test_lots_that_do_not_make_the_trade_are_named(tmp_path: Path) -> None:
    account = year()
    account.rows["Lot"][0]["fifoPnlRealized"] = "119"
    found = document(tmp_path, account)["compared"]
    assert [row["symbol"] for row in found if not row["agrees"]] == ["ACME"]


def test_without_closed_lots_nothing_is_split(tmp_path: Path) -> None:
    account = year()
    account.rows["Lot"] = []
    found = document(tmp_path, account)
    assert found["gains"]["totals"]["not_split"]["net"] == "71.00"
    assert any("no closed lots" in line for line in found["warnings"])


def test_what_is_missing_is_a_warning(tmp_path: Path) -> None:
    account = year()
    account.sections -= {"CashTransactions"}
    account.rows["Cash"] = []
    account.first = "20260201"
    found = document(tmp_path, account)
    assert any("Cash Transactions" in line for line in found["warnings"])
    assert any("begins on 2026-02-01" in line for line in found["warnings"])


def test_a_rate_that_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    account = year()
    del account.rows["Cash"][2]["fxRateToBase"]
    answer = report(tmp_path, account)
    assert answer.code == 1 and "fxRateToBase" in answer.err and answer.err.count("\n") == 1


def zero(face: str = "10000", cost: str = "6000") -> Account:
    """STRIPS bought on 2025-01-15 for 6,000, due on 2035-01-15 at 10,000: 3,652 days."""
    account = Account(last="20261231")
    more = {"assetCategory": "BOND", "coupon": "0", "maturity": "20350115"}
    return account.hold("S 0 01/15/35", "65", [(face, "20250115", cost)], **more)


def test_the_discount_of_a_zero_coupon_bond_is_estimated_by_day(tmp_path: Path) -> None:
    found = document(tmp_path, zero())
    (row,) = found["discounts"]
    days = [(2026, 1, 1), (2026, 12, 31)]
    assert (row["from"], row["to"]) == ("2026-01-01", "2026-12-31") and days
    growth = math.log(10_000 / 6_000) / 3_652
    # From 2025-01-15 it is 351 days to the first day and 716 to the end of the last: 365 days.
    wanted = 6_000 * (math.exp(growth * 716) - math.exp(growth * 351))
    assert abs(float(row["accrued"]) - wanted) < 0.006
    assert abs(float(row["yield_pct"]) - (math.exp(growth * 365.25) - 1) * 100) < 1e-4
    assert "an estimate" in report(tmp_path, zero()).out.casefold()


@pytest.mark.parametrize(
    "change",
    [
        {"coupon": "4", "symbol": "T 4 01/15/35"},
        {"assetCategory": "BILL"},
        {"maturity": "", "coupon": "", "symbol": "NO TERMS"},
        {"coupon": "", "symbol": "NO COUPON TOLD"},
        {"maturity": "", "symbol": "NO DAY TOLD"},
    ],
)
def test_other_bonds_have_no_discount(tmp_path: Path, change: Dict[str, str]) -> None:
    account = zero()
    for row in account.rows["OpenPosition"]:
        row.update(change)
    assert document(tmp_path, account)["discounts"] == []


@pytest.mark.parametrize(
    ("cost", "bought", "due", "count"),
    [
        ("9999", "20250115", "20350115", 1),
        ("10000", "20250115", "20350115", 0),  # at its face
        ("10001", "20250115", "20350115", 0),
        ("0", "20250115", "20350115", 0),
        ("6000", "20261230", "20350115", 1),
        ("6000", "20261231", "20350115", 1),  # on the last day, which counts
        ("6000", "20200115", "20260102", 1),
        ("6000", "20200115", "20260101", 0),  # due on the first day
    ],
)
def test_a_discount_is_of_a_lot_below_its_face_that_is_held_in_the_year(
    tmp_path: Path, cost: str, bought: str, due: str, count: int
) -> None:
    account = zero(cost=cost)
    for row in account.rows["OpenPosition"]:
        row["maturity"] = due
    account.rows["OpenPosition"][1]["openDateTime"] = bought
    assert len(document(tmp_path, account)["discounts"]) == count


@pytest.mark.parametrize(
    "change",
    [{"symbol": "STRIPS"}, {"coupon": ""}, {"maturity": ""}, {"coupon": "", "maturity": ""}],
)
def test_terms_in_columns_or_in_the_symbol_are_enough(
    tmp_path: Path, change: Dict[str, str]
) -> None:
    account = zero()
    for row in account.rows["OpenPosition"]:
        row.update(change)
    wanted = document(tmp_path, zero())["discounts"][0]["accrued"]
    assert [row["accrued"] for row in document(tmp_path, account)["discounts"]] == [wanted]


def test_the_years_of_a_lot_come_to_its_whole_discount() -> None:
    from portfolios import Holding, portfolio_with

    from ib_portfolio.core.portfolio import Lot
    from ib_portfolio.taxes.discount_accrual import discount_accruals

    (base,) = portfolio_with([Holding("S 0 01/15/28", "BOND", "10000", "0.9")]).positions
    terms = base.instrument._replace(coupon=Decimal(0), maturity="2028-01-15")
    lot = Lot(Decimal(10_000), Decimal(8_900), "2024-12-31")
    held = (base._replace(instrument=terms, lots=(lot,)),)
    years = [
        row.amount
        for year in range(2023, 2030)
        for row in discount_accruals(held, f"{year}-01-01", f"{year}-12-31")
    ]
    assert len(years) == 5 and abs(sum(years) - 1_100) < Decimal("1e-9")
    assert years[0] < years[4] < years[1]  # one day, fourteen, a year


def test_random_zero_coupon_bonds_agree_with_the_closed_formula() -> None:
    from portfolios import Holding, portfolio_with

    from ib_portfolio.core.portfolio import Lot, Position
    from ib_portfolio.taxes.discount_accrual import discount_accruals

    use_exact_decimals()
    random = Random(5)
    for _ in range(300):
        face, price = 1000 * random.randint(1, 90), random.randint(2_000, 9_900)
        cost = Decimal(face) * price / 10_000
        bought = f"20{random.randint(10, 25)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        due = f"20{random.randint(27, 55)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        (base,) = portfolio_with([Holding("S 0 01/15/35", "BOND", str(face), "0.5")]).positions
        instrument = base.instrument._replace(coupon=Decimal(0), maturity=due)
        lot = Lot(Decimal(face), cost, bought, bought)
        position: Position = base._replace(instrument=instrument, lots=(lot,))
        (found,) = discount_accruals((position,), "2026-01-01", "2026-12-31")
        import datetime

        day = datetime.date.fromisoformat
        whole, first, last = ((day(to) - day(bought)).days for to in (due, found.first, found.last))
        ratio = float(face / cost)
        wanted = float(cost) * (ratio ** ((last + 1) / whole) - ratio ** (first / whole))
        assert math.isclose(float(found.amount), wanted, rel_tol=1e-9, abs_tol=1e-6)


def test_a_household_is_added_up(tmp_path: Path) -> None:
    other = Account("U7654321", last="20261231", kind="Roth IRA")
    other.sale("ACME", "20260402", [("1", "20240110", "90", "10")])
    found = document(tmp_path, year(), other, words=("--account", "all"))
    assert found["gains"]["net"] == "81.00" and len(found["accounts"]) == 2
    assert any("retirement account" in line for line in found["warnings"])


def test_saving_writes_a_table_and_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert report(tmp_path, year(), words=("--save",)).code == 0
    table = (tmp_path / "tax-report-2026.csv").read_bytes().decode("utf-8-sig")
    page = (tmp_path / "tax-report-2026.html").read_text("utf-8")
    assert table.count("\r\n") == 1 + 4 + 11  # header, lots, payments
    assert "-31.50" not in table and "166.00" not in page.split("<style>")[0]
    assert "Tax Report 2026" in page and "<script" not in page
    (tmp_path / "tax-report-2026.csv").write_text("mine", "utf-8")
    assert report(tmp_path, year(), words=("--save",)).code == 1
    assert (tmp_path / "tax-report-2026.csv").read_text("utf-8") == "mine"


MUTANTS: List[Tuple[str, Tuple[Any, ...], Any]] = [
    ("closed lots", ("gains", "lots", 0, "term"), "short"),
    ("closed lots", ("gains", "lots"), []),
    ("sums of gains", ("gains", "totals", "long", "net"), "74.00"),
    ("sums of gains", ("gains", "net"), "70.99"),
    ("closed lots", ("gains", "lots", 0, "quantity"), "11"),
    ("gains by currency", ("gains", "by_currency", 0, "base"), "-44.01"),
    ("gains by currency", ("gains", "by_currency", 1, "not_split"), "25.01"),
    ("payments", ("payments", 0, "kind"), "coupons"),
    ("payments", ("payments", 0, "base"), "100.01"),
    ("payments", ("left_out",), 0),
    ("sums of payments", ("cash_totals", "dividends"), "160.00"),
    ("sums of payments", ("withheld", 0, "base"), "-15.00"),
    ("sums of payments", ("cash", 0, "amount"), "100.01"),
    ("costs", ("costs", "commissions"), "-2.00"),
    ("costs", ("costs", "taxes"), "-1.00"),
    ("discounts", ("discounts", 0, "accrued"), "300.00"),
    ("discounts", ("discounts", 0, "yield_pct"), "2.5"),
    ("discounts", ("discounts", 0, "cost"), "6000.01"),
    ("discounts", ("discount_total",), "0.00"),
    ("wash sales", ("wash_sales", "disallowed", "short"), "30.00"),
    ("wash sales", ("wash_sales", "yes"), 2),
    ("wash sales", ("wash_sales", "possible"), 3),
    ("comparisons", ("compared", 0, "agrees"), False),
    ("comparisons", ("compared", 0, "rounding"), "0.05"),
    ("comparisons", ("compared", 0, "difference"), "0.02"),
    ("comparisons", ("compared", -1, "ibkr"), "24.00"),
]


@pytest.mark.parametrize(("name", "path", "value"), MUTANTS)
def test_a_wrong_claim_is_found_by_its_check(tmp_path: Path, name, path, value) -> None:
    use_exact_decimals()
    account = year().trade("BUY", "ACME", "20260310", "2")
    account.rows["OpenPosition"] = zero().rows["OpenPosition"]
    for symbol, gain in (("ACME", "90"), ("SAP", "-44"), ("BEAR", "25")):
        account.more.append(summary(symbol, gain))
    statement = write_statement(tmp_path, account)
    request = parse_tax_words("tax-report", ["--statement", statement])
    raw = read_accounts(request).raw
    broken = copy.deepcopy(carry_out(request, "2026-12-31").document)
    place = broken
    for step in path[:-1]:
        place = place[step]
    assert place[path[-1]] != value
    place[path[-1]] = value
    failed = [row["name"] for row in check_taxes(broken, raw) if not row["passed"]]
    assert name in failed


@pytest.mark.parametrize("command", [TAX_REPORT, WASH_SALE_CHECK])
def test_words_without_an_end_are_refused(command: str) -> None:
    for text in ("x" * (LONGEST + 1), "\ufdfa" * LONGEST):
        with pytest.raises(Usage) as refused:
            parse_tax_text(command, text)
        assert refused.value.key == "arguments_too_long"
        with pytest.raises(Usage) as refused:
            parse_tax_words(command, [text])
        assert refused.value.key == "arguments_too_long"


def test_the_sample_by_hand() -> None:
    """Dividends 1,318 and 141 EUR at 1.085, 41 EUR withheld by Germany, ten months of 21.24.

    40 VXUS of 2024-01-22 at 58.10 were sold at 66 for a commission of 1: 40 x 7.90 - 1 = 315.
    """
    found = run_door("tax", ["--sample", "--json"]).document
    assert found["gains"]["totals"]["long"]["net"] == "315.00" and found["gains"]["net"] == "315.00"
    totals = found["cash_totals"]
    assert (totals["dividends"], totals["withheld"]) == ("1470.99", "-44.49")
    assert totals["interest_received"] == "212.40"
    assert found["withheld"] == [{"country": "DE", "base": "-44.49"}]
    assert len(found["compared"]) == 6 and all(row["agrees"] for row in found["compared"])


@pytest.mark.parametrize("words", [["去年の税金"], ["last year"], ["--last-year"]])
def test_last_year_in_both_languages(words: List[str]) -> None:
    answer = run_door("tax", ["--sample", *words])
    assert answer.code == 1 and "does not cover 2025" in answer.err


def test_a_file_without_symbols_has_a_report(tmp_path: Path) -> None:
    account = year()
    for rows in account.rows.values():
        for row in rows:
            row.pop("symbol", None)
    found = document(tmp_path, account)
    assert found["gains"]["lots"] and any("of ?" in row["what"] for row in found["compared"])


@pytest.mark.parametrize(
    ("category", "term"),
    [
        *((name, "short") for name in "STK OPT FUND WAR BOND BILL CMDTY IOPT CRYPTO".split()),
        *((name, "not_split") for name in "FUT FOP CFD FXCFD FSFOP FSOPT NEWKIND".split()),
    ],
)
def test_what_has_no_term_is_not_split(tmp_path: Path, category: str, term: str) -> None:
    lots = [("5", "20260601", "100", "-50")]
    account = Account().trade("BUY", "AAPL", "20260601", "5", assetCategory=category)
    account.sale("AAPL", "20260620", lots, assetCategory=category)
    answer = run_door("tax", ["--statement", write_statement(tmp_path, account), "--json"])
    assert [row["term"] for row in answer.document["gains"]["lots"]] == [term]
