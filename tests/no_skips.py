"""A pytest plugin that fails a run in which tests were skipped: `pytest -p tests.no_skips`."""

from __future__ import annotations

import pytest


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turns success into failure when anything was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", []))
    if skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"\n{skipped} skipped, which does not count as passed here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
