"""Random and hand-made portfolios: as rows of a Flex statement, as XML, as Portfolio objects."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple
from xml.sax.saxutils import quoteattr

from hypothesis import assume
from hypothesis import strategies as st

from ib_portfolio.core.numbers import ZERO, to_cents, unit_value
from ib_portfolio.core.portfolio import Portfolio, Position, classify
from ib_portfolio.request.request import Request, parse_text
from ib_portfolio.sources.flex_account import AccountDay

Rows = Dict[str, List[Dict[str, str]]]

# What a random portfolio may rightly be refused for.
RIGHT_REFUSALS = ("negative_total", "negative_net_asset_value")
PROFILES = ("balanced", "growth", "conservative", "income")
DAY = "20261120"
RATES = {"USD": "1", "EUR": "1.0837", "JPY": "0.0066667", "GBP": "1.26541", "CHF": "1.1302"}
OTHERS = ("OPT", "FUT", "FOP", "FUND", "WAR", "CFD", "CRYPTO", "CMDTY", "XYZ")
# Funds as IBKR writes them: symbol, ISIN, subCategory, listingExchange, description.
FUNDS = (
    ("BND", "US9219378356", "ETF", "NASDAQ", "VANGUARD TOTAL BOND MARKET"),
    ("AGGH", "IE00BDBRDM35", "ETF", "LSEETF", "ISH GL AG BD ESG EUR-H A"),
    ("SGOV", "US46436E7186", "ETF", "ARCA", "ISHARES 0-3 MONTH TREASURY B"),
    ("XEON", "LU0290358497", "", "IBIS2", ""),
    ("BIL", "", "ETF", "ARCA", "SS SPDR BB 1-3M T-BILL ETF"),
    ("AOR", "US4642898674", "ETF", "ARCA", "ISHARES CORE 60/40 BALANCED"),
    ("NTSX", "US97717Y7904", "ETF", "ARCA", "WISDOMTREE US EFFICIENT CORE"),
    ("F701", "DE000ETF7011", "ETF", "IBIS", "AMUNDI MULTI-ASSET PORTFOLIO"),
    ("SWAN", "US0321088884", "ETF", "ARCA", "AMPLIFY BLACKSWAN GROWTH & T"),
    ("NEWMIX", "", "ETF", "ARCA", "EXAMPLE BALANCED ALLOCATION"),
    ("NEWBD", "", "ETF", "", "EXAMPLE HIGH YIELD CORP BD"),
    ("NEWCASH", "", "ETF", "", "EXAMPLE OVERNIGHT RATE SWAP"),
    ("BOND", "", "", "", "ISHARES EXAMPLE TREASURY BD"),
    ("GLD", "US78463V1070", "ETF", "ARCA", "SPDR GOLD SHARES"),
    ("TMF", "US25460G1388", "ETF", "ARCA", "DIREXION DLY 20+ TRES BULL 3X"),
    ("PFF", "US4642886877", "ETF", "NASDAQ", "ISHARES PREFERRED & INCOME S"),
    ("IBTA", "US45103R1032", "COMMON", "NYSE", "IBOTTA INC-CL A"),
    ("IBTA", "", "", "", "IBOTTA INC-CL A"),
    ("2561", "JP3048840001", "ETF", "TSEJ", "ISHARES CORE JAPAN GOVT BOND"),
)
SYMBOLS = ("AAPL", "7203", "VT", "三菱UFJ", "BRK B", "a|b", "T 4 1/4 11/15/34", "USD", "STRIPS")


def request_for(profile: str = "balanced", **fields: object) -> Request:
    """A request for `profile` as a terminal would make it."""
    request = parse_text(f"{profile} --statement statement.xml")
    return request._replace(**fields)


class Holding(NamedTuple):
    """A hand-made position: quantity in units, price of one unit in base currency."""

    symbol: str
    category: str
    quantity: str
    price: str
    currency: str = "USD"
    conid: str = ""


def portfolio_with(holdings: Sequence[Holding], cash: str | Decimal = "0") -> Portfolio:
    """A portfolio in US dollars of hand-made holdings; bond prices are per unit of face."""
    positions = tuple(_position(row) for row in holdings)
    cash = Decimal(cash)
    return Portfolio(
        source="statement",
        account="U***4567",
        base_currency="USD",
        as_of="2026-11-20",
        positions=positions,
        cash=cash,
        net_asset_value=cash + sum((row.value for row in positions), ZERO),
        usd_rate=Decimal(1),
        ledger="",
        warnings=(),
    )


def _position(row: Holding) -> Position:
    quantity = Decimal(row.quantity)
    value = quantity * Decimal(row.price)
    asset_class, reason = classify(row.category, quantity, to_cents(value), True)
    return Position(
        symbol=row.symbol,
        currency=row.currency,
        category=row.category,
        asset_class=asset_class,
        held_reason=reason,
        quantity=quantity,
        rate=Decimal(1),
        value=to_cents(value),
        unit_value=unit_value(value, quantity) if quantity else ZERO,
        unrealized_gain=None,
        treasury=False,
        as_of="2026-11-20",
        conid=row.conid,
        description="",
    )


@st.composite
def portfolios(draw: st.DrawFn, most: int = 8, cash: Tuple[int, int] = (0, 10**7)) -> Portfolio:
    """Portfolios in US dollars of 1 to `most` long stocks and bonds; `cash` in cents."""
    categories = st.sampled_from(("STK", "STK", "BOND", "BILL"))
    holdings = []
    for number in range(draw(st.integers(1, most))):
        category = draw(categories)
        if category == "STK":
            quantity = Decimal(draw(st.integers(1, 50_000))) / draw(st.sampled_from((1, 1, 100)))
            price = Decimal(draw(st.integers(1, 200_000))) / 100
        else:
            quantity = Decimal(draw(st.integers(1, 400))) * draw(st.sampled_from((1000, 1000, 500)))
            price = Decimal(draw(st.integers(2_000, 13_000))) / 10_000
        holdings.append(Holding(f"S{number:02}", category, str(quantity), str(price)))
    portfolio = portfolio_with(holdings, Decimal(draw(st.integers(*cash))) / 100)
    assume(portfolio.investable_value > 0)
    return portfolio


_FUND_FIELDS = ("symbol", "isin", "subCategory", "listingExchange", "description")


@st.composite
def statements(draw: st.DrawFn, most: int = 8) -> Rows:
    """The rows of random statements, as hypothesis can repeat and shrink them."""
    return random_rows(draw(st.randoms(use_true_random=False)), most)


def random_rows(random: Random, most: int = 12, base: str = "") -> Rows:
    """The rows of one random statement that adds up: any category, size, sign and currency.

    Its base currency is a random one where none is given.
    """
    base = base or random.choice(("USD", "USD", "USD", "EUR", "JPY"))
    rates = {name: Decimal(rate) / Decimal(RATES[base]) for name, rate in RATES.items()}
    rates = {name: round(rate, 8) for name, rate in rates.items()}
    counts = [1, 2, 3, random.randint(1, most), random.randint(1, most)]
    made = [_row(random, base, rates, place) for place in range(random.choice(counts))]
    # Of a fund one row: two that are alike in all would be refused as the same contract twice.
    positions = list({row.get("isin") or place: row for place, row in enumerate(made)}.values())
    positions += _options_on(Random(random.random()), positions)
    rows: Rows = {
        "AccountInformation": [{"accountId": "U1234567", "currency": base}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": name, "toCurrency": base, "rate": _text(rate)}
            for name, rate in rates.items()
            if name != base
        ],
        "OpenPosition": [row for position in positions for row in _with_lots(random, position)],
    }
    worth = sum((_worth(row) * rates[row["currency"]] for row in positions), Decimal(0))
    cash = _cash(random, worth)
    rows["CashReportCurrency"] = _cash_rows(random, base, rates, cash)
    if random.random() < 0.5:
        total = round(worth + cash, 2)
        summary = {"reportDate": DAY, "cash": _text(cash), "total": _text(total)}
        rows["EquitySummaryByReportDateInBase"] = [summary]
    return rows


def _row(random: Random, base: str, rates: Dict[str, Decimal], place: int) -> Dict[str, str]:
    category = random.choice(("STK",) * 6 + ("BOND",) * 3 + ("BILL",) + (random.choice(OTHERS),))
    currency = random.choice((base, base, "USD", random.choice(tuple(RATES))))
    face = category in ("BOND", "BILL")
    quantity = _face(random) if face else _quantity(random)
    price = Decimal(random.randint(2_000, 13_000)) / 100 if face else _price(random)
    if abs(quantity * price) > 10**12:
        quantity = Decimal(2)
    value = round(quantity * price * (Decimal("0.01") if face else 1), random.choice((2, 4, 8)))
    row = {
        "symbol": random.choice(SYMBOLS) if random.random() < 0.3 else f"S{place}",
        "assetCategory": category,
        "currency": currency,
        "position": _text(quantity),
        "markPrice": _text(price),
        "positionValue": _text(value),
        "conid": str(1000 + place),
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
    }
    if random.random() < 0.05:
        row.update(conid="", symbol="TWIN", description=f"contract {place}")
    if random.random() < 0.8:
        row["fxRateToBase"] = _text(rates[currency])
    if face and random.random() < 0.5:
        row["cusip"] = "912834XX0"
    if category == "STK" and row["conid"] and random.random() < 0.3:
        row.update(zip(_FUND_FIELDS, random.choice(FUNDS)))
    if random.random() < 0.8:
        row["fifoPnlUnrealized"] = _text(round(value * random.randint(-90, 90) / 100, 2))
    elif random.random() < 0.5:
        row["costBasisMoney"] = _text(round(value * random.randint(10, 190) / 100, 2))
    return row


def _options_on(random: Random, stocks: Sequence[Dict[str, str]]) -> List[Dict[str, str]]:
    """At times a few options on the stocks: calls and puts, short and long, terms at times gone."""
    found = []
    of_stock = [row for row in stocks if row["assetCategory"] == "STK"]
    for place in range(random.choice((0, 0, 0, 1, 2, 3, 4)) if of_stock else 0):
        stock = random.choice(of_stock)
        strike = max(round(Decimal(stock["markPrice"]) * random.randint(6, 14) / 10, 3), Decimal(1))
        strike = min(strike, Decimal(90_000))
        day, put_call = random.choice(("261218", "270115")), random.choice("CP")
        multiplier = random.choice(("100", "100", "10"))
        contracts = Decimal(random.choice((-1, -1, 1)) * random.randint(1, 5))
        price = Decimal(random.randint(1, 400)) / 100
        row = {
            "symbol": f"OPT{place:<5}{day}{put_call}{int(strike * 1000):08}",
            "assetCategory": "OPT",
            "currency": stock["currency"],
            "position": _text(contracts),
            "markPrice": _text(price),
            "positionValue": _text(contracts * price * int(multiplier)),
            "multiplier": multiplier,
            "conid": str(9000 + place),
            "reportDate": DAY,
            "levelOfDetail": "SUMMARY",
            "fifoPnlUnrealized": "0",
        }
        if random.random() < 0.8:
            row.update(strike=_text(strike), expiry=f"20{day}", putCall=put_call)
        if random.random() < 0.8:
            by_conid = random.random() < 0.5 and stock["conid"]
            name = {"underlyingConid": stock["conid"]} if by_conid else {}
            row.update(underlyingSymbol=stock["symbol"], **name)
        if stock.get("fxRateToBase"):
            row["fxRateToBase"] = stock["fxRateToBase"]
        found.append(row)
    return found


def _quantity(random: Random) -> Decimal:
    kind = random.random()
    if kind < 0.06:
        return Decimal(-random.randint(1, 500))
    if kind < 0.09:
        return Decimal(0)
    if kind < 0.25:
        return Decimal(random.randint(1, 3))
    if kind < 0.45:
        return Decimal(random.randint(1, 10**8)) / 10_000
    return Decimal(random.randint(1, 10 ** random.randint(1, 8)))


def _face(random: Random) -> Decimal:
    if random.random() < 0.2:
        return Decimal(random.choice((-1000, 0, 1, 100, 500, 900, 1500, 12_345)))
    return Decimal(1000 * random.randint(1, 10 ** random.randint(1, 4)))


def _price(random: Random) -> Decimal:
    kind = random.random()
    if kind < 0.15:
        return Decimal(random.randint(1, 9_999)) / 10_000
    if kind < 0.2:
        return Decimal(random.randint(1, 700_000))
    if kind < 0.23:
        return Decimal(random.randint(1, 99)) / 10**6
    return Decimal(random.randint(100, 100_000)) / 100


def _cash(random: Random, worth: Decimal) -> Decimal:
    kind = random.random()
    if kind < 0.1:
        return Decimal(0)
    share = Decimal(random.randint(-999, -1) if kind < 0.3 else random.randint(1, 900)) / 1000
    return round(abs(worth) * share, 2)


def _cash_rows(
    random: Random, base: str, rates: Dict[str, Decimal], cash: Decimal
) -> List[Dict[str, str]]:
    """The cash in base currency, mostly with what it is of in each currency, debits too."""
    rows = [{"currency": "BASE_SUMMARY", "endingCash": _text(cash)}]
    if random.random() < 0.3:
        return rows
    rest = cash
    for name in random.sample(sorted(set(rates) - {base}), random.choice((0, 1, 1, 2, 4))):
        share = Decimal(random.choice((0, -400, 1, 300, 1000, 1700))) / 1000
        part = round(cash * share / rates[name], random.choice((2, 2, 9)))
        rest -= part * rates[name]
        rows.append({"currency": name, "endingCash": _text(part)})
    return [*rows, {"currency": base, "endingCash": _text(round(rest, 2))}]


def _worth(row: Dict[str, str]) -> Decimal:
    """What a row adds to the net asset value: a future nothing, a CFD what it gained."""
    if row["assetCategory"] == "FUT":
        return Decimal(0)
    if row["assetCategory"] == "CFD":
        return Decimal(row.get("fifoPnlUnrealized") or 0)
    return Decimal(row["positionValue"])


def _with_lots(random: Random, row: Dict[str, str]) -> List[Dict[str, str]]:
    """The row, at times with its one lot behind it, or the lot alone."""
    kind = random.random()
    lot = {**row, "levelOfDetail": "LOT", "openDateTime": "20250102;093000"}
    if kind < 0.8 or not row["conid"]:
        return [row]
    return [row, lot] if kind < 0.9 else [lot]


def _text(number: Decimal) -> str:
    return format(number, "f")


def day_of(rows: Rows, account: str = "U1234567") -> AccountDay:
    """The rows as the account's day that a file with them would give."""
    return AccountDay(account, "2026-11-20", "", rows)


def statement_xml(rows: Rows, account: str = "U1234567") -> str:
    """The rows as the text of a Flex statement."""
    lines = ['<FlexQueryResponse queryName="test" type="AF"><FlexStatements count="1">']
    lines.append(f'<FlexStatement accountId="{account}" fromDate="{DAY}" toDate="{DAY}">')
    for element, found in rows.items():
        for row in found:
            attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in row.items())
            lines.append(f"<{element} {attributes} />")
    return "\n".join([*lines, "</FlexStatement></FlexStatements></FlexQueryResponse>", ""])


def many_rows(count: int, seed: int = 7) -> Rows:
    """A plain statement of `count` stocks and bonds in US dollars, for measuring."""
    random = Random(seed)
    rows: Rows = {"AccountInformation": [{"accountId": "U1234567", "currency": "USD"}]}
    rows["OpenPosition"] = positions = []
    for place in range(count):
        face = place % 5 == 4
        quantity = Decimal(1000 * random.randint(1, 50) if face else random.randint(1, 900))
        price = Decimal(random.randint(2_000, 60_000)) / 100
        price = price / 6 if face else price
        price = round(price, 2)
        value = quantity * price / (100 if face else 1)
        row = {
            "symbol": f"B{place}" if face else f"S{place}",
            "assetCategory": "BOND" if face else "STK",
            "currency": "USD",
            "fxRateToBase": "1",
            "position": _text(quantity),
            "markPrice": _text(price),
            "positionValue": _text(round(value, 2)),
            "fifoPnlUnrealized": _text(round(value / 9, 2)),
            "conid": str(1000 + place),
            "reportDate": DAY,
            "levelOfDetail": "SUMMARY",
        }
        positions.append(row)
    worth = sum(Decimal(row["positionValue"]) for row in positions)
    rows["CashReportCurrency"] = [
        {"currency": "BASE_SUMMARY", "endingCash": _text(round(worth / 20, 2))}
    ]
    return rows


def find_row(rows: Rows, symbol: str) -> Optional[Dict[str, str]]:
    """The first position row of `symbol`, None when there is none."""
    return next((row for row in rows["OpenPosition"] if row["symbol"] == symbol), None)
