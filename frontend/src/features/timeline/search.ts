// Finding words in what a run did: in thoughts, in what was said, in tools' calls and answers.
import { detailOf, givenTo, headingOf } from "./describe";
import type { Step } from "../../state/view";

const AROUND = 48; // characters of an excerpt on each side of what was found

/** The places of the steps that have these words, in order. Case does not matter. */
export function foundIn(steps: readonly Step[], words: string): number[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  return steps.flatMap((step, place) =>
    [shownOf(step), givenTo(step)].some((text) => text.toLowerCase().includes(wanted))
      ? [place]
      : [],
  );
}

/** What stands around the words where only the call itself has them; empty where the card does. */
export function excerptOf(step: Step, words: string): string {
  const wanted = words.trim().toLowerCase();
  const given = givenTo(step);
  const at = given.toLowerCase().indexOf(wanted);
  if (!wanted || at < 0 || shownOf(step).toLowerCase().includes(wanted)) return "";
  const [from, to] = [Math.max(0, at - AROUND), at + wanted.length + AROUND];
  const cut = given.slice(from, to).replaceAll(/\s+/g, " ").trim();
  return `${from > 0 ? "…" : ""}${cut}${to < given.length ? "…" : ""}`;
}

/** All that the card of a step says. */
const shownOf = (step: Step): string =>
  [headingOf(step), detailOf(step), step.text, ...step.problems].join("\n");
