"""Plans on a user's own target, worked out by hand-written rules of their own, in fractions.

They share nothing with the planner and nothing with the checks: whole shares at stated prices, an
account in US dollars, IBKR Pro Fixed. A plan is a document as `--json` prints it, so that the
checks can be seen to pass a right one, and to refuse each wrong one.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

Document = Dict[str, Any]
CLASSES = ("STK", "BOND", "CASH")
NONE: Mapping[str, Any] = {}


class Held(NamedTuple):
    """A holding, or with quantity 0 something to buy; `price` is of one share or unit of face."""

    symbol: str
    quantity: str
    price: str
    asset_class: str = "STK"  # STK, BOND, CASH or MIX
    because: str = ""  # why it does not count as its category
    category: str = "STK"
    exchange: str = ""
    isin: str = ""
    parts: Tuple[int, ...] = ()  # of a mixed fund: percent of stocks, bonds, cash

    @property
    def unit(self) -> Fraction:
        """What one share, or one of face, is worth."""
        return Fraction(self.price)

    @property
    def value(self) -> Fraction:
        """What it is worth."""
        return Fraction(self.quantity) * self.unit


class Wanted(NamedTuple):
    """What a plan is for, told by the test: nothing of it is read from the options' texts."""

    shares: Sequence[Tuple[str, str]]  # names with percents, in order, cash last
    options: Dict[str, str]
    goals: Mapping[str, str] = (
        NONE  # values where bands or missing prices make them no plain percents
    )
    unfilled: Sequence[Tuple[str, str]] = ()  # names and their classes, "" if not known
    sells_others: bool = False
    bands: Mapping[str, Tuple[str, str]] = NONE  # by share the distance and the width, in points
    warnings: Sequence[str] = ()
    profile: str = "custom"
    names_cash: bool = True


def rows_of(held: Sequence[Held], cash: str) -> Dict[str, List[Dict[str, str]]]:
    """The rows of a Flex statement with what is held, and the cash."""
    positions = []
    for one in held:
        if not Fraction(one.quantity):
            continue
        face = one.category in ("BOND", "BILL")
        positions.append(
            {
                "symbol": one.symbol,
                "assetCategory": one.category,
                "subCategory": "ETF" if one.isin else "",
                "isin": one.isin,
                "listingExchange": one.exchange,
                "currency": "USD",
                "fxRateToBase": "1",
                "position": one.quantity,
                "markPrice": str(Decimal(one.price) * (100 if face else 1)),
                "positionValue": str(Decimal(one.quantity) * Decimal(one.price)),
                "conid": f"c{one.symbol}",
                "reportDate": "20261120",
                "levelOfDetail": "SUMMARY",
                "fifoPnlUnrealized": "100.00",
            }
        )
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "OpenPosition": positions,
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": cash}],
    }


def plan_of(held: Sequence[Held], cash: str, wanted: Wanted) -> Document:
    """The plan for what is wanted, as a document, without its checks."""
    names = dict(wanted.shares)
    share_of = {one.symbol: _share(one, names, wanted) for one in held}
    if not wanted.sells_others:
        alone = [one for one in held if not share_of[one.symbol]]
        counted = [one for one in held if share_of[one.symbol]]
    else:
        alone, counted = [], list(held)
        share_of.update({one.symbol: one.asset_class for one in held if not share_of[one.symbol]})
    totals = {name: Fraction(0) for name in names}
    totals["CASH"] += Fraction(cash)
    for one in counted:
        for name, value in _in_shares(one, share_of[one.symbol]):
            totals[name] = totals.get(name, Fraction(0)) + value
    whole = sum(totals.values())
    goals = {name: whole * Fraction(names.get(name, "0")) / 100 for name in totals}
    goals.update({name: Fraction(value) for name, value in wanted.goals.items()})
    goals["CASH"] = whole - sum(goals[name] for name in goals if name != "CASH")
    traded = [one for one in counted if share_of[one.symbol] not in ("CASH", "parts")]
    # Of a share that a mixed fund has parts in, the others have the rest.
    free, aims = dict(totals), dict(goals)
    for one in counted:
        for name, value in _in_shares(one, "parts") if share_of[one.symbol] == "parts" else ():
            if name != "CASH":
                free[name] -= value
                aims[name] -= value
    quantities = _quantities(traded, share_of, free, aims, Fraction(cash))
    trades = _trades([(one, quantities[one.symbol]) for one in traded], whole)
    for row in trades:
        row["reason"] = _reason(share_of[row["symbol"]], names, totals, whole)
    cash_after = Fraction(cash) - _spent(trades)
    left = whole - sum(Fraction(row["commission"]) + Fraction(row["taxes"]) for row in trades)
    after = dict(totals)
    after["CASH"] += cash_after - Fraction(cash)
    for row in trades:
        after[share_of[row["symbol"]]] += _signed(row)
    document = _document(held, alone, wanted, trades, cash_after)
    short = _cents(goals["CASH"] - (totals["CASH"] - Fraction(cash)) - cash_after)
    if short > 0:
        document["warnings"].append(f"The cash ends {Decimal(_money(short)):,} under its target.")
    brought = Fraction(wanted.options.get("contribute", "0"))
    document["net_asset_value"] = _money(Fraction(cash) - brought + sum(one.value for one in held))
    document["investable_value"] = _money(whole)
    document["target_allocation"] = _weights(counted, traded, share_of, free, aims, whole)
    document["classes"] = [
        {"asset_class": name, **_figures(*amounts, whole, left)}
        for name, amounts in _classes(counted, share_of, cash, trades, names, wanted).items()
    ]
    document["sleeves"] = [
        {
            "name": name,
            "asset_class": _class_of(name, held, share_of, wanted),
            **_figures(totals[name], Fraction(names[name]), after[name], whole, left),
        }
        for name in names
    ]
    document["unfilled"] = [
        {"asset_class": found, "symbol": name, "value": _money(whole * Fraction(names[name]) / 100)}
        for name, found in wanted.unfilled
    ]
    if wanted.bands:
        document["band"] = _band(wanted)
    return document


def _reason(share: str, names: Dict[str, str], totals: Dict[str, Fraction], whole: Fraction) -> str:
    """How far a share is from its target, to a tenth of a point; what has none is not named."""
    if share not in names:
        return "the target does not name it"
    if share == "CASH":
        return "it counts as cash, and cash is needed"
    off = totals[share] * 100 / whole - Fraction(names[share])
    tenths = floor(abs(off) * 10 + Fraction(1, 2))
    side = "over" if off > 0 else "under"
    return f"{share} is {tenths // 10}.{tenths % 10} points {side} its target"


def _share(one: Held, names: Dict[str, str], wanted: Wanted) -> str:
    if one.symbol in names:
        return one.symbol
    if one.asset_class == "MIX":
        return "parts" if {"STK", "BOND"} <= set(names) else ""
    if one.asset_class == "CASH":
        return "CASH" if wanted.names_cash or set(names) <= set(CLASSES) else ""
    return one.asset_class if one.asset_class in names else ""


def _in_shares(one: Held, share: str) -> List[Tuple[str, Fraction]]:
    if share != "parts":
        return [(share, one.value)]
    return [(name, one.value * part / 100) for name, part in zip(CLASSES, one.parts)]


def _is_locked(one: Held, wanted: Wanted) -> bool:
    return _share(one, dict(wanted.shares), wanted) == "parts"


def _quantities(
    traded: Sequence[Held],
    share_of: Dict[str, str],
    totals: Dict[str, Fraction],
    goals: Dict[str, Fraction],
    cash: Fraction,
) -> Dict[str, Fraction]:
    """Whole units towards each target, what is to be gone sold whole, the cash at its goal."""
    found: Dict[str, Fraction] = {}
    for one in traded:
        share = share_of[one.symbol]
        part = one.value / totals[share] if totals[share] else Fraction(1)
        change = goals[share] * part - one.value
        step = 1000 if one.category == "BOND" else 1
        units = floor(abs(change) / one.unit / step) * step
        found[one.symbol] = Fraction(units if change > 0 else -units)
        if not goals[share]:
            found[one.symbol] = -Fraction(one.quantity)
    while True:
        trades = _trades([(one, found[one.symbol]) for one in traded], Fraction(1))
        short = cash - _spent(trades) < goals["CASH"]
        orders = [one for one in traded if found[one.symbol] > 0]
        orders = orders or [one for one in traded if _can_sell_more(one, found[one.symbol])]
        if not (short and orders):
            return found
        least = min(orders, key=lambda one: one.unit)
        found[least.symbol] -= 1000 if least.category == "BOND" else 1


def _can_sell_more(one: Held, quantity: Fraction) -> bool:
    step = 1000 if one.category == "BOND" else 1
    return quantity < 0 and Fraction(one.quantity) + quantity >= step


def _trades(orders: Sequence[Tuple[Held, Fraction]], whole: Fraction) -> List[Document]:
    rows = [_trade(one, quantity, whole) for one, quantity in orders if quantity]
    rows.sort(key=lambda row: (row["action"] != "SELL", -Fraction(row["amount"]), row["symbol"]))
    for place, row in enumerate(rows, 1):
        row["priority"] = place
    return rows


def _trade(one: Held, quantity: Fraction, whole: Fraction) -> Document:
    sells, size, face = quantity < 0, abs(quantity), one.category == "BOND"
    amount = _cents(size * one.unit)
    fee = _cents(min(max(Fraction(1), size / 200), amount / 100))
    if face:
        above = max(size - 10_000, Fraction(0))
        fee = max(Fraction(1), (size - above) / 1000 + above / 4000)
        fee = _cents(min(fee, Fraction(250), amount / 100))
    taxes = _cents(_levies(one, size, amount, sells))
    change = amount * 100 / whole * (-1 if sells else 1)
    cost = (fee + taxes) * 10_000 / amount
    row = {
        "action": "SELL" if sells else "BUY",
        "symbol": one.symbol,
        "conid": f"c{one.symbol}" if Fraction(one.quantity) else "",
        "asset_class": one.asset_class,
        "currency": "USD",
        "exchange": one.exchange,
        "quantity": str(int(size)) if size == int(size) else str(float(size)),
        "unit": "face" if face else "shares",
        "lot_size": "1000" if face else "1",
        "price": one.price,
        "local_price": one.price,
        "amount": _money(amount),
        "commission": _money(fee),
        "taxes": _money(taxes),
        "cost_bp": str(Decimal(floor(cost * 10 + Fraction(1, 2))) / 10),
        "weight_change_pct": _percent(change),
        "estimated_realized_gain": None,
        "gain_method": None,
        "reason": "",
    }
    if sells:
        gain = _cents(100 * size / Fraction(one.quantity))
        row.update(estimated_realized_gain=_money(gain), gain_method="PROPORTION")
    if face:
        row["accrued_interest"] = "0.00"
    return row


def _levies(one: Held, size: Fraction, amount: Fraction, sells: bool) -> Fraction:
    if one.exchange not in ("NASDAQ", "ARCA", "NYSE"):
        return Fraction(0)
    return size * Fraction("0.000003") + (amount * Fraction("0.0000206") if sells else 0)


def _signed(row: Document) -> Fraction:
    return Fraction(row["amount"]) * (1 if row["action"] == "BUY" else -1)


def _spent(trades: Sequence[Document]) -> Fraction:
    """What the trades take of the cash, costs with them."""
    costs = (Fraction(row["commission"]) + Fraction(row["taxes"]) for row in trades)
    return sum((_signed(row) for row in trades), Fraction(0)) + sum(costs, Fraction(0))


def _weights(
    counted: Sequence[Held],
    traded: Sequence[Held],
    share_of: Dict[str, str],
    totals: Dict[str, Fraction],
    goals: Dict[str, Fraction],
    whole: Fraction,
) -> Dict[str, float]:
    """In units of 0.0001 percent, each at its floor, the missing ones to the largest remainders."""
    exact = {one.symbol: one.value for one in counted if one not in traded}
    for one in traded:
        share = share_of[one.symbol]
        part = one.value / totals[share] if totals[share] else Fraction(1)
        exact[one.symbol] = goals[share] * part
    exact["USD.CASH"] = whole - sum(exact.values())
    units = {name: value * 1_000_000 / whole for name, value in exact.items()}
    found = {name: floor(value) for name, value in units.items()}
    order = sorted(units, key=lambda name: found[name] - units[name])
    for name in order[: 1_000_000 - sum(found.values())]:
        found[name] += 1
    return {name: count / 10_000 for name, count in found.items()}


def _classes(
    counted: Sequence[Held],
    share_of: Dict[str, str],
    cash: str,
    trades: Sequence[Document],
    names: Dict[str, str],
    wanted: Wanted,
) -> Dict[str, Tuple[Fraction, Fraction, Fraction]]:
    """By asset class the value before, the percent and the value after."""
    found = {name: [Fraction(0)] * 3 for name in CLASSES}
    spent = _spent(trades)
    for place, value in ((0, Fraction(cash)), (2, Fraction(cash) - spent)):
        found["CASH"][place] += value
    moved = {row["symbol"]: _signed(row) for row in trades}
    for one in counted:
        for name, part in zip(CLASSES, _parts(one)):
            found[name][0] += one.value * part / 100
            found[name][2] += (one.value + moved.get(one.symbol, 0)) * part / 100
    by_symbol = {one.symbol: one for one in counted}
    told = dict(wanted.unfilled)
    for name, percent in names.items():
        if name in by_symbol:
            for own, part in zip(CLASSES, _parts(by_symbol[name])):
                found[own][1] += Fraction(percent) * part / 100
        elif name in CLASSES or told.get(name):
            found[told.get(name, name)][1] += Fraction(percent)
    return {name: (now, percent, later) for name, (now, percent, later) in found.items()}


def _parts(one: Held) -> Tuple[int, ...]:
    return one.parts or tuple(100 if name == one.asset_class else 0 for name in CLASSES)


def _class_of(name: str, held: Sequence[Held], share_of: Dict[str, str], wanted: Wanted) -> str:
    if name in CLASSES:
        return name
    own = [one.asset_class for one in held if share_of[one.symbol] == name]
    return own[0] if own else dict(wanted.unfilled)[name]


def _figures(
    now: Fraction, percent: Fraction, later: Fraction, whole: Fraction, left: Fraction
) -> Document:
    return {
        "current_value": _money(now),
        "current_pct": _percent(now * 100 / whole),
        "target_pct": _plain(percent),
        "drift_pct": _percent(now * 100 / whole - percent),
        "after_value": _money(later),
        "after_pct": _percent(later * 100 / left),
    }


def _band(wanted: Wanted) -> Document:
    rows = [
        {"asset_class": name, "distance_pct": distance, "band_pct": width}
        for name, (distance, width) in wanted.bands.items()
    ]
    inside = all(Fraction(one) <= Fraction(width) for one, width in wanted.bands.values())
    return {"inside": inside, "classes": rows, "commission_saved": "0.00", "sentence": ""}


def _document(
    held: Sequence[Held],
    alone: Sequence[Held],
    wanted: Wanted,
    trades: List[Document],
    cash_after: Fraction,
) -> Document:
    sides = {
        name: sum((Fraction(row["amount"]) for row in trades if row["action"] == name), Fraction(0))
        for name in ("SELL", "BUY")
    }
    sums = {
        name: sum((Fraction(row[name]) for row in trades), Fraction(0))
        for name in ("commission", "taxes")
    }
    gains = [Fraction(row["estimated_realized_gain"] or 0) for row in trades]
    won = sum((gain for gain in gains if gain > 0), Fraction(0))
    return {
        "profile": wanted.profile,
        "base_currency": "USD",
        "trades": trades,
        "summary": {
            "total_trades": len(trades),
            "total_sell": _money(sides["SELL"]),
            "total_buy": _money(sides["BUY"]),
            "net_cash_movement": _money(sides["SELL"] - sides["BUY"]),
            "total_commission": _money(sums["commission"]),
            "exchange_cost": "0.00",
            "taxes": _money(sums["taxes"]),
            "accrued_interest": "0.00",
            "cash_after": _money(cash_after),
        },
        "tax": {"gains": _money(won), "losses": "0.00", "net": _money(won)},
        "held": [
            {
                "symbol": one.symbol,
                "asset_class": one.category,
                "value": _money(one.value),
                "reason": "not in the target",
            }
            for one in alone
        ],
        "locked": [
            {"symbol": one.symbol, "asset_class": "MIX", "value": _money(one.value), "reason": ""}
            for one in held
            if _is_locked(one, wanted)
        ],
        "reserved": [],
        "set_aside": "0.00",
        "counted_as": [
            {
                "symbol": one.symbol,
                "asset_class": "MIX:" + "/".join(map(str, one.parts))
                if one.parts
                else one.asset_class,
                "because": one.because,
            }
            for one in held
            if one.because and Fraction(one.quantity)
        ],
        "warnings": list(wanted.warnings),
    }


def _cents(number: Fraction) -> Fraction:
    size = Fraction(floor(abs(number) * 100 + Fraction(1, 2)), 100)
    return size if number >= 0 else -size


def _money(number: Fraction) -> str:
    return f"{Decimal(int(_cents(number) * 100)) / 100:.2f}"


def _percent(number: Fraction) -> str:
    size = floor(abs(number) * 10_000 + Fraction(1, 2))
    return str(Decimal(size if number >= 0 else -size) / 10_000)


def _plain(number: Fraction) -> str:
    return format(Decimal(number.numerator) / Decimal(number.denominator), "f")
