// Where a revision stands among the others: better or worse than the one before, and which is best.
import * as format from "../ui/format";
import type { RunView, Step, ViewRevision } from "./view";

export type Way = "better" | "worse" | "same";

export function wayOf(before: number, now: number): Way {
  if (now === before) return "same";
  return now > before ? "better" : "worse";
}

/** What a person changed is no fault, however far it is from the mockup. */
const FROM_MOCKUP = { better: "closer to the mockup", worse: "further from the mockup" };

/** A change as words: "0.4 points worse than revision 1". `meant`: a person made it. */
export function changeWords(before: number, now: number, of: string, meant = false): string {
  const way = wayOf(before, now);
  if (way === "same") return `The same score as ${of}`;
  const told = meant ? FROM_MOCKUP[way] : way;
  const words = `${apart(before, now)} ${told} than ${of}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const apart = (one: number, other: number): string =>
  `${format.distance(one, other).replace("<", "less than ")} points`;

/** The revision before one; none where that was measured by another part of the mockup. */
export function revisionBefore(view: RunView, shown: ViewRevision): ViewRevision | undefined {
  const before = view.revisions.findLast(({ number }) => number < shown.number);
  return before && isMeasuredAlike(before, shown) ? before : undefined;
}

const isMeasuredAlike = (one: ViewRevision, other: ViewRevision): boolean =>
  JSON.stringify(one.without) === JSON.stringify(other.without);

/** The score that each step's own is held against: that of the comparison before it, unless since
 * then something was declared to be meant otherwise, or changed by the person. */
export function scoresBefore(steps: readonly Step[]): (number | null)[] {
  let last: number | null = null;
  return steps.map(({ kind, state, score }) => {
    if (kind === "edit_by_hand" || (kind === "deviate" && state === "done")) last = null;
    const before = last;
    last = score?.total ?? last;
    return before;
  });
}

/** What is different about a revision's pages once they are opened from the disk. */
export const changesAsFile = (revision: ViewRevision | null): string[] => {
  const told = (revision?.pages ?? []).flatMap(({ page, score }) =>
    score.differences.filter(({ kind }) => kind === "as_file").map(({ got }) => `${page}: ${got}`),
  );
  return [...new Set(told)]; // a page may have several mockups
};

/** What marks the revision shown among several: the result, the best match, or neither. */
export function markOf(view: RunView, shown: ViewRevision): "result" | "best" | null {
  if (view.revisions.length < 2) return null;
  if (isApart(view) && shown.number === view.result_revision) return "result";
  return shown.number === view.best_revision ? "best" : null;
}

/** What the run came to, so far. */
export const resultOf = (view: RunView): ViewRevision | undefined =>
  view.revisions.find(({ number }) => number === view.result_revision);

/** Whether the run ended with another revision than the one of the highest score. */
export const isApart = (view: RunView): boolean =>
  hasEnded(view) && view.result_revision !== null && view.result_revision !== view.best_revision;

const hasEnded = ({ state }: RunView): boolean => state === "finished" || state === "failed";

/** Which revision is the result or the best and why, told beside the one shown; empty where there
 * is but one. */
export function standingWords(view: RunView, shown: ViewRevision): string {
  const { revisions } = view;
  const best = revisions.find(({ number }) => number === view.best_revision);
  if (!best || revisions.length < 2) return "";
  if (isApart(view)) {
    const result = resultOf(view);
    if (result && (view.result_chosen || result.author === "person")) {
      const why = view.result_chosen
        ? "you chose it"
        : result.restored
          ? "you restored it"
          : "you changed it yourself";
      return (
        `Revision ${result.number} is the result: ${why}. Revision ` +
        `${best.number} matches the mockup best, ${format.score(best.score.total)}.`
      );
    }
    const wordless =
      ![view.prompt, ...view.earlier_words].join("").trim() && view.messages.length === 0;
    const followed =
      wordless && view.storyboard ? "recording" : wordless && view.guided ? "rules" : "words";
    return (
      `Revision ${view.result_revision} is the result: the model ended with it, going by your ` +
      `${followed}. Revision ${best.number} matches the mockup best, ${format.score(best.score.total)}.`
    );
  }
  if (view.result_chosen && best.number === view.result_revision && shown.number !== best.number)
    return `Revision ${best.number} is the result: you chose it.`;
  const claim = `Revision ${best.number} is ${hasEnded(view) ? "the result" : "the best so far"}`;
  const equals = revisions.filter(({ score }) => score.total === best.score.total);
  if (best.number === shown.number) {
    const first = equals.length > 1 ? ", and of equal scores the first counts" : "";
    return `${claim}: it has the highest score of ${revisions.length} revisions${first}.`;
  }
  return equals.includes(shown)
    ? `${claim}: revision ${shown.number} scored the same, and the first of equals counts.`
    : `${claim}: it scored ${format.score(best.score.total)}, ` +
        `${apart(best.score.total, shown.score.total)} more than revision ${shown.number}.`;
}
