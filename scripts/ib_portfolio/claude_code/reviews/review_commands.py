"""/optimize-portfolio and /investment-strategy, as the hook answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...core.messages import Ours, Refusal, say
from ...fetched_source import with_fetched
from ...reports.color import colored_report
from ...request.fetch_settings import fetch_settings
from ...request.policy.policy_options import with_policy
from ...request.request import Request
from ...request.review_request import REVIEW, STRATEGY, read_review_text, review_help
from ...request.settings import with_settings
from ..chat_report import LONGEST
from ..entry_point import CommandContext, Told

_FEWER_ROWS = (25, 10, 5, 3)
_OPENING = 100  # characters that the hook puts before a report


def optimize_portfolio(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The review that `words` ask for."""
    request = _request(REVIEW, words, settings, context)
    if request.help:
        return Told(review_help(REVIEW, terminal=False), "")
    from ...review import review_portfolio

    outcome = review_portfolio(request)
    return Told(_fitted(outcome.report, context), outcome.facts())


def investment_strategy(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The plan in stages that `words` ask for."""
    request = _request(STRATEGY, words, settings, context)
    if request.help:
        return Told(review_help(STRATEGY, terminal=False), "")
    from ...strategy import plan_strategy

    outcome = plan_strategy(request)
    return Told(_fitted(outcome.report, context), outcome.facts())


def _request(
    command: str, words: str, settings: Mapping[str, str], context: CommandContext
) -> Request:
    """The request on a statement; Refusal without one, and for files in plan mode."""
    typed = read_review_text(command, words, settings.get("policy", ""))
    request = with_settings(typed, settings)
    if request.help:
        return request
    request = with_policy(request)
    if context.mode == "plan" and {"html", "save"} & set(request.options):
        raise Refusal("plan_mode_files")
    if context.data:
        request = with_fetched(request, context.data, fetch_settings(context.environ))
    if not (request.statement or request.sample):
        raise Refusal("needs_statement", command=command)
    return request


def _fitted(report: Callable[[int], str], context: CommandContext) -> str:
    """The report, where it is too long for a screen with fewer rows of each list.

    Then the whole is in a private file until the session's next run, and a line names it.
    """
    whole, room = report(0), LONGEST - _OPENING
    if len(colored_report(whole)) <= room:
        return whole
    try:
        place = context.folder.write_list(whole) if context.folder else say("list_lost")
    except OSError:
        place = say("list_lost")
    text = whole
    for most in _FEWER_ROWS:
        text = f"{report(most)}\n{say('more_rows')}\n{Ours(place)}\n"
        if len(colored_report(text)) <= room:
            break
    return text
