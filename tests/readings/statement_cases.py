"""The statements whose fields are changed, by the door that reads them."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from readings.given import FOLDER
from readings.statements import Case, Read, Reader, lines_of

from ib_portfolio.request.tax_request import TAX_REPORT, parse_tax_text
from ib_portfolio.sources.flex_account import account_day, account_days
from ib_portfolio.sources.flex_flows import FLOW_FIELDS, read_flows
from ib_portfolio.sources.flex_statement import portfolio_of
from ib_portfolio.sources.flex_xml import read_flex
from ib_portfolio.tax_accounts import read_accounts

NAV = "EquitySummaryByReportDateInBase"
CASH = "CashReportCurrency"
_ADDED = "fxRateToBase positionValue multiplier costBasisMoney fifoPnlUnrealized accruedInt"
_TRADES = "Trades, Trade, Order, Lot"
_NAMES = ", ".join(
    f"OpenPosition.{field}"
    for field in ("description", "symbol", "conid", "assetCategory", "currency", "levelOfDetail")
)
_AAPL = "OpenPosition AAPL SUMMARY APPLE"
_GIVEN = (
    (f"{_AAPL}.symbol", f"{'S' * 60} {'S' * 61} USD.CASH a|b"),
    (f"{_AAPL}.reportDate", "2026-11-20;16:00 03/04/2026 20-NOV-26 soon"),
    (f"{_AAPL}.position", "1e3 1,000 NaN 1000000000000000"),
    (f"{_AAPL}.assetCategory", "BILL OPT CFD CASH FUND"),
    ("OpenPosition IBUS500.assetCategory, OpenPosition T 0.assetCategory", "BOND FXCFD"),
)
HELD = (
    Case("held.xml", "AAPL", unchanged="FlexStatement.accountId, FlexStatement.whenGenerated,"
         " OpenPosition AAPL LOT.symbol, OpenPosition AAPL LOT.assetCategory, OpenPosition AAPL"
         " LOT.fxRateToBase, OpenPosition AAPL LOT.markPrice, OpenPosition AAPL LOT.positionValue,"
         " OpenPosition AAPL LOT.description", added=_ADDED, given=_GIVEN),
    Case("held.xml", "SAP", _TRADES, "OpenPosition", "OpenPosition.description", _ADDED),
    Case("held.xml", "T 4 1/4 11/15/34", _TRADES, "OpenPosition", _NAMES),
    Case("held.xml", "T 0 02/18/27", _TRADES, "OpenPosition", "OpenPosition.symbol",
         "positionValue cusip multiplier", _GIVEN),
    Case("held.xml", "AAPL  261218P00140000", _TRADES, "OpenPosition", _NAMES, "positionValue"),
    Case("held.xml", "MESZ6, IBUS500", _TRADES, "OpenPosition", "OpenPosition.description,"
         " OpenPosition.symbol, OpenPosition.conid, OpenPosition.levelOfDetail", given=_GIVEN),
    Case("held.xml", "MSFT", _TRADES, "OpenPosition MSFT SUMMARY B", "OpenPosition.description"),
    Case("held.xml", "MSFT", _TRADES, "OpenPosition MSFT SUMMARY A", _NAMES),
    Case("held.xml", "VOD", _TRADES, "OpenPosition VOD", f"{_NAMES}, OpenPosition.markPrice"),
    Case("held.xml", "OLD, GIFT", _TRADES, "OpenPosition", _NAMES, "markPrice positionValue"),
    Case("held.xml", "TWIN, INDA", _TRADES, "OpenPosition TWIN SUMMARY ONE, OpenPosition INDA",
         "OpenPosition INDA.description, OpenPosition INDA.symbol, OpenPosition INDA.currency,"
         " OpenPosition INDA.assetCategory", "conid"),
    Case("held.xml", "SAP", "Trade ", "Order, Trades"),
    Case("held.xml", "SAP", "Trade , Order", "Lot, Trades"),
    Case("held.xml", "SAP", "Trades, Order, Lot", "Trade"),
    Case("held.xml", "SAP", "Trade BUY, Trade SELL -10 SAP EXECUTION, Order, Lot", "Trades"),
)  # fmt: skip
_DAY, _OLD_DAY = f"{NAV} 20261120", f"{NAV} 20261119"
_NEAR = (
    (f"{CASH} BASE_SUMMARY.endingCash", "2300.05 2299.5"),
    ("OpenPosition IBUS500.fifoPnlUnrealized", "5050"),
)
SUMS = (
    Case("sums.xml", unchanged=f"FlexStatement, {_OLD_DAY}.currency, {_OLD_DAY}.cash,"
         f" {_OLD_DAY}.stock,"
         f" {_OLD_DAY}.bonds, {_NAMES}, OpenPosition.multiplier, OpenPosition.reportDate,"
         " OpenPosition.costBasisMoney, OpenPosition VOD", given=_NEAR),
    Case("sums.xml", "", f"{NAV}.interestAccruals", f"{_DAY}.brokerInterestAccrualsComponent,"
         f" {_DAY}.fdicInsuredAccountInterestAccrualsComponent,"
         f" {_DAY}.bondInterestAccrualsComponent"),
    Case("sums.xml", "", f"{NAV}.interestAccruals, {NAV}.bondInterestAccrualsComponent",
         f"{_DAY}.fdicInsuredAccountInterestAccrualsComponent, OpenPosition AAPL.accruedInt,"
         " OpenPosition T 4 1/4.accruedInt, OpenPosition SAP.accruedInt", "", "accruedInt"),
    Case("sums.xml", "", NAV, f"AccountInformation, {CASH}, ConversionRate"),
    Case("sums.xml", "", f"AccountInformation, {NAV}", f"ConversionRate, {CASH} BASE_SUMMARY"),
    Case("sums.xml", "AAPL, IBUS500, VOD",
         f"AccountInformation, {NAV}, ConversionRate, {CASH} EUR, {CASH} BASE",
         f"OpenPosition.fxRateToBase, OpenPosition.currency, {CASH} USD.currency"),
    Case("sums.xml", "", "AccountInformation", f"{_DAY}.currency"),
    Case("sums.xml", "", f"{NAV}, {CASH} BASE", CASH),
    Case("sums.xml", "", f"{NAV}, {CASH} USD, {CASH} EUR, {CASH} CHF", CASH),
    Case("sums.xml", "", CASH, f"{_DAY}.cash, {_DAY}.(the row)"),
    Case("sums.xml", "", "OpenPosition", f"{_DAY}.stock, {_DAY}.bonds"),
)  # fmt: skip
ACCOUNTS = (
    Case("accounts.xml", unchanged="OpenPosition.position, OpenPosition.markPrice,"
         " OpenPosition.conid, OpenPosition.symbol, OpenPosition.fxRateToBase, ConversionRate",
         given=(("FlexStatement.toDate", "03/04/2026"),)),
)  # fmt: skip
_LAST = "FlexStatement U1234567 20261120"
FLOWS = (
    Case("period.xml", without="WashSale, FIFO, Order, Lot", changed=f"{_LAST},"
         f" {CASH} BASE_SUMMARY, AccountInformation, Trade SELL -4 AAPL EXECUTION,"
         " CashTransaction Dividends 40 DETAIL, CashTransaction Broker,"
         " Trade BUY 5 SAP.taxes, Trade BUY 5 SAP.fxRateToBase,"
         " CashTransaction Dividends 40 SUMMARY.levelOfDetail, Trade BUY 5 SAP.currency",
         unchanged=f"{CASH}.endingCash, {CASH}.bondInterest, {CASH}.paymentInLieu, Trade.isin,"
         " Trade.symbol, Trade.conid, Trade.quantity, Trade.tradeDate, CashTransaction.isin,"
         " CashTransaction.assetCategory, CashTransaction.issuerCountryCode"),
    Case("period.xml", without="CashTransaction ", changed="CashTransactions"),
    Case("period.xml", without="CashTransaction Dividends 30 DETAIL, CashTransaction Dividends 40"
         " DETAIL, CashTransaction Withholding, CashTransaction Broker",
         changed="CashTransaction "),
    Case("period.xml", without="Trade ", changed="Trades"),
)  # fmt: skip
_MONEY = "CashTransaction"
TAXES = (
    Case("period.xml", without=f"{_MONEY} Dividends 40, {_MONEY} With, {_MONEY} Broker, FIFO",
         changed="Trades, Trade SELL -4 AAPL EXECUTION, Trade BUY (Ca, Trade BUY 3 SAP.(the row),"
         " Trade SELL -1 AAPL  26.underlyingConid, Trade SELL -1 AAPL  26.underlyingSymbol,"
         " Trade SELL -1 AAPL  26.putCall, Trade SELL 4 AAPL WASH.levelOfDetail",
         unchanged="Trade.accountId, Trade BUY (Ca.isin, Trade BUY (Ca.ibCommission"),
    Case("period.xml", without=f"{_MONEY} Dividends 40, {_MONEY} With, {_MONEY} Broker, FIFO,"
         " Trade BUY, Trade SELL -1", changed="Lot, WashSale", unchanged="Lot.accountId,"
         " WashSale.accountId, WashSale.isin, WashSale.assetCategory, WashSale.symbol"),
    Case("period.xml", without="Trade , Lot, WashSale", changed=f"{_MONEY} Dividends 40 DETAIL,"
         f" {_MONEY} Withholding Tax -10.5 DETAIL.description, {_MONEY} Withholding Tax -10.5"
         f" DETAIL.issuerCountryCode, {_MONEY} Withholding Tax -10.5 DETAIL.isin, {_MONEY} Broker,"
         f" {_MONEY} Dividends 40 SUMMARY.levelOfDetail, FIFO, Order.levelOfDetail,"
         " Order.(the row), CashTransactions, Trades",
         unchanged=f"FIFO.assetCategory, {_MONEY}.accountId"),
    Case("period.xml", without=f"Trade BUY 5, Trade SELL -1, {_MONEY} Dividends 40, {_MONEY} With",
         changed=f"FlexStatement, AccountInformation, {CASH}, ConversionRate EUR 20261120",
         unchanged=f"{CASH}.endingCash, {CASH}.commissions, {CASH}.transactionTax, {CASH}.salesTax,"
         f" {CASH}.clientFees, {CASH}.advisorFees, {CASH}.otherFees, {CASH}.bondInterest,"
         f" {CASH}.paymentInLieu, {CASH}.withholdingTax"),
    Case("period.xml", without=f"{_MONEY} ", changed="CashTransactions"),
    Case("period.xml", without="Order, Trade , Lot", changed="Trades"),
    Case("period.xml", without="Lot", changed="Trade SELL -4 AAPL EXECUTION.fifoPnlRealized,"
         " Trade SELL -4 AAPL EXECUTION.levelOfDetail, Trade SELL -4 AAPL EXECUTION.assetCategory,"
         " Trade BUY 5 SAP.fifoPnlRealized"),
)  # fmt: skip


def portfolio(path: str) -> Any:
    """What a plan is made from."""
    return portfolio_of(account_day(read_flex(path)), "statement")


def _flows(path: str) -> Any:
    return read_flows(account_day(read_flex(path, FLOW_FIELDS)))


_OF_ALL = parse_tax_text(TAX_REPORT, "--account all")


def _activity(path: str) -> Any:
    read = read_accounts(_OF_ALL._replace(statement=path))
    return [one.activity for one in read.accounts]


def _accounts_read(path: str) -> Any:
    """Every account that a file has, and of each its type and what it holds."""
    return {
        day.account: (
            ("retirement", day.is_retirement),
            ("segment", day.segment),
            ("holds", portfolio_of(day, "statement", True)),
        )
        for day in account_days(read_flex(path))
    }


def table(cases: Sequence[Case], read: Read) -> Iterator[str]:
    """The lines of a table: a heading for each case, a line for each change."""
    with Reader(read) as reader:
        for case in cases:
            only = f", of its positions {case.only}" if case.only else ""
            without = f", without {case.without}" if case.without else ""
            yield f"# {case.file}{only}{without}"
            yield from ("\t".join(line) for line in lines_of(FOLDER, case, reader))


def held() -> Iterator[str]:
    """What of a statement becomes the positions."""
    return table(HELD, portfolio)


def sums() -> Iterator[str]:
    """What of a statement becomes the cash and the rates, and whether it adds up."""
    return table(SUMS, portfolio)


def accounts() -> Iterator[str]:
    """What of a file decides which accounts and days there are."""
    return table(ACCOUNTS, _accounts_read)


def flows() -> Iterator[str]:
    """What of a statement becomes what went through the account."""
    return table(FLOWS, _flows)


def taxes() -> Iterator[str]:
    """What of a statement becomes the activity that taxes are reported on."""
    return table(TAXES, _activity)
