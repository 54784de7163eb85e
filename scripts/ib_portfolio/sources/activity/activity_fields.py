"""The fields of a Flex statement that only the reports on taxes read."""

from __future__ import annotations

from ..flex_xml import FIELDS

_TRADE = (
    *("accountId", "symbol", "conid", "isin", "assetCategory", "currency", "fxRateToBase"),
    *("underlyingConid", "underlyingSymbol", "putCall", "buySell", "quantity", "tradeDate"),
    *("dateTime", "levelOfDetail", "taxes", "ibCommission", "ibCommissionCurrency", "cost"),
    *("fifoPnlRealized", "openDateTime", "holdingPeriodDateTime"),
)
# Sums of the cash report that are compared with the rows of Cash Transactions.
CASH_SUMS = ("dividends", "paymentInLieu", "withholdingTax", "brokerInterest", "bondInterest")
# By element, to be read instead of the fields of the plain plan.
ACTIVITY_FIELDS = {
    **FIELDS,
    "CashReportCurrency": (*FIELDS["CashReportCurrency"], *CASH_SUMS),
    "Trade": _TRADE,
    "Order": _TRADE,
    "Lot": _TRADE,
    "WashSale": _TRADE,
    "CashTransactions": (),
    "CashTransaction": (
        *("accountId", "type", "amount", "currency", "fxRateToBase", "symbol", "conid", "isin"),
        *("assetCategory", "issuerCountryCode", "description", "dateTime", "settleDate"),
        *("reportDate", "levelOfDetail"),
    ),
    "FIFOPerformanceSummaryUnderlying": (
        *("accountId", "symbol", "conid", "assetCategory", "totalRealizedPnl", "reportDate"),
    ),
}
