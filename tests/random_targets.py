"""Plans random portfolios on random targets of their own, and compares every plan with its target.

Nothing may fail, crash, be refused wrongly, touch what the target does not name, or give a named
symbol another weight than its own.

Usage: python tests/random_targets.py [--count 5000] [--seed 1]
Exit codes: 0 every plan is right, 1 otherwise; prints the seeds of the failures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, "scripts"), os.path.join(HERE, "unit")]

from portfolios import DAY, RATES, RIGHT_REFUSALS, statement_xml  # noqa: E402

from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.rebalance import carry_out  # noqa: E402
from ib_portfolio.request.request import parse_words  # noqa: E402

Document = Dict[str, Any]
UNIT = Decimal("0.0001")
CLASSES = ("STK", "BOND", "CASH")
# What else a random target may rightly be refused for: more is withdrawn than there is.
REFUSALS = (*RIGHT_REFUSALS, "withdraw_too_much", "withdraw_no_sell")
SYMBOLS = ("VTI", "AAPL", "BRK B", "7203", "三菱", "VWCE", "X.Y", "T 4 1/4 11/15/34")
# Symbol, ISIN, name, exchange, and the class that the table of funds says.
FUNDS = (
    ("BND", "US9219378356", "VANGUARD TOTAL BOND MARKET", "NASDAQ", "BOND"),
    ("AGG", "US4642872265", "ISHARES CORE U.S. AGGREGATE", "ARCA", "BOND"),
    ("SGOV", "US46436E7186", "ISHARES 0-3 MONTH TREASURY B", "ARCA", "CASH"),
    ("AOR", "US4642898674", "ISHARES CORE 60/40 BALANCED", "ARCA", "MIX"),
)
NOT_HELD = ("VXUS", "VWO", "IEMG")


class Held(NamedTuple):
    symbol: str
    asset_class: str  # STK, BOND, CASH, MIX, "" for an option
    quantity: Decimal
    value: Decimal  # base currency
    unit: Decimal  # base currency, of one share or one of face


class Drawn(NamedTuple):
    """A random run: the rows, what is held, the target as names and percents, and the words."""

    rows: Dict[str, List[Dict[str, str]]]
    held: List[Held]
    cash: Decimal
    target: List[Tuple[str, Decimal]]
    names_cash: bool
    prices: Dict[str, Decimal]  # in base currency
    words: List[str]
    is_plain: bool  # nothing but the target changes what the plan aims at
    sells_others: bool

    @property
    def percents(self) -> Dict[str, Decimal]:
        """By name, with what is left for the cash."""
        found = dict(self.target)
        found.setdefault("CASH", 100 - sum(found.values(), Decimal(0)))
        return found

    def share_of(self, one: Held) -> str:
        """The share of the target that a holding counts in, "" for what is left alone."""
        names = self.percents
        if one.symbol in names and one.asset_class:
            return one.symbol
        only_classes = set(names) <= set(CLASSES)
        if one.asset_class == "CASH":
            return "CASH" if self.names_cash or only_classes else ""
        if one.asset_class == "MIX":
            return "parts" if "STK" in names and "BOND" in names else ""
        return one.asset_class if one.asset_class in names else ""


def draw(seed: int) -> Drawn:
    """The run of `seed`."""
    random = Random(seed)
    base = random.choice(("USD", "USD", "EUR"))
    rates = {name: round(Decimal(rate) / Decimal(RATES[base]), 8) for name, rate in RATES.items()}
    rates[base] = Decimal(1)
    symbols = random.sample(SYMBOLS, random.randint(1, 6))
    funds = random.sample(FUNDS, random.choice((0, 0, 1, 1, 2, 3)))
    made = [_row(random, symbol, base, rates) for symbol in symbols]
    made += [_fund(random, fund, rates) for fund in funds]
    if random.random() < 0.1:
        made.append(_option(rates))
    rows, held = [row for row, _ in made], [one for _, one in made]
    worth = sum((one.value for one in held), Decimal(0))
    cash = round(worth * random.choice((0, 1, 5, 20, 60)) / 100, 2)
    prices, told = _prices(random, base, rates)
    target, names_cash = _target(random, held, prices)
    named = [name for name, _ in target if name in prices]
    stated = ["--price", ", ".join(told[name] for name in named)] if named else []
    options = _options(random, held, worth, [name for name, _ in target])
    text = _text_of(random, target)
    return Drawn(
        rows=_statement(rows, base, rates, cash),
        held=held,
        cash=cash,
        target=target,
        names_cash=names_cash,
        prices={name: prices[name] for name in named},
        words=["--target", text, *stated, *options],
        is_plain=set(options) <= {"--sell-others"},
        sells_others="--sell-others" in options,
    )


def _row(
    random: Random, symbol: str, base: str, rates: Dict[str, Decimal]
) -> Tuple[Dict[str, str], Held]:
    face = random.random() < 0.3
    currency = random.choice((base, base, "USD", "EUR", "JPY")) if not face else base
    quantity = Decimal(1000 * random.randint(1, 60) if face else random.randint(1, 900))
    if not face and random.random() < 0.2:
        quantity += Decimal(random.randint(1, 9999)) / 10_000
    price = Decimal(random.randint(6_000, 12_000) if face else random.randint(100, 60_000)) / 100
    if currency == "JPY":
        price = round(price * 100)
    value = quantity * price / (100 if face else 1)
    row = _raw(symbol, "BOND" if face else "STK", quantity, price, value, currency)
    row["fxRateToBase"] = str(rates[currency])
    if not face and random.random() < 0.3:
        row["subCategory"] = "COMMON"
    worth = value * rates[currency]
    return row, _held(symbol, "BOND" if face else "STK", quantity, worth)


def _fund(
    random: Random, fund: Tuple[str, ...], rates: Dict[str, Decimal]
) -> Tuple[Dict[str, str], Held]:
    symbol, isin, description, exchange, asset_class = fund
    quantity, price = Decimal(random.randint(1, 900)), Decimal(random.randint(20, 200))
    row = _raw(symbol, "STK", quantity, price, quantity * price, "USD")
    row.update(isin=isin, description=description, listingExchange=exchange, subCategory="ETF")
    row["fxRateToBase"] = str(rates["USD"])
    return row, _held(symbol, asset_class, quantity, quantity * price * rates["USD"])


def _option(rates: Dict[str, Decimal]) -> Tuple[Dict[str, str], Held]:
    row = _raw("SPY C", "OPT", Decimal(1), Decimal(3), Decimal(300), "USD")
    row.update(multiplier="100", fxRateToBase=str(rates["USD"]))
    return row, _held("SPY C", "", Decimal(1), 300 * rates["USD"])


def _held(symbol: str, asset_class: str, quantity: Decimal, value: Decimal) -> Held:
    rounded = value.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return Held(symbol, asset_class, quantity, rounded, value / quantity)


def _raw(
    symbol: str, category: str, quantity: Decimal, price: Decimal, value: Decimal, currency: str
) -> Dict[str, str]:
    return {
        "symbol": symbol,
        "assetCategory": category,
        "currency": currency,
        "position": format(quantity, "f"),
        "markPrice": format(price, "f"),
        "positionValue": format(value, "f"),
        "conid": f"9{abs(hash_of(symbol))}",
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
    }


def hash_of(symbol: str) -> int:
    """A number of its own for each symbol, the same in every run."""
    return int.from_bytes(symbol.encode(), "big") % 10**6


def _statement(
    rows: List[Dict[str, str]], base: str, rates: Dict[str, Decimal], cash: Decimal
) -> Dict[str, List[Dict[str, str]]]:
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": base}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": name, "toCurrency": base, "rate": str(rate)}
            for name, rate in rates.items()
            if name != base
        ],
        "OpenPosition": rows,
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": str(cash)},
            {"currency": base, "endingCash": str(cash)},
        ],
    }


def _prices(
    random: Random, base: str, rates: Dict[str, Decimal]
) -> Tuple[Dict[str, Decimal], Dict[str, str]]:
    """Prices of some of what is not held, in base currency, and the words that state each."""
    found: Dict[str, Decimal] = {}
    told: Dict[str, str] = {}
    for symbol in NOT_HELD:
        if random.random() < 0.3:
            price = Decimal(random.randint(100, 30_000)) / 100
            currency = random.choice(("", base, "USD", "EUR"))
            exchange = random.choice(("", "ARCA")) if currency == "USD" else ""
            found[symbol] = price * rates[currency or base]
            told[symbol] = f"{symbol}={' '.join(filter(None, (str(price), currency, exchange)))}"
    return found, told


def _target(
    random: Random, held: Sequence[Held], prices: Dict[str, Decimal]
) -> Tuple[List[Tuple[str, Decimal]], bool]:
    """Names with percents that sum to at most 100, and whether the cash is among them."""
    if random.random() < 0.25:
        names, names_cash = ["STK", "BOND"], random.random() < 0.7
    else:
        own = [one.symbol for one in held if one.asset_class]
        symbols = random.sample(own, random.randint(0, len(own)))
        symbols += [name for name in prices if random.random() < 0.8]
        symbols += [name for name in NOT_HELD if name not in prices and random.random() < 0.1]
        classes = [name for name in ("STK", "BOND") if random.random() < 0.3]
        names = symbols + classes or ["STK"]
        random.shuffle(names)
        names_cash = random.random() < 0.5
    if names_cash:
        names.append("CASH")
    places = random.choice((0, 0, 1, 2, 4))
    whole = 100 * 10**places
    least = 0 if random.random() < 0.2 else whole // 200
    cuts = sorted(random.randint(0, whole) for _ in names[1:])
    edges = [0, *cuts, whole]
    parts = [max(after - before, least) for before, after in zip(edges, edges[1:])]
    parts[parts.index(max(parts))] -= sum(parts) - whole
    if not names_cash and random.random() < 0.5:
        parts = [part * 9 // 10 for part in parts]
    return [(name, Decimal(part).scaleb(-places)) for name, part in zip(names, parts)], names_cash


def _text_of(random: Random, target: Sequence[Tuple[str, Decimal]]) -> str:
    names = [name for name, _ in target]
    if names in (["STK", "BOND"], ["STK", "BOND", "CASH"]) and random.random() < 0.5:
        return "/".join(format(percent, "f") for _, percent in target)
    return ", ".join(f"{name} {percent:f}" for name, percent in target)


def _options(random: Random, held: Sequence[Held], worth: Decimal, names: List[str]) -> List[str]:
    options: List[str] = []
    if random.random() < 0.2:
        options.append("--sell-others")
    if random.random() < 0.3:
        own = [f"{name}={random.randint(1, 9)}" for name in names if random.random() < 0.3]
        options += ["--band", ",".join([random.choice(("5/25", "3", "8/20")), *own])]
        options += ["--to", random.choice(("target", "edge", "half"))]
    if random.random() < 0.1:
        options += ["--contribute", str(round(worth / random.randint(5, 50)))]
    elif random.random() < 0.05:
        options += ["--withdraw", str(round(worth / random.randint(5, 50)))]
    if random.random() < 0.05:
        options.append("--no-sell")
    if random.random() < 0.15:
        options += ["--few-orders", random.choice(("none", "0", "0.25", "1", "3"))]
    if random.random() < 0.05:
        options += ["--min-trade", str(round(worth / 100))]
    if random.random() < 0.05:
        options += ["--max-turnover", str(random.randint(1, 40))]
    if random.random() < 0.05:
        options += ["--lock", random.choice(held).symbol]
    return options


def plan_of(drawn: Drawn) -> Document:
    """The plan of a run through the public door: words, and a statement in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "statement.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(statement_xml(drawn.rows))
        request = parse_words([*drawn.words, "--statement", path])
        return carry_out(request, "2026-11-20").documents[0]


def differences(document: Document, drawn: Drawn) -> Iterator[str]:
    """What of a plan does not follow from its target, by rules of this file alone."""
    weights = {name: Decimal(str(part)) for name, part in document["target_allocation"].items()}
    if sum(weights.values()) != 100:
        yield f"the weights sum to {sum(weights.values())}"
    if document["profile"] != "custom":
        yield f"the profile is {document['profile']}"
    yield from _traded(document, drawn)
    if drawn.is_plain and not (document["unfilled"] or document["locked"]):
        yield from _weights(document, drawn, weights)
        yield from _ends(document, drawn)


def _traded(document: Document, drawn: Drawn) -> Iterator[str]:
    """Only what the target covers is traded, none of it is sold short, others are closed."""
    held = {one.symbol: one for one in drawn.held}
    for trade in document["trades"]:
        symbol, quantity = trade["symbol"], Decimal(trade["quantity"])
        one = held.get(symbol)
        if one is None:
            if trade["action"] != "BUY" or symbol not in drawn.percents:
                yield f"{trade['action']} {symbol}, which is not held"
            elif Decimal(trade["price"]).quantize(UNIT) != drawn.prices[symbol].quantize(UNIT):
                yield f"{symbol} is bought at {trade['price']}"
            continue
        if trade["action"] == "SELL" and quantity > one.quantity:
            yield f"more of {symbol} is sold than is held"
        if drawn.share_of(one) in ("", "parts"):
            closed = trade["action"] == "SELL" and quantity == one.quantity
            may = drawn.sells_others and drawn.share_of(one) == "" and one.asset_class
            if not may or (not closed and drawn.is_plain):
                yield f"{trade['action']} {symbol}, which the target does not name"
    if drawn.sells_others:
        return
    alone = {one.symbol for one in drawn.held if not drawn.share_of(one)}
    if alone != {row["symbol"] for row in document["held"]}:
        yield f"left alone should be {sorted(alone)}"


def _whole(drawn: Drawn) -> Decimal:
    counted = (one for one in drawn.held if drawn.share_of(one))
    others = (one for one in drawn.held if not drawn.share_of(one) and one.asset_class)
    whole = drawn.cash + sum((one.value for one in counted), Decimal(0))
    return whole + (sum((one.value for one in others), Decimal(0)) if drawn.sells_others else 0)


def _weights(document: Document, drawn: Drawn, weights: Dict[str, Decimal]) -> Iterator[str]:
    """Each named symbol has its own percent, unless it lacks less than half of what one costs."""
    whole = _whole(drawn)
    if Decimal(document["investable_value"]) != whole:
        yield f"the whole is {whole}, not {document['investable_value']}"
        return
    values = {one.symbol: one for one in drawn.held}
    if any(_small_gap(drawn, name, whole) for name in drawn.percents):
        return
    tiny = sum(0 < percent < 2 * UNIT for percent in drawn.percents.values()) + 1
    for name, percent in drawn.percents.items():
        if name in CLASSES or not (name in values or name in drawn.prices):
            continue
        if abs(weights.get(name, Decimal(0)) - percent) >= UNIT * tiny:
            yield f"the weight of {name} is {weights.get(name)}, not {percent}"


def _small_gap(drawn: Drawn, name: str, whole: Decimal) -> bool:
    """Whether a share lacks something, but less than half of its smallest order."""
    rows = [one for one in drawn.held if drawn.share_of(one) == name]
    units = [one.unit * (1000 if one.asset_class == "BOND" else 1) for one in rows]
    units += [drawn.prices[name]] if name in drawn.prices else []
    lacks = whole * drawn.percents[name] / 100 - sum((one.value for one in rows), Decimal(0))
    return bool(name != "CASH" and lacks > 0 and (not units or min(units) > 2 * lacks))


def _ends(document: Document, drawn: Drawn) -> Iterator[str]:
    """Each share ends within a unit and what costs take of where it should be."""
    whole, rows = _whole(drawn), {row["name"]: row for row in document["sleeves"]}
    if not set(drawn.percents) <= set(rows):
        yield f"the shares are {sorted(rows)}, not {sorted(drawn.percents)}"
        return
    units = [one.unit * (1000 if one.asset_class == "BOND" else 1) for one in drawn.held]
    units += drawn.prices.values()
    slack = max(units) * 2 + whole / 100 + 10 * len(units)
    for name, percent in drawn.percents.items():
        off = Decimal(rows[name]["after_value"]) - whole * percent / 100
        if name != "CASH" and abs(off) > slack:
            yield f"{name} ends {off:.2f} from its target"


def outcome(seed: int) -> str:
    """What comes of the run of `seed`: "planned", a right refusal's key, or a fault."""
    drawn = draw(seed)
    try:
        document = plan_of(drawn)
    except Refusal as refusal:
        right = refusal.key in REFUSALS and (refusal.key in RIGHT_REFUSALS or not drawn.is_plain)
        return refusal.key if right else f"FAULT {refusal}"
    except Exception as fault:
        return f"FAULT {type(fault).__name__}: {fault}"
    wrong = list(differences(document, drawn))
    if wrong:
        return f"FAULT {'; '.join(wrong[:3])}"
    return "planned" if document["trades"] else "planned, no trade"


def main() -> int:
    """Runs and counts; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()
    counts: Counter[str] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        found = outcome(seed)
        fault = found.startswith("FAULT")
        counts["FAULT" if fault else found] += 1
        if fault and counts["FAULT"] <= 20:
            print(f"seed {seed}: {found[:300]}\n    {' '.join(draw(seed).words)}")
    seconds = time.perf_counter() - start
    told = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    print(f"{arguments.count} portfolios in {seconds:.0f} s ({told}).")
    return 1 if counts["FAULT"] or not counts["planned"] else 0


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main())
