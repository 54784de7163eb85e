"""What ib-sec-mcp answers to a read of ib://strategy/rebalancing-context."""

from __future__ import annotations

from decimal import Decimal

from ib_sec_mcp_arithmetic import HUNDRED, ZERO, Account

TENTH = Decimal("0.1")


def share(value: Decimal, total: Decimal) -> Decimal:
    """Returns value as a percentage of total with one decimal."""
    return (value / total * HUNDRED).quantize(TENTH) if total > 0 else TENTH * 0


def class_values(account: Account) -> dict:
    """Returns the three class totals the server knows; every other class is in none of them."""
    values = {
        name: sum((row.position_value for row in account.positions if row.asset_class == name), 0)
        for name in ("BOND", "STK")
    }
    return {**values, "CASH": account.total_cash}


def suggested_action(
    name: str, value: Decimal, share_now: Decimal, target: Decimal, total: Decimal
):
    """Returns the resource's advice for one class, or None below 1,000."""
    difference = value - total * (target / HUNDRED)
    if abs(difference) <= 1000:
        return None
    verb = "Reduce" if difference > 0 else "Increase"
    return {
        "action": "sell" if difference > 0 else "buy",
        "asset_class": name,
        "amount": str(abs(difference)),
        "reason": f"{verb} from {share_now}% to {target}% target",
    }


def status(drift: Decimal) -> str:
    """Returns the resource's word for a drift."""
    return "overweight" if drift > 0 else "underweight" if drift < 0 else "balanced"


def concentration(account: Account, total: Decimal) -> dict:
    """Returns the resource's two largest holdings and its score."""
    largest = sorted(account.positions, key=lambda row: row.position_value, reverse=True)[:2]
    shares = [share(row.position_value, total) for row in largest]
    top = max([ZERO, *shares])
    return {
        "top_holdings": [
            {"symbol": row.symbol, "percentage": str(value)} for row, value in zip(largest, shares)
        ],
        "max_position_size": str(top),
        "diversification_score": "good" if top < 15 else "moderate" if top <= 25 else "poor",
    }


def context_answer(account: Account) -> dict:
    """Returns ib://strategy/rebalancing-context, always against the server's own 60/35/5."""
    total = account.total_value
    if not total:
        return {"error": "No portfolio value found"}
    targets = {"BOND": Decimal("60.0"), "STK": Decimal("35.0"), "CASH": Decimal("5.0")}
    values = class_values(account)
    shares = {name: share(value, total) for name, value in values.items()}
    drifts = {name: shares[name] - target for name, target in targets.items()}
    needed = any(abs(drift) > 5 for drift in drifts.values())
    actions = [
        suggested_action(name, values[name], shares[name], targets[name], total)
        for name in ("BOND", "STK")
    ]
    return {
        "current_allocation": {
            name: {"percentage": str(shares[name]), "value": str(values[name])} for name in targets
        },
        "target_allocation": {name: str(target) for name, target in targets.items()},
        "drift_analysis": {
            name: {"drift": str(drift), "status": status(drift)} for name, drift in drifts.items()
        },
        "rebalancing_needed": needed,
        "suggested_actions": [action for action in actions if action] if needed else [],
        "concentration_risk": concentration(account, total),
    }
