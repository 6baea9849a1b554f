import { useEffect, useState, useSyncExternalStore } from "react";
import { RunStore, type RunSnapshot } from "../../state/run";

export type OpenedRun =
  | { state: "loading" }
  | { state: "failed"; error: unknown; retry: () => void }
  | { state: "ready"; store: RunStore };

/** Opens a run and follows it while the component is on the page. */
export function useOpenedRun(runId: string): OpenedRun {
  const [opened, setOpened] = useState<OpenedRun>({ state: "loading" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let store: RunStore | null = null;
    let left = false;
    RunStore.open(runId).then(
      (ready) => {
        if (left) return;
        store = ready;
        store.start();
        setOpened({ state: "ready", store });
      },
      (error: unknown) => {
        const retry = () => {
          setOpened({ state: "loading" });
          setAttempt((count) => count + 1);
        };
        if (!left) setOpened({ state: "failed", error, retry });
      },
    );
    return () => {
      left = true;
      store?.stop();
    };
  }, [runId, attempt]);
  return opened;
}

export const useRunSnapshot = (store: RunStore): RunSnapshot =>
  useSyncExternalStore(store.subscribe, store.read);
