"""The last section of the other commands: what helps with what was found, and nothing else."""

from __future__ import annotations

from ...core.messages import Ours, say
from .review_actions import typed_profile, typed_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.household_review_document import HouseholdReview
    from ...core.reviews.household_strategy_document import HouseholdStrategy
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import StrategyDocument


def review_steps(document: ReviewDocument) -> list[str]:
    """The steps after a review: the plan, the losses, the stages; or that there is nothing."""
    source = typed_source(document["source"])
    profile = _profile(document) + document["typed_options"]
    steps = []
    if document["trades"]:
        steps.append(_step("step_plan", profile + source))
    if document["losses"]:
        steps.append(_step("step_wash_sale", document["account_options"] + source))
    if document["actions"]:
        steps.append(_step("step_strategy", profile + source))
    return steps or [say("next_nothing")]


def household_review_steps(household: HouseholdReview) -> list[str]:
    """The steps after a household's review; losses are compared where all can be added up."""
    words = household["typed_options"] + household["account_options"]
    words += typed_source(household["source"])
    profile = typed_profile(household["profile"])
    steps = []
    if household["trades"]:
        steps.append(_step("step_plan", profile + words))
    steps += _loss_step(household)
    if household["trades"] or household["actions"]:
        steps.append(_step("step_strategy", profile + words))
    return steps or [say("next_nothing")]


def household_strategy_steps(household: HouseholdStrategy) -> list[str]:
    """The steps after a household's strategy: its orders, its losses, what else can be seen."""
    words = household["typed_options"] + household["account_options"]
    source, profile = typed_source(household["source"]), typed_profile(household["profile"])
    steps = []
    if household["trades"]:
        steps.append(_step("step_plan", profile + words + source))
    steps += _loss_step(household)
    more = profile + household["account_options"] + source
    return [*steps, _step("step_review", more)]


def _loss_step(household: HouseholdReview | HouseholdStrategy) -> list[str]:
    if not household["losses"]:
        return []
    words = household["account_options"] + typed_source(household["source"])
    return [_step("step_wash_sale", words)]


def strategy_steps(document: StrategyDocument) -> list[str]:
    """The steps after a strategy: its orders as a plan, its losses, what else can be seen."""
    source = typed_source(document["source"])
    profile = _profile(document)
    steps = []
    if document["trades"]:
        steps.append(_step("step_plan", profile + document["typed_options"] + source))
    if document["losses"]:
        steps.append(_step("step_wash_sale", document["account_options"] + source))
    return [*steps, _step("step_review", profile + document["account_options"] + source)]


def _profile(document: ReviewDocument | StrategyDocument) -> str:
    """The profile as it is typed, shorter where an account is named too: a step is one line."""
    option = "" if document["account_options"] else "--profile "
    return typed_profile(document["profile"], option)


def _step(key: str, words: str) -> str:
    """The sentence of `key`, with `words` behind its command."""
    return say(key, words=Ours(words))
