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
      before: (revision && revisionBefore(view, revision)) ?? null,
      isNewest: false,
      seconds: first ? secondsBetween(since, until) : null,
    });
    since = until;
    open = [];
  };
  let taken = 0;
  const take = (until: number) => {
    for (const one of placed.slice(taken, until)) {
      if (isSpoken(one.step)) {
        close(null);
        entries.push({ kind: "spoken", placed: one });
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
  const newest = entries.findLast((entry) => !isAnswer(entry));
  if (newest?.kind === "group") newest.isNewest = true;
  return entries;
}

const ANSWERS = new Set(["ask", "finish"]); // of the model
const SPOKEN = new Set(["message", "edit_by_hand", ...ANSWERS]);

const isSpoken = ({ kind, state }: Step): boolean => SPOKEN.has(kind) && state === "done";

const isAnswer = (entry: Entry): boolean =>
  entry.kind === "spoken" && ANSWERS.has(entry.placed.step.kind);

function secondsBetween(since: string | null, until: string | null): number | null {
  if (since === null || until === null) return null;
  const seconds = (Date.parse(until) - Date.parse(since)) / 1000;
  return seconds >= 0 && seconds < LONGEST_TOLD ? seconds : null;
}

/** What the numbers in a group's heading mean, in a sentence or two. */
export function aboutGroup({ revision, before, seconds, steps }: Group): string {
  const many = steps.length === 1 ? "1 step" : `${steps.length} steps`;
  const took =
    seconds === null
      ? `${many}; the time beside a step is its own.`
      : `${format.duration(seconds)} and ${many} led to it; the time beside a step is its own.`;
  if (!revision) return "";
  const total = format.score(revision.score.total);
  const meant = revision.author === "person";
  const change = before
    ? ` ${changeWords(before.score.total, revision.score.total, `revision ${before.number}`, meant)}.`
    : "";
  return `${total} tells how like the mockup it is.${change} ${took}`;
}
