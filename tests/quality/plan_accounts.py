"""Plans statements through the public door of the product that stands in a folder.

Usage: python plan_accounts.py SCRIPTS_FOLDER < jobs
Each line of the input is a JSON list of what is typed; each line of the output what came of it: the
amount that each order moves by symbol, the cash after them, or why there is no plan. It imports
nothing but that product, so that any commit of it can be asked.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Dict, List

TODAY = "2026-11-20"


def planned(words: List[str]) -> Dict[str, Any]:
    """What comes of one request, figures as numbers; of a household the plan of each account."""
    from ib_portfolio.core.messages import Refusal
    from ib_portfolio.request.request import parse_words

    start = time.perf_counter()
    try:
        request = parse_words(words)
        if request.account == "all":
            from ib_portfolio.household import plan_household

            accounts = plan_household(request, TODAY)["accounts"]
            answer: Dict[str, Any] = {"accounts": [_told(document) for document in accounts]}
        else:
            from ib_portfolio.checked_plan import plan_from_statement

            answer = _told(plan_from_statement(request, TODAY))
    except Refusal as refusal:
        return {"refused": f"{refusal.key}: {refusal}"[:200]}
    return {**answer, "seconds": time.perf_counter() - start}


def _told(document: Dict[str, Any]) -> Dict[str, Any]:
    signs = {"BUY": 1, "SELL": -1}
    moved = {
        row["symbol"]: signs[row["action"]] * float(row["amount"]) for row in document["trades"]
    }
    return {
        "moved": moved,
        "cash": float(document["summary"]["cash_after"]),
        "ends": {row["asset_class"]: float(row["after_value"]) for row in document["classes"]},
    }


def main() -> None:
    """One answer a line."""
    sys.path.insert(0, sys.argv[1])
    from ib_portfolio.core.numbers import use_exact_decimals

    use_exact_decimals()
    for line in sys.stdin:
        print(json.dumps(planned(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
