// A project's runs as one conversation.
import type { ProjectRun } from "../protocol/api";

/** A run as its project's nth try. */
export interface Try {
  number: number;
  run: ProjectRun;
}

export const STATE_WORDS: Readonly<Record<ProjectRun["state"], string>> = {
  queued: "Waiting",
  running: "At work",
  finished: "Ended",
  failed: "Failed",
};

/** All tries, the one that was last put to work last. They are numbered as they were asked for. */
export function conversationOf(runs: readonly ProjectRun[]): Try[] {
  return runs
    .toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at))
    .map((run, place) => ({ number: place + 1, run }))
    .sort((a, b) => Date.parse(a.run.queued_at) - Date.parse(b.run.queued_at));
}

/** What comes before and after one run in the conversation. */
export function around(conversation: readonly Try[], runId: string) {
  const place = conversation.findIndex(({ run }) => run.id === runId);
  const at = place < 0 ? conversation.length : place; // one made just now is not among them yet
  return {
    before: conversation.slice(0, at),
    own: conversation[at] ?? null,
    after: conversation.slice(at + 1),
  };
}
