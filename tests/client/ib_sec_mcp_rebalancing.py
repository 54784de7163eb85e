"""What ib-sec-mcp answers to generate_rebalancing_trades and simulate_rebalancing."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from ib_sec_mcp_arithmetic import CENT, HUNDRED, ZERO, Account, ServerError

PER_UNIT = {"STK": Decimal("0.005"), "OPT": Decimal("0.65"), "FUT": Decimal("2.25")}
PER_VALUE = {"CASH": Decimal("0.00002")}
OF_VALUE = Decimal("0.001")


class Trade(NamedTuple):
    """One symbol's way to its target value, in base currency; a positive amount buys."""

    symbol: str
    current_value: Decimal
    current_pct: Decimal
    target_value: Decimal
    target_pct: Decimal
    amount: Decimal
    shares: Decimal
    mark_price: Decimal
    commission: Decimal


def cents(value: Decimal) -> str:
    """Returns the value with two decimals, half to even."""
    return str(value.quantize(CENT))


def check_target(target: dict) -> dict:
    """Returns the weights by upper-case symbol, the last spelling winning; raises ServerError."""
    if not target:
        raise ServerError("Validation error: target_allocation cannot be empty")
    weights = {}
    for symbol, weight in target.items():
        if not symbol.strip():
            raise ServerError("Validation error: Symbol cannot be empty in target_allocation")
        if weight < 0:
            raise ServerError(
                f"Validation error: Weight for {symbol} must be non-negative, got {weight}"
            )
        weights[symbol.strip().upper()] = Decimal(str(weight))
    total = sum(weights.values())
    if abs(total - HUNDRED) > CENT:
        raise ServerError(
            f"Validation error: Target allocation weights must sum to 100, got {total}"
        )
    return weights


def portfolio_value(account: Account, override: float | None) -> Decimal:
    """Returns what the weights are percentages of; raises ServerError unless it is positive."""
    if override is not None and override <= 0:
        raise ServerError(
            f"Validation error: total_portfolio_value must be positive, got {override}"
        )
    value = account.total_value if override is None else Decimal(str(override))
    if value <= 0:
        raise ServerError("Validation error: Portfolio value must be positive for rebalancing")
    return value


def commission(asset_class: str, amount: Decimal, shares: Decimal) -> Decimal:
    """Returns the server's guess in base currency; stocks cost at least 1.00."""
    if asset_class in PER_UNIT:
        fee = shares * PER_UNIT[asset_class]
        return max(fee, Decimal("1.00")) if asset_class == "STK" else fee
    return amount * PER_VALUE.get(asset_class, OF_VALUE)


def trade_of(symbol: str, row, weight: Decimal, total: Decimal) -> Trade:
    """Returns the trade of one symbol; row is None for a symbol that is not held."""
    current = row.position_value if row else ZERO
    price = row.mark_price if row else ZERO
    target = total * weight / HUNDRED
    size = abs(target - current)
    unit = price * row.multiplier if row else ZERO
    shares = (size / unit).quantize(Decimal(1), rounding=ROUND_DOWN) if unit > 0 else ZERO
    return Trade(
        symbol,
        current,
        current / total * HUNDRED,
        target,
        weight,
        target - current,
        shares,
        price,
        commission(row.asset_class if row else "STK", size, shares),
    )


def held_rows(account: Account) -> dict:
    """Returns the positions by upper-case symbol; of two rows with one symbol the last is left."""
    return {row.symbol.upper(): row for row in account.positions}


def all_trades(account: Account, weights: dict, total: Decimal) -> list:
    """Returns a trade for every symbol that is held or wanted, in alphabetical order."""
    held = held_rows(account)
    return [
        trade_of(symbol, held.get(symbol), weights.get(symbol, ZERO), total)
        for symbol in sorted(set(held) | set(weights))
    ]


def is_shown(trade: Trade) -> bool:
    """Returns whether generate lists a trade: from 1 in money, and a unit if there is a price."""
    return abs(trade.amount) >= 1 and (trade.mark_price <= 0 or trade.shares > 0)


def trade_row(trade: Trade) -> dict:
    """Returns one trade as generate_rebalancing_trades prints it."""
    return {
        "symbol": trade.symbol,
        "direction": "BUY" if trade.amount > 0 else "SELL",
        "current_weight_pct": cents(trade.current_pct),
        "target_weight_pct": cents(trade.target_pct),
        "weight_change_pct": cents(trade.target_pct - trade.current_pct),
        "current_value": cents(trade.current_value),
        "target_value": cents(trade.target_value),
        "trade_value": cents(abs(trade.amount)),
        "estimated_shares": str(trade.shares),
        "mark_price": str(trade.mark_price) if trade.mark_price > 0 else "N/A",
        "estimated_commission": cents(trade.commission),
    }


def generate_answer(account: Account, dates: dict, weights: dict, override: float | None) -> dict:
    """Returns generate_rebalancing_trades; raises ServerError."""
    total = portfolio_value(account, override)
    trades = [trade for trade in all_trades(account, weights, total) if is_shown(trade)]
    bought = sum((trade.amount for trade in trades if trade.amount > 0), ZERO)
    sold = sum((-trade.amount for trade in trades if trade.amount < 0), ZERO)
    return {
        "portfolio_summary": {
            "total_value": cents(total),
            "cash": cents(account.total_cash),
            "positions_value": cents(account.positions_value),
            "position_count": len(account.positions),
            "date_range": dates,
        },
        "rebalancing_trades": [trade_row(trade) for trade in trades],
        "trade_summary": {
            "total_trades": len(trades),
            "total_buy_value": cents(bought),
            "total_sell_value": cents(sold),
            "total_estimated_commission": cents(sum((row.commission for row in trades), ZERO)),
            "net_cash_flow": cents(sold - bought),
        },
    }


def realized(trade: Trade, row) -> Decimal:
    """Returns the share of the unrealized profit that a sale realizes; nothing for a short."""
    if trade.current_value <= 0:
        return ZERO
    return row.unrealized_pnl * min(abs(trade.amount) / trade.current_value, Decimal(1))


def tax_answer(trades: list, held: dict) -> dict:
    """Returns simulate_rebalancing's tax_impact: gains and losses, no tax."""
    rows, gain, loss = [], ZERO, ZERO
    for trade in trades:
        if trade.amount >= -1 or trade.symbol not in held:
            continue
        profit = realized(trade, held[trade.symbol])
        gain, loss = gain + max(profit, ZERO), loss + max(-profit, ZERO)
        rows.append(
            {
                "symbol": trade.symbol,
                "sell_value": cents(-trade.amount),
                "estimated_realized_pnl": cents(profit),
                "type": "gain" if profit > 0 else "loss",
            }
        )
    return {
        "positions_with_gains": [row for row in rows if row["type"] == "gain"],
        "positions_with_losses": [row for row in rows if row["type"] == "loss"],
        "total_estimated_taxable_gain": cents(gain),
        "total_estimated_tax_loss": cents(loss),
        "net_tax_impact": cents(gain - loss),
    }


def warnings(weights: dict, held: dict, fees: Decimal, total: Decimal) -> list:
    """Returns the server's three kinds of warning."""
    found = []
    if fees > total * Decimal("0.01"):
        found.append("Estimated commissions exceed 1% of portfolio value")
    opened = ", ".join(symbol for symbol in weights if symbol not in held)
    if opened:
        found.append(
            f"New positions to open: {opened}. "
            "Mark price unavailable; share estimates may be inaccurate."
        )
    closed = ", ".join(symbol for symbol in held if symbol not in weights)
    if closed:
        found.append(f"Positions to fully close: {closed}")
    return found


def allocation(trades: list, side: str) -> list:
    """Returns one side, "current" or "target", of every symbol."""
    return [
        {
            "symbol": trade.symbol,
            "value": cents(getattr(trade, f"{side}_value")),
            "weight_pct": cents(getattr(trade, f"{side}_pct")),
        }
        for trade in trades
    ]


def simulate_answer(account: Account, dates: dict, weights: dict, override: float | None) -> dict:
    """Returns simulate_rebalancing; raises ServerError."""
    total = portfolio_value(account, override)
    held, trades = held_rows(account), all_trades(account, weights, total)
    fees = sum((trade.commission for trade in trades if abs(trade.amount) >= 1), ZERO)
    return {
        "simulation_summary": {
            "portfolio_value": cents(total),
            "date_range": dates,
            "is_dry_run": True,
        },
        "current_allocation": allocation(trades, "current"),
        "projected_allocation": allocation(trades, "target"),
        "cash_position": {
            "current_cash": cents(account.total_cash),
            "current_cash_pct": cents(account.total_cash / total * HUNDRED),
            "implied_target_cash_pct": cents(HUNDRED - sum(weights.values())),
        },
        "cost_analysis": {
            "total_estimated_commission": cents(fees),
            "commission_as_pct_of_portfolio": str(
                (fees / total * HUNDRED).quantize(Decimal("0.0001"))
            ),
        },
        "tax_impact": tax_answer(trades, held),
        "warnings": warnings(weights, held, fees, total),
    }
