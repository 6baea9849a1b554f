"""The only writer of the record.

For people: `create_assets`, `create_asset`, `create_reference`, `create_project`, `create_run`,
`rename_project`, `delete_project`, `restore_project`, `cancel_run`, `pause_run`, `continue_run`,
`send_message`, `edit_revision`, `command_revision`, `create_endpoint`, `change_endpoint`,
`check_endpoint`, `check_own_endpoint`, `delete_endpoint`; of variants `create_variants`,
`create_project_with_variants`, `choose_run`, `cancel_runs`; of arenas `contestants`, `start_round`,
`start_again`, `cancel_arena`, `delete_arena`, `restore_arena`. For workers: `claim_run` →
`append_event`, `send_delta`, `heartbeat`; and, now and then, `report_worker`, `sweep` and
`collect_unreferenced`. For who watches: `end_if_stopped`. `check_store` only reads.
"""

from webapp.studio.live.broadcast import send_delta
from webapp.studio.services.arenas import (
    cancel_arena,
    contestants,
    delete_arena,
    restore_arena,
    start_again,
    start_round,
)
from webapp.studio.services.assets import create_asset, create_assets
from webapp.studio.services.edits import command_revision, edit_revision
from webapp.studio.services.endpoints import (
    change_endpoint,
    check_endpoint,
    check_own_endpoint,
    create_endpoint,
    delete_endpoint,
)
from webapp.studio.services.ledger import Lease, append_event, claim_run, heartbeat
from webapp.studio.services.projects import (
    create_project,
    create_run,
    delete_project,
    rename_project,
    restore_project,
)
from webapp.studio.services.references import create_reference
from webapp.studio.services.runs import (
    cancel_run,
    continue_run,
    end_if_stopped,
    pause_run,
    report_worker,
    send_message,
    sweep,
)
from webapp.studio.services.store import check_store, collect_unreferenced
from webapp.studio.services.variants import (
    cancel_runs,
    choose_run,
    create_project_with_variants,
    create_variants,
)

__all__ = [
    "Lease",
    "append_event",
    "cancel_arena",
    "cancel_run",
    "cancel_runs",
    "change_endpoint",
    "check_endpoint",
    "check_own_endpoint",
    "check_store",
    "choose_run",
    "claim_run",
    "collect_unreferenced",
    "command_revision",
    "contestants",
    "continue_run",
    "create_asset",
    "create_assets",
    "create_endpoint",
    "create_project",
    "create_project_with_variants",
    "create_reference",
    "create_run",
    "create_variants",
    "delete_arena",
    "delete_endpoint",
    "delete_project",
    "edit_revision",
    "end_if_stopped",
    "heartbeat",
    "pause_run",
    "rename_project",
    "report_worker",
    "restore_arena",
    "restore_project",
    "send_delta",
    "send_message",
    "start_again",
    "start_round",
    "sweep",
]
