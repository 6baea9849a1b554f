// The steps of a run under the revision that they made.
import { changeWords, revisionBefore, scoresBefore } from "./standing";
import type { RunView, Step, ViewRevision } from "./view";
import * as format from "../ui/format";

/** A step, its place among all of its run, and the score of the comparison before it. */
export interface PlacedStep {
  step: Step;
  place: number;
  before: number | null;
}

/** Steps that belong together: those that led to a revision, or to none. */
export interface Group {
  kind: "group";
  key: string;
  steps: PlacedStep[];
  revision: ViewRevision | null;
  towards: number | null; // the revision that they helped to make, where words came before it
  after: number | null; // the last revision before them
  before: ViewRevision | null; // the revision that its score is held against
  isNewest: boolean; // nothing was done or said by the person since
  seconds: number | null; // from the step before to its end; null where that says nothing
}

/** What person and model say to each other stands between the groups, and is never folded. */
export interface Spoken {
  kind: "spoken";
  placed: PlacedStep;
}

export type Entry = Group | Spoken;

const LONGEST_TOLD = 3600; // seconds; what was continued a day later did not take a day

export function entriesOf(view: RunView): Entry[] {
  const scores = scoresBefore(view.steps);
  const placed = view.steps.map((step, place) => ({ step, place, before: scores[place] ?? null }));
  const entries: Entry[] = [];
  let open: PlacedStep[] = [];
  let since = view.started_at;
  const close = (revision: ViewRevision | null) => {
    const [first] = open;
    if (!first && !revision) return;
    const until = revision?.at ?? open.at(-1)?.step.started_at ?? null;
    entries.push({
      kind: "group",
      key: first ? `step ${first.place}` : `revision ${revision?.number}`,
      steps: open,
      revision,
      towards: null,
      after: after?.number ?? null,
      before: (revision && revisionBefore(view, revision)) ?? null,
      isNewest: false,
      seconds: first ? secondsBetween(since, until) : null,
    });
    since = until;
    open = [];
    after = revision ?? after;
  };
  let after: ViewRevision | null = null;
  let taken = 0;
  const take = (until: number) => {
    for (const one of placed.slice(taken, until)) {
      if (isSpoken(one.step)) {
        const first = ANSWERS.has(one.step.kind) ? lastThoughts(open) : open.length;
        const said = open.splice(first);
        close(null);
        entries.push(...[...said, one].map((placed): Spoken => ({ kind: "spoken", placed })));
        since = one.step.started_at;
      } else open.push(one);
    }
    taken = Math.max(taken, until);
  };
  for (const revision of view.revisions) {
    take(revision.steps);
    close(revision);
  }
  take(placed.length);
  close(null);
  tellTowards(entries);
  const newest = entries.findLast((entry) => !isAnswer(entry));
  if (newest?.kind === "group") newest.isNewest = true;
  return entries;
}

const ANSWERS = new Set(["ask", "finish"]); // of the model
const SPOKEN = new Set(["message", "edit_by_hand", ...ANSWERS]);

const isSpoken = ({ kind, state }: Step): boolean => SPOKEN.has(kind) && state === "done";

const isAnswer = (entry: Entry): boolean =>
  entry.kind === "spoken" && ANSWERS.has(entry.placed.step.kind);

/** From where on there are only thoughts: what a model thought last is part of its answer. */
const lastThoughts = (steps: readonly PlacedStep[]): number =>
  steps.findLastIndex(({ step }) => step.kind !== "thought") + 1;

/** Words said in the midst of the work come between its steps and the revision of the model's. */
function tellTowards(entries: readonly Entry[]) {
  let next: number | null = null;
  for (const entry of entries.toReversed()) {
    if (entry.kind === "spoken") {
      if (entry.placed.step.kind === "finish") next = null;
    } else if (entry.revision) {
      next = entry.revision.author === "model" ? entry.revision.number : null;
    } else entry.towards = next;
  }
}

function secondsBetween(since: string | null, until: string | null): number | null {
  if (since === null || until === null) return null;
  const seconds = (Date.parse(until) - Date.parse(since)) / 1000;
  return seconds >= 0 && seconds < LONGEST_TOLD ? seconds : null;
}

/** What the numbers in a group's heading mean, in a sentence or two. */
export function aboutGroup({ revision, towards, before, seconds, steps }: Group): string {
  const many = steps.length === 1 ? "1 step" : `${steps.length} steps`;
  const took =
    seconds === null
      ? `${many}; the time beside a step is its own.`
      : `${format.duration(seconds)} and ${many} led to it; the time beside a step is its own.`;
  if (!revision) return towards === null ? "No version came of it." : "";
  const total = format.score(revision.score.total);
  const meant = revision.author === "person";
  const change = before
    ? ` ${changeWords(before.score.total, revision.score.total, `revision ${before.number}`, meant)}.`
    : "";
  return `${total} tells how like the mockup it is.${change} ${took}`;
}
