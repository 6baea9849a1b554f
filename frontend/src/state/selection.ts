// Which revision is on the stage: the one a person chose, or the one to follow.
import type { RunView } from "./view";

type Revision = RunView["revisions"][number];

/** While a run works the newest is followed; once it ended, its result. */
export function followed(view: RunView): Revision | null {
  const newest = view.revisions.at(-1) ?? null;
  if (view.state === "queued" || view.state === "running") return newest;
  return view.revisions.find((one) => one.number === view.result_revision) ?? newest;
}

export function shownRevision(view: RunView, chosen: number | null): Revision | null {
  return view.revisions.find((one) => one.number === chosen) ?? followed(view);
}

/** The revision before or after the one shown, if there is one. */
export function neighbour(view: RunView, shown: Revision | null, by: -1 | 1): number | null {
  const number = (shown?.number ?? 0) + by;
  return view.revisions.some((one) => one.number === number) ? number : null;
}

/** The address of one page of a revision's preview. */
export function pageUrl(previewUrl: string, page: string, scripts: boolean): string {
  const url = new URL(page, previewUrl);
  if (scripts) url.searchParams.set("scripts", "1");
  return url.href;
}

/** The address of a page in which elements are selected by the script that knows the word. */
export function selectUrl(previewUrl: string, page: string, word: string): string {
  const url = new URL(page, previewUrl);
  url.searchParams.set("select", word);
  return url.href;
}

/** The address of a page that tells its size by the script that knows the word. */
export function measureUrl(previewUrl: string, page: string, word: string): string {
  const url = new URL(page, previewUrl);
  url.searchParams.set("measure", word);
  return url.href;
}

/** A revision that the person chose to see; `among`: only as long as there are no more than these. */
export interface Choice {
  number: number;
  among?: number;
}

export const chosenIn = ({ revisions }: RunView, choice: Choice | null): number | null =>
  choice && (choice.among ?? revisions.length) === revisions.length ? choice.number : null;
