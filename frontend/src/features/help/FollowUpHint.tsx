import { useState } from "react";
import type { RunSnapshot } from "../../state/run";
import { forget, readKept } from "../../state/kept";
import { IconButton } from "../../ui/Button";
import { FOLLOW_UP, followUpKey } from "./firstSteps";

/** Beside the first run that a newcomer is shown: what to do once there is a page, and after that. */
export function FollowUpHint({ run, active }: { run: RunSnapshot; active: boolean }) {
  const { view, summary } = run;
  const key = followUpKey(summary.id);
  const [isShown, setShown] = useState(() => readKept(key) !== null);
  if (!isShown || view.revisions.length === 0) return null;
  const hasSaid = view.steps.some(({ kind }) => kind === "message" || kind === "edit_by_hand");
  if (active) return null;
  return (
    <div className="follow-up-hint">
      <p role="status">
        {hasSaid ? (
          <>
            <b>That is a version of your own.</b> The arrows at the top lead back to the one before
            it; the download takes it home as a zip.
          </>
        ) : (
          <>
            <b>Now say what to change.</b> “{FOLLOW_UP}” is written below: send it, and look at the
            page.
          </>
        )}
      </p>
      <IconButton
        icon="close"
        label="Dismiss"
        onClick={() => {
          forget(key);
          setShown(false);
        }}
      />
    </div>
  );
}
