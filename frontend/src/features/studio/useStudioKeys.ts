import type { Command } from "../../state/keys";
import { useCommands } from "../../ui/hooks";
import type { Tab } from "./Stage";

interface StudioKeys {
  open: (tab: Tab) => void;
  step: (by: -1 | 1) => void;
  help: () => void;
  select: () => void;
  undo: (() => void) | null; // null where there is nothing to undo
  redo: (() => void) | null;
  stop: (() => void) | null; // null where there is nothing to stop
}

export function useStudioKeys(keys: StudioKeys): void {
  const { open, step, help, select, undo, redo, stop } = keys;
  const actions: Partial<Record<Command, () => void>> = {
    "tab-preview": () => open("preview"),
    "tab-compare": () => open("compare"),
    "tab-code": () => open("code"),
    "revision-previous": () => step(-1),
    "revision-next": () => step(1),
    help,
    select,
  };
  if (stop) actions.escape = stop;
  if (undo) actions.undo = undo;
  if (redo) actions.redo = redo;
  useCommands((command) => {
    const action = actions[command];
    action?.();
    return action !== undefined;
  });
}
