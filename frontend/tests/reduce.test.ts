import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Envelope, FileRef, Replay, Score } from "../src/protocol/events";
import { headingOf } from "../src/features/timeline/describe";
import type { DurableEvent } from "../src/protocol/frames";
import { reduce } from "../src/state/reduce";
import { emptyView, type RunView } from "../src/state/view";
import { envelopes, sha } from "./kit";

/** `snapshots`: the view that a person saw, by the number of the event it follows. */
interface Recorded {
  envelopes: Envelope[];
  snapshots: Record<string, RunView>;
}

const folder = new URL("../../tests/data/recorded/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const fold = (events: readonly Envelope[], view = emptyView) => events.reduce(reduce, view);

test("there are recorded runs to test with", () => {
  expect(names.length).toBeGreaterThan(0);
});

describe.each(names)("the recorded run %s", (name) => {
  const file = new URL(name, folder);
  const run = JSON.parse(readFileSync(file, "utf8")) as Recorded;
  const last = fold(run.envelopes);
  const viewAt = (seq: number) => fold(run.envelopes.filter((one) => one.seq <= seq));

  // After a deliberate change of the rules: UPDATE_SNAPSHOTS=1 npm test
  if (process.env["UPDATE_SNAPSHOTS"]) {
    const places = Object.keys(run.snapshots).map((seq) => [seq, viewAt(Number(seq))] as const);
    run.snapshots = Object.fromEntries(places);
    writeFileSync(file, `${JSON.stringify(run, null, 1)}\n`);
  }

  test("reduces to each of the views on record", () => {
    expect(Object.keys(run.snapshots)).toContain(String(run.envelopes.length));
    for (const [seq, snapshot] of Object.entries(run.snapshots)) {
      expect(viewAt(Number(seq))).toEqual(snapshot);
    }
  });

  test("ends the same wherever it is taken up again", () => {
    for (const { seq } of run.envelopes) {
      const rest = run.envelopes.filter((one) => one.seq > seq);
      expect(fold(rest, viewAt(seq))).toEqual(last);
    }
  });

  test("is not changed by events that come twice", () => {
    expect(fold(run.envelopes.flatMap((one) => [one, one]))).toEqual(last);
  });
});

const scored = (total: number): Score => ({
  total,
  parts: { block: total },
  picture_penalty: 0,
  unread_lines: 0,
  regions: [],
  differences: [],
});
const model = { id: "draft", reads_words: false, settings: {}, prompt_version: "1" };
const saved = (
  number: number,
  total: number,
  reads_words = false,
  author: "model" | "person" = "model",
): DurableEvent => ({
  type: "revision_saved",
  author,
  made_from: null,
  restored: false,
  product_version: "",
  number,
  files: [],
  pages: [],
  score: scored(total),
  model: { ...model, reads_words },
});
const finished = (declared: number | null, best: number | null = null): DurableEvent => ({
  type: "run_finished",
  reason: "cancelled",
  best_revision: best,
  declared_revision: declared,
});
const called = (id: string): DurableEvent => ({
  type: "tool_started",
  call: { id, name: "render", arguments: "{}" },
});
const rendered: DurableEvent = {
  type: "render_finished",
  page: "index.html",
  screenshot: { kind: "image", sha256: sha("a"), width: 10, height: 10 },
  scale: 1,
  console_errors: ["x is not defined"],
  failed_requests: [],
  overflow_px: 12,
  seconds: 0.2,
};

test("the best revision is the highest score, the earlier of equals", () => {
  const view = fold(envelopes([saved(1, 0.5), saved(2, 0.9), saved(3, 0.9), saved(4, 0.7)]));
  expect(view.best_revision).toBe(2);
});

const started = (
  prompt: string,
  earlier_words: string[] = [],
  guidelines: FileRef[] = [],
): DurableEvent => ({
  type: "run_started",
  model,
  stack: "html-css",
  prompt,
  earlier_words,
  mockups: [],
  limits: { steps: 40, seconds: 600, tokens: 2_000_000, cost: null },
  guidelines,
  files: [],
  branched_from: null,
  imported: false,
  storyboard: null,
});

test.each([
  ["a dark page", true, null, 2], // the score knows nothing of dark
  ["a dark page", true, 1, 1], // as the model declared
  ["a dark page", false, null, 1], // the model never read it
  ["  ", true, null, 1],
])(
  "the result of %j, read: %s, declared: %s, is revision %s",
  (prompt, reads, declared, result) => {
    const revisions = [saved(1, 1, reads), saved(2, 0.745, reads)];
    const events = [started(prompt), ...revisions, finished(declared, 1)];
    const view = fold(envelopes(events));
    expect(view.result_revision).toBe(result);
    expect(view.best_revision).toBe(1);
    expect(fold(envelopes(events.slice(0, 3))).result_revision).toBe(declared === 1 ? 2 : result);
  },
);

test("a replay is kept with the revision that it was of", () => {
  const replay = (after: number): Replay => ({
    steps: [
      {
        action_id: "open",
        done: true,
        problem: "",
        before: 1,
        after,
        seconds: 0.3,
        picture: sha("d"),
      },
    ],
  });
  const told = (revision: number, after: number): DurableEvent => ({
    type: "replay_finished",
    revision,
    replay: replay(after),
  });
  const view = fold(envelopes([saved(1, 0.9), told(1, 0.5), told(1, 0.8), told(2, 0.95)]));
  expect(view.replays).toEqual({ 1: replay(0.8), 2: replay(0.95) });
});

test("what a person changed themselves is the result, and its other files stay", () => {
  const file = (path: string, letter: string) => ({ path, sha256: sha(letter), size: 1 });
  const first = { ...saved(1, 0.9), files: [file("a.css", "a"), file("index.html", "b")] };
  const edited: DurableEvent = {
    type: "files_edited",
    edit_id: 7,
    revision: 1,
    files: [file("index.html", "c")],
    command: "",
    inspected: "",
  };
  const view = fold(envelopes([first, edited, saved(2, 0.4, false, "person")]));
  expect(view.files.map((one) => one.file)).toEqual([file("a.css", "a"), file("index.html", "c")]);
  expect(view.steps.at(-1)).toMatchObject({ kind: "edit_by_hand", text: "You changed index.html" });
  const command = fold(envelopes([first, { ...edited, command: "button green" }]));
  expect(command.steps.at(-1)?.text).toBe("button green");
  expect([view.best_revision, view.result_revision]).toEqual([1, 2]);
});

test("rules of the project are followed like words", () => {
  const rules = { path: "DESIGN.md", sha256: sha("d"), size: 4 };
  const revisions = [saved(1, 1, true), saved(2, 0.745, true)];
  expect(fold(envelopes([started("", [], [rules]), ...revisions])).result_revision).toBe(2);
  expect(fold(envelopes([started(""), ...revisions])).result_revision).toBe(1);
});

test("a run that starts from a page begins with its files", () => {
  const file = { path: "index.html", sha256: sha("a"), size: 12 };
  const view = fold(envelopes([{ ...started(""), files: [file] } as DurableEvent]));
  expect(view.files).toEqual([{ file, changed: [] }]);
});

const said = (message_id: number, revision: number | null): DurableEvent => ({
  type: "message_received",
  message_id,
  text: "make it dark",
  revision,
  selection: null,
});

test("from the first words on, what a model that reads them makes next is the result", () => {
  const silent = [started(""), saved(1, 0.9, true), saved(2, 0.8, true), finished(null, 1)];
  expect(fold(envelopes(silent)).result_revision).toBe(1);
  const asked = [...silent, said(7, null), saved(3, 0.5, true), finished(null, 1)];
  expect(fold(envelopes(asked)).result_revision).toBe(3);
  const unread = [...silent, said(7, null), saved(3, 0.5, false), finished(null, 1)];
  expect(fold(envelopes(unread)).result_revision).toBe(1);
});

test("words said in the project before a run count as its own", () => {
  const saves = [saved(1, 0.9, true), saved(2, 0.8, true)];
  expect(fold(envelopes([started("", ["dark"]), ...saves])).result_revision).toBe(2);
});

test("the revision that words go on from is the result until there is a newer one", () => {
  const files = [{ path: "index.html", sha256: sha("a"), size: 1 }];
  const first = { ...saved(1, 0.5, true), files } as DurableEvent;
  const events = [started("dark"), first, saved(2, 0.9, true), said(7, 1)];
  const view = fold(envelopes(events));
  expect(view.result_revision).toBe(1);
  expect(view.files.map(({ file }) => file.path)).toEqual(["index.html"]);
  expect(fold(envelopes([...events, finished(null, 2)])).result_revision).toBe(1);
  expect(fold(envelopes([...events, saved(3, 0.1, true)])).result_revision).toBe(3);
});

test("words are a step of their own, and known by their number", () => {
  const view = fold(envelopes([said(7, null), said(8, null)]));
  expect(view.messages).toEqual([7, 8]);
  expect(view.steps.map(({ kind, text, state }) => [kind, text, state])).toEqual([
    ["message", "make it dark", "done"],
    ["message", "make it dark", "done"],
  ]);
});

test("what a tool reports belongs to the newest running step", () => {
  const view = fold(envelopes([called("a"), called("b"), rendered]));
  expect(view.steps.map((step) => step.problems)).toEqual([
    [],
    ["x is not defined", "12 px wider than the window"],
  ]);
});

test("steps in progress are interrupted when their run ends", () => {
  const view = fold(envelopes([called("a"), finished(null)]));
  expect(view.steps[0]?.state).toBe("interrupted");
  expect(view.stop_reason).toBe("cancelled");
});

test("a continued run forgets its ending and keeps its revisions", () => {
  const view = fold(
    envelopes([
      saved(1, 0.5),
      { type: "run_failed", code: "render_timeout", detail: "20 s", best_revision: 1 },
      { type: "run_resumed", attempt: 2, reason: "continued" },
    ]),
  );
  expect(view).toMatchObject({
    state: "running",
    error_code: null,
    error_detail: "",
    ended_at: null,
  });
  expect(view.revisions).toHaveLength(1);
});

test("what a run has cost counts for its budget until the person lets it go on", () => {
  const usage = {
    input_tokens: 10,
    output_tokens: 1,
    cached_tokens: 0,
    cost: 0.25,
    context_tokens: null,
  };
  const turn: DurableEvent = {
    type: "turn_finished",
    served_model: "",
    turn: 1,
    text: "",
    reasoning: "",
    calls: [],
    usage,
  };
  const resumed = (reason: "continued" | "worker_lost"): DurableEvent => ({
    type: "run_resumed",
    attempt: 2,
    reason,
  });
  const costs = (...events: DurableEvent[]) => {
    const { cost, spent_cost } = fold(envelopes(events));
    return [cost, spent_cost];
  };
  expect(costs(turn, turn)).toEqual([0.5, 0.5]);
  expect(costs(turn, resumed("worker_lost"), turn)).toEqual([0.5, 0.5]);
  expect(costs(turn, resumed("continued"), turn)).toEqual([0.5, 0.25]);
});

const seen = (mockup_index: number, complete: boolean): DurableEvent => ({
  type: "elements_found",
  mockup_index,
  complete,
  texts: [{ x: 1, y: 2, width: 30, height: 4 }],
  boxes: [],
  rules: [],
  pictures: [],
});

test("what was found on a mockup replaces what was found there before", () => {
  const view = fold(envelopes([seen(0, false), seen(1, false), seen(0, true)]));
  expect(view.found.map((one) => [one.mockup_index, one.complete])).toEqual([
    [1, false],
    [0, true],
  ]);
  expect(view.steps).toEqual([]);
});

test.each<[string, DurableEvent]>([
  ["a first revision", saved(1, 0.5)],
  ["a lost worker", { type: "run_resumed", attempt: 2, reason: "worker_lost" }],
  ["a stopped run", finished(null)],
  ["a failed run", { type: "run_failed", code: "out_of_memory", detail: "", best_revision: null }],
])("what was found goes with %s", (_, event) => {
  const reading = fold(envelopes([seen(0, true)]));
  expect(reading.found).toHaveLength(1);
  expect(fold(envelopes([event], 2), reading).found).toEqual([]);
});

test("a file written again takes its old place", () => {
  const written = (path: string, letter: string): DurableEvent => ({
    type: "file_written",
    file: { path, sha256: sha(letter), size: 1 },
    changed: [],
  });
  const view = fold(
    envelopes([written("style.css", "a"), written("index.html", "b"), written("style.css", "c")]),
  );
  expect(view.files.map(({ file: { path, sha256 } }) => [path, sha256[0]])).toEqual([
    ["index.html", "b"],
    ["style.css", "c"],
  ]);
});

test("an answer that is asked for again says so, once each time", () => {
  const begun = envelopes([
    { type: "turn_started", turn: 1 },
    { type: "turn_started", turn: 1 },
    { type: "turn_started", turn: 1 },
    { type: "turn_started", turn: 2 },
  ]);
  const { steps, turn } = fold(begun);
  expect(turn).toBe(2);
  expect(steps.map(headingOf)).toEqual(
    Array(2).fill("What was heard is dropped; the answer is asked for again"),
  );
  expect(new Set(steps.map(({ id }) => id)).size).toBe(2);
});
