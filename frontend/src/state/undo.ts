// What undo and redo do: they say which revision is the result. None is made by that, none lost.
import type { ResultChosen } from "../protocol/events";

/** What made another revision the result. */
export interface ResultChange {
  from: number;
  to: number;
  words: string; // what the person said, did or asked for; empty where that was nothing
}

/** The results that a run came to rest with. */
export interface ResultHistory {
  result: number | null;
  past: ResultChange[];
  future: ResultChange[]; // undone; the next to be redone is the last
}

export const noHistory: ResultHistory = { result: null, past: [], future: [] };

/** The run rests with a result: another than before can be undone, and nothing can be redone. */
export function settled(
  history: ResultHistory,
  result: number | null,
  words: string,
): ResultHistory {
  if (result === null || result === history.result) return history;
  if (history.result === null) return { ...history, result };
  const change = { from: history.result, to: result, words };
  return { result, past: [...history.past, change], future: [] };
}

/** A result was chosen. An undo of what another tab has done since is a choice like any other. */
export function chose(history: ResultHistory, { revision, way }: ResultChosen): ResultHistory {
  const { past, future } = history;
  const [undone, redone] = [past.at(-1), future.at(-1)];
  if (way === "undo" && undone?.from === revision)
    return { result: revision, past: past.slice(0, -1), future: [...future, undone] };
  if (way === "redo" && redone?.to === revision)
    return { result: revision, past: [...past, redone], future: future.slice(0, -1) };
  return settled(history, revision, `v${revision} chosen`);
}

/** What the buttons will do, in words; null where there is nothing to undo or redo. */
export const undoWords = ({ past }: ResultHistory): string | null => {
  const change = past.at(-1);
  return change ? `Undo: ${what(change)} → back to v${change.from}` : null;
};

export const redoWords = ({ future }: ResultHistory): string | null => {
  const change = future.at(-1);
  return change ? `Redo: ${what(change)} → v${change.to}` : null;
};

const MOST_WORDS = 60; // characters

const what = ({ words, to }: ResultChange): string => {
  const line = words.trim().split("\n")[0] ?? "";
  if (line === "") return `what made v${to} the result`;
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS - 1)}…` : line;
};
