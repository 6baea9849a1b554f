import { useState } from "react";
import { api } from "../../protocol/client";
import { navigate } from "../../router";

/** What a person can do to a run. A refusal is kept to be shown, and nothing changes. */
export function useRunActions(projectId: string, runId: string, onProjectChanged: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const attempt = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await action();
    } catch (refusal) {
      setError(refusal);
    }
    setBusy(false);
  };

  return {
    busy,
    error,
    dismiss: () => setError(null),
    stop: () => attempt(() => api.cancel(runId)),
    goOn: () => attempt(() => api.continueRun(runId)),
    tryAgain: (prompt: string) =>
      attempt(async () => {
        const run = await api.createRun(projectId, { prompt });
        onProjectChanged();
        navigate(`/p/${projectId}?run=${run.id}`);
      }),
  };
}

export type RunActions = ReturnType<typeof useRunActions>;
