"""/optimize-portfolio and /investment-strategy as they are typed in the client."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.messages import Refusal
from ..request.request import Request
from ..request.review_request import REVIEW, STRATEGY, read_review_text, review_help
from ..request.settings import with_settings
from .commands import CommandContext, Told


def optimize_portfolio(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The review that `words` ask for."""
    request = _request(REVIEW, words, settings, context)
    if request.help:
        return _help(REVIEW)
    from ..reports.review.review_facts import review_facts
    from ..review import review_portfolio

    outcome = review_portfolio(request, context.today or None)
    return Told(outcome.report(), review_facts(outcome.document), outcome.report)


def investment_strategy(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The plan in stages that `words` ask for."""
    request = _request(STRATEGY, words, settings, context)
    if request.help:
        return _help(STRATEGY)
    from ..reports.review.review_facts import strategy_facts
    from ..strategy import plan_strategy

    outcome = plan_strategy(request, context.today or None)
    return Told(outcome.report(), strategy_facts(outcome.document), outcome.report)


def _request(
    command: str, words: str, settings: Mapping[str, str], context: CommandContext
) -> Request:
    """The request; Refusal without a statement, and for files in plan mode."""
    request = with_settings(read_review_text(command, words), settings)
    if request.help:
        return request
    if context.mode == "plan" and {"html", "save"} & set(request.options):
        raise Refusal("plan_mode_files")
    if not (request.statement or request.sample):
        raise Refusal("needs_statement", command=command)
    return request


def _help(command: str) -> Told:
    text = review_help(command, terminal=False)
    return Told(text, text)
