import { IconButton } from "../../ui/Button";
import type { VersionsState } from "./useVersions";

/** Which version is the result goes back a step, or forward again; each says what it will do. */
export function UndoRedo({ versions }: { versions: VersionsState }) {
  const { undo, redo, undoLabel, redoLabel } = versions;
  return (
    <div className="undo-redo" role="group" aria-label="Undo and redo">
      <IconButton
        icon="undo"
        label={undoLabel}
        aria-keyshortcuts="Control+Z Meta+Z"
        disabled={undo === null}
        onClick={() => undo?.()}
      />
      <IconButton
        icon="redo"
        label={redoLabel}
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        disabled={redo === null}
        onClick={() => redo?.()}
      />
    </div>
  );
}
