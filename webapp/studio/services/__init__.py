"""The only writer of the record.

People's wishes come by `assets`, `recordings`, `references`, `projects`, `copies`, `runs`,
`variants`, `arenas`, `edits`, `versions`, `shares` and `endpoints`. Workers: `claim_run` →
`append_event`, `send_delta`, `heartbeat`, `add_first_picture`; `claim_recording` →
`report_reading`, `finish_reading` or `refuse_recording`; and, now and then, `report_worker`,
`sweep`, `sweep_recordings` and `collect_unreferenced`. For who watches: `end_if_stopped`.
`check_store` only reads.
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
from webapp.studio.services.copies import duplicate_project
from webapp.studio.services.edits import change_element, command_revision, edit_revision
from webapp.studio.services.endpoints import (
    change_endpoint,
    check_endpoint,
    check_own_endpoint,
    create_endpoint,
    delete_endpoint,
)
from webapp.studio.services.ledger import Lease, append_event, claim_run, heartbeat
from webapp.studio.services.projects import (
    add_first_picture,
    archive_project,
    create_project,
    create_run,
    delete_project,
    rename_project,
    restore_project,
    unarchive_project,
)
from webapp.studio.services.reading import (
    claim_recording,
    finish_reading,
    refuse_recording,
    report_reading,
    sweep_recordings,
)
from webapp.studio.services.recordings import (
    add_part,
    add_picture,
    change_storyboard,
    create_recording,
    delete_recording,
    first_mockup,
    read_again,
    storyboard_of,
)
from webapp.studio.services.references import create_folder_reference, create_reference
from webapp.studio.services.runs import (
    cancel_run,
    continue_run,
    end_if_stopped,
    pause_run,
    report_worker,
    send_message,
    sweep,
)
from webapp.studio.services.shares import revoke_share, share_revision
from webapp.studio.services.store import check_store, collect_unreferenced
from webapp.studio.services.variants import (
    cancel_runs,
    choose_run,
    create_project_with_variants,
    create_variants,
)
from webapp.studio.services.versions import branch_revision, choose_result, restore_revision

__all__ = [
    "Lease",
    "add_first_picture",
    "add_part",
    "add_picture",
    "append_event",
    "archive_project",
    "branch_revision",
    "cancel_arena",
    "cancel_run",
    "cancel_runs",
    "change_element",
    "change_endpoint",
    "change_storyboard",
    "check_endpoint",
    "check_own_endpoint",
    "check_store",
    "choose_result",
    "choose_run",
    "claim_recording",
    "claim_run",
    "collect_unreferenced",
    "command_revision",
    "contestants",
    "continue_run",
    "create_asset",
    "create_assets",
    "create_endpoint",
    "create_folder_reference",
    "create_project",
    "create_project_with_variants",
    "create_recording",
    "create_reference",
    "create_run",
    "create_variants",
    "delete_arena",
    "delete_endpoint",
    "delete_project",
    "delete_recording",
    "duplicate_project",
    "edit_revision",
    "end_if_stopped",
    "finish_reading",
    "first_mockup",
    "heartbeat",
    "pause_run",
    "read_again",
    "refuse_recording",
    "rename_project",
    "report_reading",
    "report_worker",
    "restore_arena",
    "restore_project",
    "restore_revision",
    "revoke_share",
    "send_delta",
    "send_message",
    "share_revision",
    "start_again",
    "start_round",
    "storyboard_of",
    "sweep",
    "sweep_recordings",
    "unarchive_project",
]
