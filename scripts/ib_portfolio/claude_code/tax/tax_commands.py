"""/wash-sale-check and /tax-report, as the hook answers them."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.messages import Refusal
from ...fetched_source import with_fetched
from ...request.fetch_settings import fetch_settings
from ...request.tax_request import (
    TAX_REPORT,
    WASH_SALE_CHECK,
    TaxRequest,
    parse_tax_text,
    with_tax_settings,
)
from ..entry_point import CommandContext, Told


def wash_sale_check(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The report on wash sales and losses to take; Refusal or Usage as the story refuses."""
    request = _request(WASH_SALE_CHECK, words, settings, context)
    if request.help:
        return _help(WASH_SALE_CHECK)
    from ...wash_sale_check import carry_out

    outcome = carry_out(request)
    return Told(outcome.report(), outcome.facts())


def tax_report(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The report on a year's taxes; Refusal or Usage as the story refuses."""
    request = _request(TAX_REPORT, words, settings, context)
    if request.help:
        return _help(TAX_REPORT)
    from ...tax_report import carry_out

    outcome = carry_out(request)
    return Told(outcome.report(), outcome.facts())


def _help(command: str) -> Told:
    from ...request.tax_help import tax_help_text

    return Told(tax_help_text(command, terminal=False), "")


def _request(
    command: str, words: str, settings: Mapping[str, str], context: CommandContext
) -> TaxRequest:
    """The request with settings and, where it names no statement, the newest fetched one."""
    request = with_tax_settings(parse_tax_text(command, words), settings)
    if request.help:
        return request
    if request.files and context.mode == "plan":
        raise Refusal("plan_mode_files")
    return with_fetched(request, context.data, fetch_settings(context.environ))
