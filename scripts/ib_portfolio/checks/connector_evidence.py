"""The evidence in the raw answers of IBKR's own connector, read apart from the portfolio's code.

The answers are written as the rows of a statement, whose evidence then follows the same rules: what
is asked for counts in one place. No figure of the portfolio is used.
"""

from __future__ import annotations

from decimal import Decimal

from .evidence import Evidence, statement_evidence

Answer = dict[str, object]

_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_BONDS = ("BOND", "BILL")
_NAMED = "STK OPT FUT FOP CASH BOND BILL FUND CFD WAR IND CRYPTO CMDTY IOPT".split()


def connector_evidence(
    summary: Answer, balances: Answer, positions: Answer, asked: dict[str, str]
) -> Evidence:
    """The evidence in the answers of get_account_summary, …_balances and …_positions.

    `asked` are the run's options and settings as text. Bonds count and must not be traded.
    """
    found = statement_evidence(statement_rows(summary, balances, positions), asked)
    listed = positions["positions"]
    bonds = {str(row["contract_id"]) for row in listed if row.get("asset_class") in _BONDS}
    holdings = tuple(
        one._replace(locked=True) if one.conid in bonds and one.asset_class else one
        for one in found.holdings
    )
    return found._replace(holdings=holdings, told_total=Decimal(summary["net_liquidation"]))


def statement_rows(
    summary: Answer, balances: Answer, positions: Answer
) -> dict[str, list[dict[str, str]]]:
    """The answers as the rows of a statement by element, every field as text."""
    base = str(summary["currency"])
    money = [row for row in balances["balances"] if row["currency"] != "BASE"]
    rates = {row["currency"]: str(Decimal(row["exchange_rate"])) for row in money}
    rates[base] = "1"
    held = [row for row in positions["positions"] if Decimal(row["position"]) != 0]
    return {
        "AccountInformation": [{"currency": base}],
        "OpenPosition": [_position(row, rates) for row in held],
        "ConversionRate": [
            {"fromCurrency": name, "toCurrency": base, "rate": rate} for name, rate in rates.items()
        ],
        "CashReportCurrency": [
            {"currency": row["currency"], "endingCash": str(row["cash_balance"])} for row in money
        ],
    }


def _position(row: Answer, rates: dict[str, str]) -> dict[str, str]:
    """A position as a statement would list it: in its own currency, what is not told left out."""
    symbol = _symbol(row)
    told = {
        "symbol": symbol,
        "conid": str(row["contract_id"]),
        "currency": str(row["currency"]),
        "assetCategory": _category(row),
        "position": str(round(Decimal(row["position"]), 8)),
        "positionValue": str(row["market_value"]),
        "fxRateToBase": rates[row["currency"]],
    }
    venue = _venue(row)
    if venue:
        told["listingExchange"] = venue
    if told["assetCategory"] == "OPT":
        told.update(_option(row, symbol))
    gain = _gain(row)
    return told if gain is None else {**told, "fifoPnlUnrealized": str(gain)}


def _symbol(row: Answer) -> str:
    symbol = str(row["contract_description"]).strip()
    name, space, venue = symbol.rpartition(" @")
    return name.strip() if space and venue and " " not in venue else symbol


def _venue(row: Answer) -> str:
    """The exchange that is named behind the symbol, as IBIS in SAP @IBIS; "" for none."""
    _, at, venue = str(row["contract_description"]).strip().rpartition(" @")
    return venue.upper() if at and venue and " " not in venue else ""


def _option(row: Answer, symbol: str) -> dict[str, str]:
    """The terms that an option's name tells, as AAPL Mar19'27 200 CALL; {} for another name."""
    *underlying, day, strike, right = symbol.split(" ") if symbol.count(" ") > 2 else [""] * 3
    if right not in ("CALL", "PUT", "C", "P") or len(day) != 8 or day[5] != "'":
        return {}
    if not strike.replace(".", "", 1).isdecimal():
        return {}
    month = _MONTHS.find(day[:3]) // 3 + 1
    told = {
        "underlyingSymbol": " ".join(underlying),
        "expiry": f"20{day[6:]}{month:02}{day[3:5]}",
        "strike": strike,
        "putCall": right[0],
    }
    counted = Decimal(row["position"]) * Decimal(row["market_price"])
    times = round(Decimal(row["market_value"]) / counted, 1) if counted else Decimal(0)
    return {**told, "multiplier": str(int(times))} if times and not times % 1 else told


def _category(row: Answer) -> str:
    """IBKR's class; without a known one UNTOLD where one unit is worth the price, else OTHER.

    An option whose class is left out is told by its name.
    """
    stated = row.get("asset_class")
    if stated in _NAMED:
        return str(stated)
    value = Decimal(row["market_value"])
    off = abs(value - Decimal(row["market_price"]) * Decimal(row["position"]))
    if off <= Decimal("0.005") or off <= abs(value) / 200:
        return "UNTOLD"
    return "OPT" if _option(row, _symbol(row)) else "OTHER"


def _gain(row: Answer) -> Decimal | None:
    """The gain that is told, unless the average price tells another by more than a percent."""
    if "unrealized_pnl" not in row:
        return None
    gain = Decimal(row["unrealized_pnl"])
    if "average_price" in row and row.get("asset_class", "STK") == "STK":
        paid = Decimal(row["average_price"]) * Decimal(row["position"])
        worth = Decimal(row["market_value"])
        if abs(worth - paid - gain) - 1 > max(abs(worth), abs(paid)) / 100:
            return None
    return gain
