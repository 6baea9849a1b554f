import { useState } from "react";
import type { NewCommand, NewMessage, NewRun, NewVariants } from "../../protocol/api";
import { api, ApiError } from "../../protocol/client";
import { navigate } from "../../router";
import { openedRun } from "../../state/variants";
import type { RunStore } from "../../state/run";

/** What a person can do to a run. A refusal is kept to be shown, and nothing changes. */
export function useRunActions(projectId: string, store: RunStore, onProjectChanged: () => void) {
  const runId = store.read().summary.id;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  /** Whether it was done. */
  const attempt = async (action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    let done = true;
    try {
      await action();
    } catch (refusal) {
      setError(refusal);
      done = isStored(refusal);
    }
    setBusy(false);
    return done;
  };

  return {
    busy,
    error,
    dismiss: () => setError(null),
    stop: () => attempt(() => api.cancel(runId)),
    pause: () => attempt(async () => store.adopt(await api.pause(runId))),
    goOn: () => attempt(() => api.continueRun(runId)),
    send: (message: NewMessage) =>
      attempt(async () => store.adopt(await api.sendMessage(runId, message))),
    command: (revision: number, command: NewCommand) =>
      attempt(async () => store.adopt(await api.commandRevision(runId, revision, command))),
    restore: (revision: number) =>
      attempt(async () => store.adopt(await api.restoreRevision(runId, revision))),
    choose: (revision: number, way: "choice" | "undo" | "redo") =>
      attempt(async () => store.adopt(await api.chooseResult(runId, revision, { way }))),
    branch: (revision: number) =>
      attempt(async () => {
        const run = await api.branchRevision(runId, revision);
        onProjectChanged();
        navigate(`/p/${projectId}?run=${run.id}`);
      }),
    tryAgain: (asked: NewRun) =>
      attempt(async () => {
        const run = await api.createRun(projectId, asked);
        onProjectChanged();
        navigate(`/p/${projectId}?run=${run.id}`);
      }),
    tryVariants: (asked: NewVariants) =>
      attempt(async () => {
        const project = await api.createVariants(projectId, asked);
        onProjectChanged();
        navigate(`/p/${projectId}?variants=${openedRun(project.runs)?.group}`);
      }),
  };
}

/** The one refusal after which what was asked for is kept, and happens by itself. */
export const isStored = (refusal: unknown) =>
  refusal instanceof ApiError && refusal.code === "queue_unavailable";

export type RunActions = ReturnType<typeof useRunActions>;
