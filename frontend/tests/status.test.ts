import { expect, test } from "vitest";
import { emptyView, type RunView, type Step } from "../src/state/view";
import { chosenIn, followed, neighbour, pageUrl, shownRevision } from "../src/state/selection";
import { questionOf, statusOf, titleOf } from "../src/state/status";
import { revision } from "./kit";

const quiet = { queuePosition: null, step: null, messages: {} };
const threeRevisions: RunView = {
  ...emptyView,
  state: "running",
  revisions: [revision(1, 0.8), revision(2, 0.9), revision(3, 0.85)],
  best_revision: 2,
  result_revision: 2,
};

test("a waiting run tells its place in the queue", () => {
  expect(statusOf(emptyView, { ...quiet, queuePosition: 3 }).text).toBe(
    "Waiting: number 3 in the queue",
  );
});

test("a working run tells its current step and can be stopped", () => {
  const status = statusOf(threeRevisions, { ...quiet, step: "Rendering index.html" });
  expect(status).toMatchObject({ text: "Rendering index.html", action: "stop" });
});

test("an ended run that is to go on waits like a new one", () => {
  for (const state of ["finished", "failed"] as const) {
    const status = statusOf({ ...threeRevisions, state }, { ...quiet, queuePosition: 1 });
    expect(status).toMatchObject({ text: "Waiting: number 1 in the queue", action: "stop" });
  }
});

test("a stopped run tells where, and can be continued", () => {
  const status = statusOf(
    { ...threeRevisions, state: "finished", stop_reason: "cancelled" },
    quiet,
  );
  expect(status).toMatchObject({ text: "Stopped at revision 2", action: "continue" });
});

test("a failed run tells the cause, what is kept and what to do", () => {
  const messages = {
    no_browser: { code: "no_browser", message: "No browser was found.", hint: "Run make setup." },
  };
  const status = statusOf(
    { ...threeRevisions, state: "failed", error_code: "no_browser" },
    { ...quiet, messages },
  );
  expect(status).toMatchObject({
    text: "No browser was found.",
    hint: "All 3 revisions are kept. Run make setup.",
    action: "continue",
  });
});

test("a failure without a text still names itself", () => {
  const status = statusOf({ ...emptyView, state: "failed", error_code: "odd_thing" }, quiet);
  expect(status.text).toContain("odd_thing");
});

test("the tab's title says that it is done, and how well", () => {
  const view: RunView = { ...threeRevisions, state: "finished", stop_reason: "finished" };
  expect(titleOf("Login", view, statusOf(view, quiet))).toBe("✓ done 90.0\u00a0% · Login");
});

test("the newest revision is followed while a run works, its result once it ended", () => {
  expect(followed(threeRevisions)?.number).toBe(3);
  expect(followed({ ...threeRevisions, state: "finished" })?.number).toBe(2);
});

test("a chosen revision stays when newer ones come", () => {
  expect(shownRevision(threeRevisions, 1)?.number).toBe(1);
});

test("revisions have an end on both sides", () => {
  expect(neighbour(threeRevisions, revision(3, 0), 1)).toBeNull();
  expect(neighbour(threeRevisions, revision(1, 0), -1)).toBeNull();
  expect(neighbour(threeRevisions, revision(1, 0), 1)).toBe(2);
});

test("a page's preview runs scripts only where they are asked for", () => {
  const base = "http://127.0.0.1:8001/r/token/";
  expect(pageUrl(base, "index.html", false)).toBe("http://127.0.0.1:8001/r/token/index.html");
  expect(pageUrl(base, "page-2.html", true)).toBe(
    "http://127.0.0.1:8001/r/token/page-2.html?scripts=1",
  );
});

test("what a person chose to see stays, and what their words went on from until it is passed", () => {
  expect(chosenIn(threeRevisions, null)).toBe(null);
  expect(chosenIn(threeRevisions, { number: 1 })).toBe(1);
  expect(chosenIn(threeRevisions, { number: 1, among: 3 })).toBe(1);
  expect(chosenIn(threeRevisions, { number: 1, among: 2 })).toBe(null);
});

test("a question of the model is told where the run stands, and only the person goes on", () => {
  const asked: Step = {
    id: "a",
    kind: "ask",
    agent: "main",
    state: "done",
    started_at: "",
    seconds: 0,
    arguments: "",
    text: "Which of the two mockups is the start page?",
    screenshot: null,
    score: null,
    problems: [],
    selection: null,
  };
  const view: RunView = {
    ...threeRevisions,
    state: "finished",
    stop_reason: "asked",
    steps: [asked],
  };
  expect(statusOf(view, quiet)).toMatchObject({
    text: "Waiting for your answer",
    hint: "Which of the two mockups is the start page?",
    action: null,
  });
  expect(questionOf({ ...view, stop_reason: "finished" })).toBe("");
});
