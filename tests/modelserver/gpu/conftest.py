"""Triton interprets its kernels where there is no GPU; tests that need one are named at the end.

This module is imported before every test module, so that the variable is set before Triton is
imported, which reads it once.
"""

import os

import pytest
import torch

HAS_GPU = torch.cuda.is_available()
NEEDS_GPU = "needs a GPU"

if not HAS_GPU:
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") and not HAS_GPU:
        pytest.skip(NEEDS_GPU)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    waiting = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NEEDS_GPU in report.longrepr[-1]
    ]
    if waiting:
        terminalreporter.write_sep("-", f"{len(waiting)} {NEEDS_GPU}")
        for name in waiting:
            terminalreporter.write_line(name)
