"""What IBKR's kinds of cash are for a report on taxes."""

from __future__ import annotations

from ..sources.activity.activity import CashEntry

DIVIDENDS, IN_LIEU, WITHHELD = "dividends", "in_lieu", "withheld"
INTEREST_RECEIVED, INTEREST_PAID = "interest_received", "interest_paid"
COUPONS, ACCRUED_SOLD, ACCRUED_BOUGHT = "coupons", "accrued_sold", "accrued_bought"
FEES, OTHER, NO_INCOME = "fees", "other", "no_income"
# In the order of the report; what is no income is left out of it.
KINDS = (
    *(DIVIDENDS, IN_LIEU, WITHHELD, INTEREST_RECEIVED, INTEREST_PAID, COUPONS),
    *(ACCRUED_SOLD, ACCRUED_BOUGHT, FEES, OTHER),
)
# By IBKR's type in small letters. Source: the types in the section Cash Transactions.
_KIND_OF = {
    "dividends": DIVIDENDS,
    "payment in lieu of dividends": IN_LIEU,
    "withholding tax": WITHHELD,
    "871(m) withholding": WITHHELD,
    "broker interest received": INTEREST_RECEIVED,
    "broker interest paid": INTEREST_PAID,
    "bond interest received": COUPONS,
    "bond interest paid": COUPONS,
    "other fees": FEES,
    "broker fees": FEES,
    "advisor fees": FEES,
    "commission adjustments": FEES,
    "deposits/withdrawals": NO_INCOME,
    "deposits & withdrawals": NO_INCOME,
    "deposits": NO_INCOME,
    "withdrawals": NO_INCOME,
}
_ACCRUED = "ACCRUED INT"


def kind_of(entry: CashEntry) -> str:
    """One of KINDS, or NO_INCOME for money that only moved; OTHER for a type that is not known.

    Accrued interest of a bond trade is told by its description ("PURCHASE ACCRUED INT …").
    """
    kind = _KIND_OF.get(entry.kind.casefold(), OTHER)
    if kind == COUPONS and _ACCRUED in entry.description.upper():
        return ACCRUED_BOUGHT if entry.amount < 0 else ACCRUED_SOLD
    return kind
