"""Why a run cannot go on. Codes are looked up in `webapp.studio.messages`.

    AgentError
    ├── ModelFailed     the model broke off, or kept saying nothing
    ├── ModelStuck      it repeats itself and comes no further
    ├── UnknownModel    no model of that name can be made here
    └── UnknownStack    the model cannot write this kind of code

A tool's error is a result the model reads, not one of these. Some no model can mend, as the disk,
the store or the browser is at fault, and they end the run: those whose `code` is in `FATAL_CODES`.
"""

import errno

FATAL_CODES = frozenset(
    {
        "disk_full",
        "file_damaged",
        "store_unavailable",
        "store_refuses",
        "store_has_no_bucket",
        "store_full",
        "no_browser",
        "browser_failed",
    }
)


class AgentError(Exception):
    """Base: `code` names the cause for the record, `str()` the detail."""

    code = "internal"


class ModelFailed(AgentError):
    code = "model_failed"


class ModelStuck(AgentError):
    code = "model_stuck"


class UnknownModel(AgentError):
    code = "unknown_model"


class UnknownStack(AgentError):
    code = "unknown_stack"


def code_of(error: BaseException) -> str:
    """The code under which an error is recorded: its own, `disk_full`, or `internal`."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk_full"
    code = getattr(error, "code", None)
    return code if isinstance(code, str) else "internal"
