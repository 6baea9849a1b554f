import { describe, expect, test } from "vitest";
import type { DurableEvent } from "../src/protocol/frames";
import { reduce } from "../src/state/reduce";
import { standingWords } from "../src/state/standing";
import { redoWords, undoWords } from "../src/state/undo";
import { emptyView, type RunView } from "../src/state/view";
import { envelopes, revision } from "./kit";

type Way = "choice" | "undo" | "redo";

const fold = (...events: DurableEvent[]) => envelopes(events).reduce(reduce, emptyView);

const saved = (number: number, made: Partial<ReturnType<typeof revision>> = {}): DurableEvent => {
  const {
    at: _at,
    without: _without,
    words: _words,
    served_model: _served,
    ...one
  } = revision(number, 0.5);
  return { type: "revision_saved", ...one, author: "person", ...made };
};
const done: DurableEvent = {
  type: "run_finished",
  reason: "finished",
  best_revision: 1,
  declared_revision: null,
};
const edited = (revision: number, command: string): DurableEvent => ({
  type: "files_edited",
  edit_id: revision,
  revision,
  files: [],
  command,
  inspected: "",
});
const resumed: DurableEvent = { type: "run_resumed", attempt: 2, reason: "continued" };
const chosen = (number: number, way: Way = "choice"): DurableEvent => ({
  type: "result_chosen",
  revision: number,
  way,
});
const first = [saved(1), done];
const green = [resumed, edited(1, "button green"), saved(2, { made_from: 1 }), done];
const dark = [resumed, edited(2, "dark mode"), saved(3, { made_from: 2 }), done];
const told = ({ history }: RunView) => [undoWords(history), redoWords(history)];

describe("undo", () => {
  test("there is nothing to undo in a run that has come to one result", () => {
    expect(told(fold(...first))).toEqual([null, null]);
  });

  test("goes back over what each result was made by, and redo forward again", () => {
    const before = [...first, ...green, ...dark];
    expect(told(fold(...before))).toEqual(["Undo: dark mode → back to v2", null]);
    const once = fold(...before, chosen(2, "undo"));
    expect(once.result_revision).toBe(2);
    expect(told(once)).toEqual(["Undo: button green → back to v1", "Redo: dark mode → v3"]);
    const twice = fold(...before, chosen(2, "undo"), chosen(1, "undo"));
    expect(told(twice)).toEqual([null, "Redo: button green → v2"]);
    const again = fold(...before, chosen(2, "undo"), chosen(1, "undo"), chosen(2, "redo"));
    expect(told(again)).toEqual(told(once));
    expect(again.revisions).toHaveLength(3);
  });

  test("what is done after an undo takes the place of what could be redone", () => {
    const view = fold(
      ...first,
      ...green,
      ...dark,
      chosen(2, "undo"),
      resumed,
      edited(2, "bigger"),
      saved(4),
      done,
    );
    expect(told(view)).toEqual(["Undo: bigger → back to v2", null]);
  });

  test("a choice and a restore are undone like any change", () => {
    const view = fold(...first, ...green, ...dark, chosen(1));
    expect(told(view)[0]).toBe("Undo: v1 chosen → back to v3");
    const restored = fold(...first, ...green, saved(3, { made_from: 1, restored: true }));
    expect(restored.result_revision).toBe(3);
    expect(told(restored)[0]).toBe("Undo: Restored v1 → back to v2");
    expect(restored.steps.at(-1)?.text).toBe("Restored v1");
  });

  test("an undo that another tab has overtaken is a choice", () => {
    const view = fold(...first, ...green, ...dark, chosen(1, "undo"));
    expect(view.result_revision).toBe(1);
    expect(told(view)).toEqual(["Undo: v1 chosen → back to v3", null]);
  });

  test("many revisions of one stretch of work are one step", () => {
    const model = { ...revision(1, 0.5).model, reads_words: true };
    const more = [2, 3, 4].map((number) => saved(number, { author: "model", model }));
    const said: DurableEvent = {
      type: "message_received",
      message_id: 1,
      text: "Make it dark\nand wide",
      revision: 1,
      selection: null,
    };
    const view = fold(...first, resumed, said, ...more, done);
    expect(view.result_revision).toBe(4);
    expect(told(view)[0]).toBe("Undo: Make it dark → back to v1");
  });
});

test("words that led to a revision go with it", () => {
  const view = fold(...first, ...green, ...dark);
  expect(view.revisions.map(({ words }) => words)).toEqual(["", "button green", "dark mode"]);
});

test("a result that was chosen is told to be, until there is a newer one", () => {
  const events = [saved(1, { author: "model" }), done, ...green, ...dark, chosen(2)];
  const view = fold(...events);
  expect(standingWords(view, revision(2, 0.5))).toContain(
    "Revision 2 is the result: you chose it.",
  );
  const more = fold(...events, resumed, edited(2, "bigger"), saved(4), done);
  expect(more.result_chosen).toBe(false);
  expect(more.result_revision).toBe(4);
});

test("whom the run asked is counted by where they are", () => {
  const sent = (origin: string): DurableEvent => ({ type: "request_sent", origin });
  const view = fold(sent("https://a"), sent("https://b"), sent("https://a"));
  expect(view.requests).toEqual({ "https://a": 2, "https://b": 1 });
});
