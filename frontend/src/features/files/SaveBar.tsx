import type { Edits } from "../../state/edits";
import { Button } from "../../ui/Button";
import { wordsOf } from "../../ui/Notice";
import type { Editing } from "./Code";

interface SaveBarProps extends Omit<Editing, "change"> {
  edits: Edits;
  shown: number | null; // the revision on the stage
  newest: number; // revision there is
}

/** What a person changed by hand and has not saved yet. */
export function SaveBar(props: SaveBarProps) {
  const { edits, shown, newest, active, saving, error, save, discard, onChoose } = props;
  const { revision, files } = edits;
  const count = Object.keys(files).length;
  const refusal = error === null ? null : wordsOf(error);
  return (
    <div className="save-bar" role="region" aria-label="Your changes">
      <p>
        You changed {count === 1 ? "a file" : `${count} files`} of revision {revision}.{" "}
        {refusal ? (
          <strong role="alert">
            {refusal.title} {refusal.hint}
          </strong>
        ) : (
          fateOf(edits, newest, active && !saving)
        )}
      </p>
      {shown !== revision && (
        <Button kind="quiet" onClick={() => onChoose(revision)}>
          Show
        </Button>
      )}
      <Button kind="quiet" disabled={saving} onClick={discard}>
        Discard
      </Button>
      <Button kind="primary" disabled={active || saving} onClick={save}>
        {saving ? "Saving…" : "Save as a new revision"}
      </Button>
    </div>
  );
}

function fateOf(edits: Edits, newest: number, active: boolean): string {
  if (active) return "They can be saved once the run has ended, or you stop it.";
  if (newest > edits.newest)
    return `Revision ${newest} was made since: save yours, and both are kept.`;
  return "";
}
