import { expect, test } from "vitest";
import { alike, costOf, faultOf, sentenceOf, unreadWords } from "../src/features/compare/sentences";
import type { Difference } from "../src/protocol/events";
import {
  changeWords,
  markOf,
  revisionBefore,
  scoresBefore,
  standingWords,
} from "../src/state/standing";
import { statusOf } from "../src/state/status";
import { emptyView, type RunView, type Step } from "../src/state/view";
import * as format from "../src/ui/format";
import { difference, revision } from "./kit";
import { board } from "./boards";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("a score is a percentage that shows as perfect only where it is", () => {
  const shown = [0, 0.5, 0.9808, 0.998, 0.9996, 0.99999, 1].map(format.score).map(plain);
  expect(shown).toEqual(["0.0 %", "50.0 %", "98.1 %", "99.8 %", "99.9 %", "99.9 %", "100.0 %"]);
});

test("a change is the difference of the two numbers that are shown", () => {
  expect(format.change(0.9774, 0.9806)).toBe("+0.4"); // 97.7 and 98.1
  expect(format.change(0.9806, 0.9774)).toBe("−0.4");
  expect(format.change(0.9, 0.9)).toBe("±0.0");
  expect(format.change(0.99812, 0.9981)).toBe("−<0.1");
});

test("a grade goes by the number that is shown", () => {
  expect([0.92, 0.9196, 0.9194, 0.8, 0.7994].map(format.grade)).toEqual([
    "good",
    "good",
    "fair",
    "fair",
    "poor",
  ]);
});

test("a change is said in words too", () => {
  expect(changeWords(0.9, 0.912, "revision 1")).toBe("1.2 points better than revision 1");
  expect(changeWords(0.9, 0.896, "revision 1")).toBe("0.4 points worse than revision 1");
  expect(changeWords(0.9, 0.896, "revision 1", true)).toBe(
    "0.4 points further from the mockup than revision 1",
  );
  expect(changeWords(0.9, 0.9, "revision 1")).toBe("The same score as revision 1");
  expect(changeWords(0.99812, 0.9981, "revision 1")).toBe(
    "Less than 0.1 points worse than revision 1",
  );
});

test("a comparison is held against the one before it, not against steps without a score", () => {
  const step = (total: number | null) =>
    ({ score: total === null ? null : revision(1, total).score }) as Step;
  const steps = [step(null), step(0.5), step(null), step(0.4), step(0.6)];
  expect(scoresBefore(steps)).toEqual([null, null, 0.5, 0.5, 0.4]);
  const mine = { kind: "edit_by_hand", score: null } as Step;
  expect(scoresBefore([step(0.5), mine, step(0.4), step(0.6)])).toEqual([null, null, null, 0.4]);
});

const run = (...totals: number[]): RunView => {
  const revisions = totals.map((total, index) => revision(index + 1, total));
  return { ...emptyView, state: "finished", stop_reason: "finished", revisions };
};

test("the best revision is explained beside itself and beside the others", () => {
  const view = { ...run(0.981, 0.977, 0.981), best_revision: 1, result_revision: 1 };
  const beside = (place: number) => {
    const shown = view.revisions[place];
    return shown && plain(standingWords(view, shown));
  };
  expect(beside(0)).toBe(
    "Revision 1 is the result: it has the highest score of 3 revisions, " +
      "and of equal scores the first counts.",
  );
  expect(beside(1)).toBe(
    "Revision 1 is the result: it scored 98.1 %, 0.4 points more than revision 2.",
  );
  expect(beside(2)).toBe(
    "Revision 1 is the result: revision 3 scored the same, and the first of equals counts.",
  );
});

test("one revision needs no explaining, and nothing is the result before the end", () => {
  const single = { ...run(0.9), best_revision: 1, result_revision: 1 };
  expect(standingWords(single, revision(1, 0.9))).toBe("");
  const working: RunView = {
    ...run(0.9, 0.95),
    state: "running",
    best_revision: 2,
    result_revision: 2,
  };
  expect(standingWords(working, revision(2, 0.95))).toBe(
    "Revision 2 is the best so far: it has the highest score of 2 revisions.",
  );
});

test("a result that is not the best match says why, and where the best match is", () => {
  const view = { ...run(1, 0.745), best_revision: 1, result_revision: 2 };
  const [best, result] = view.revisions;
  if (!best || !result) throw new Error("two revisions");
  expect(plain(standingWords(view, result))).toBe(
    "Revision 2 is the result: the model ended with it, going by your words. " +
      "Revision 1 matches the mockup best, 100.0 %.",
  );
  expect(standingWords({ ...view, guided: true, prompt: "" }, result)).toContain("by your rules.");
  const recorded = { ...view, storyboard: board(), prompt: "" };
  expect(standingWords(recorded, result)).toContain("by your recording.");
  expect([markOf(view, best), markOf(view, result)]).toEqual(["best", "result"]);
  expect([markOf({ ...view, state: "running" }, result)]).toEqual([null]);
  const quiet = { queuePosition: null, step: null, messages: {} };
  expect(plain(statusOf(view, quiet).hint)).toContain("Revision 2 is the result");
  const declared = { ...run(0.745, 1), best_revision: 2, result_revision: 1 };
  expect(plain(statusOf(declared, quiet).hint)).toContain("Revision 1 is the result");
});

test("a run whose last revision is not its result says so where it ends", () => {
  const quiet = { queuePosition: null, step: null, messages: {} };
  const refined = { ...run(0.981, 0.977), best_revision: 1, result_revision: 1 };
  expect(plain(statusOf(refined, quiet).hint)).toContain("Revision 1 is the result");
  expect(statusOf({ ...run(0.9, 0.95), best_revision: 2, result_revision: 2 }, quiet).hint).toBe(
    "",
  );
});

test.each<[Partial<Difference>, string]>([
  [{ kind: "size", expected: "34 px", got: "18 px" }, "‘$9’ size 18 px, mockup 34 px"],
  [{ kind: "slant", expected: "upright", got: "italic" }, "‘$9’ italic, mockup upright"],
  [{ kind: "missing", expected: "$9" }, "‘$9’ is missing"],
  [{ kind: "extra", got: "$9" }, "‘$9’ is not in the mockup"],
  [{ kind: "letters", expected: "$29", got: "$9" }, "‘$9’ should read ‘$29’"],
  [{ kind: "letters", expected: "$9", got: "$g" }, "‘$9’ reads ‘$g’, mockup ‘$9’"],
  [{ kind: "letters", expected: "$9" }, "‘$9’ should read ‘$9’"],
  [{ kind: "letters", got: "$9" }, "‘$9’ has other letters than the mockup"],
  [{ kind: "offset", expected: "0 px", got: "+3 px across" }, "‘$9’ is out of place: +3 px across"],
  [{ kind: "offset" }, "‘$9’ is out of place"],
  [
    { kind: "offset", expected: "10, 20", got: "12, 20" },
    "‘$9’ is out of place: 12, 20, mockup 10, 20",
  ],
  [{ kind: "family", expected: "sans", got: "serif" }, "‘$9’ typeface serif, mockup sans"],
  [{ kind: "shape" }, "‘$9’ shape differs"],
  [{ item: "icon", kind: "icon", expected: "icon", got: "62% alike" }, "icon 62% alike"],
  [
    { item: "card", kind: "shadow", expected: "0 8 px", got: "" },
    "card shadow none, mockup 0 8 px",
  ],
  [{ item: "page", kind: "failed_request", got: "css/app.css" }, "page did not load: css/app.css"],
  [
    { item: "page", kind: "as_file", got: "m.js does not load" },
    "page opened as a file: m.js does not load",
  ],
  [{ item: "page", kind: "console_error", got: "x is null" }, "page console error: x is null"],
  [{ item: "page", kind: "overflow", got: "40 px too wide" }, "page is 40 px too wide"],
  [
    { kind: "low_contrast", expected: "4.5 : 1", got: "3 : 1, #949494 on #ffffff", count: 2 },
    "‘$9’ contrast 3 : 1, #949494 on #ffffff, wanted 4.5 : 1 (2 places)",
  ],
  [
    { item: "img", kind: "accessibility", got: "Images must have alternative text", count: 3 },
    "img accessibility: Images must have alternative text (3 places)",
  ],
  [
    { item: "page", kind: "accessibility", got: "Documents must have a title", count: 1 },
    "page accessibility: Documents must have a title",
  ],
])("a difference is a sentence: %o", (given, sentence) => {
  expect(sentenceOf(difference({ item: "text ‘$9’", ...given }))).toBe(sentence);
});

test("an item that only begins like a text keeps its name", () => {
  expect(sentenceOf(difference({ item: "text field", kind: "missing" }))).toBe(
    "text field is missing",
  );
});

test("every kind has words of its own", () => {
  expect(faultOf(difference({ kind: "line_breaks", expected: "2", got: "3" }))).toBe(
    "line breaks 3, mockup 2",
  );
});

test("lines that could not be read are told, where there are any", () => {
  expect([0, 1, 2].map(unreadWords)).toEqual([
    null,
    "1 line could not be read: only the pixels were compared.",
    "2 lines could not be read: only the pixels were compared.",
  ]);
});

test("a cost is in points", () => {
  expect(costOf(difference({ cost: 0.034 }))).toBe("3.4 points");
  expect(costOf(difference({ cost: 0 }))).toBe("nothing");
  expect(costOf(difference({ cost: 0.0004 }))).toBe("less than 0.1 points");
});

test("scores that were measured by different parts of a mockup are not held against each other", () => {
  const declared = { reason: "Dark", mockup_index: 0, aspect: "colours", region: null } as const;
  const [first, second, third] = [revision(1, 0.5), revision(2, 0.4), revision(3, 0.6)];
  const dark = [second, third].map((one) => ({ ...one, without: [declared] }));
  const view = { ...emptyView, revisions: [first, ...dark] };
  expect(dark.map((one) => revisionBefore(view, one)?.number)).toEqual([undefined, 2]);

  const scores = [0.5, null, 0.4, 0.6];
  const kinds = ["compare", "deviate", "compare", "compare"];
  const steps = scores.map((total, at) => {
    const score = total === null ? null : revision(1, total).score;
    return { kind: kinds[at], state: "done", score } as Step;
  });
  expect(scoresBefore(steps)).toEqual([null, null, null, 0.4]);
});

test("differences that read the same are together, in the order of the worst, and cost together", () => {
  const radius = (cost: number) => difference({ item: "card", kind: "radius", cost });
  const fill = difference({ item: "card", kind: "fill", cost: 0.02 });
  const [first, second] = [radius(0.03), radius(0.01)];
  expect(alike([first, fill, second])).toEqual([[first, second], [fill]]);
  expect(costOf(first, second)).toBe("4.0 points");
});
