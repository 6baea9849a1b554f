import { useState } from "react";
import { redoWords, undoWords } from "../../state/undo";
import type { RunView } from "../../state/view";
import type { RunActions } from "../studio/useRunActions";

/** What a person can do with the versions that there are; null where it cannot be done now. */
export function useVersions(
  view: RunView,
  active: boolean,
  actions: RunActions,
  follow: () => void,
) {
  const { history } = view;
  const [against, compareWith] = useState<number | null>(null); // a version; null: the mockup
  const can = !active && !actions.busy;
  const [undone, redone] = [history.past.at(-1), history.future.at(-1)];
  const choose = async (number: number, way: "choice" | "undo" | "redo") => {
    if (await actions.choose(number, way)) follow();
  };
  return {
    against: view.revisions.some(({ number }) => number === against) ? against : null,
    compareWith,
    error: actions.error,
    undo: can && undone ? () => void choose(undone.from, "undo") : null,
    redo: can && redone ? () => void choose(redone.to, "redo") : null,
    undoLabel: undoWords(history) ?? "Nothing to undo",
    redoLabel: redoWords(history) ?? "Nothing to redo",
    use: can ? (number: number) => void choose(number, "choice") : null,
    restore: can
      ? async (number: number) => {
          if (await actions.restore(number)) follow();
        }
      : null,
    branch: actions.busy ? null : (number: number) => void actions.branch(number),
  };
}

export type VersionsState = ReturnType<typeof useVersions>;
