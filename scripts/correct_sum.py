#!/usr/bin/env python3
"""Correct the sum of target weights that come from elsewhere, so that it is exactly 100.

Usage: correct_sum.py SYMBOL=PERCENT …      as in: correct_sum.py VTI=44.998 BND=55.001

Prints the weights as a JSON object, with what rounding left over put on the largest. A sum that
rounding does not explain is refused. Reads no file and no input. Exit codes: 0 done, 1 refused (one
sentence on stderr), 2 usage. Python 3.9, standard library only.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """The corrected weights as JSON."""
    from ib_portfolio.planning.weight_correction import correct_weights, read_weights, weights_text

    return weights_text(correct_weights(read_weights(words)))


if __name__ == "__main__":
    sys.exit(run_script(main, sys.argv[1:]))
