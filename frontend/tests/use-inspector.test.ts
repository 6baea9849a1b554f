// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { useInspector } from "../src/features/inspect/useInspector";
import type { SelectionState } from "../src/features/select/useSelection";
import { api, ApiError } from "../src/protocol/client";
import { NOTHING } from "../src/state/inspector";
import type { RunStore } from "../src/state/run";
import { emptyView } from "../src/state/view";
import { happens, run as runHook } from "./dom";
import { noSelection, revision, snapshot } from "./kit";

afterEach(() => vi.restoreAllMocks());

/** A run's record to which revisions are added by hand. */
function fakeStore() {
  let view = { ...emptyView, revisions: [revision(1, 0.9)] };
  const listeners = new Set<() => void>();
  return {
    read: () => snapshot(view),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    adopt: () => {},
    make: (number: number) => {
      view = { ...view, revisions: [...view.revisions, revision(number, 0.9)] };
      listeners.forEach((tell) => tell());
    },
  };
}

const selected = (selector: string): SelectionState => ({
  ...noSelection(),
  word: "word",
  selected: {
    element: { selector, tag: "p", text: "", rect: { x: 0, y: 0, width: 1, height: 1 } },
    on: { revision: 1, page: "index.html", selector },
    source: {
      page: "index.html",
      selector,
      path: "index.html",
      first_line: 1,
      last_line: 1,
      source: "<p>",
    },
    problem: "",
  },
});

/** Waits for what a left element's timer does. */
const soon = async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await happens(() => {});
};

async function studio() {
  vi.spyOn(api, "inspection").mockReturnValue(new Promise(() => {}));
  const change = vi.spyOn(api, "changeElement").mockResolvedValue(snapshot(emptyView).summary);
  const store = fakeStore();
  const at = (selector: string | null, shown: number, canChange: boolean) => () =>
    useInspector(
      store as unknown as RunStore,
      selector === null ? noSelection() : selected(selector),
      shown,
      canChange,
      () => {},
    );
  const hook = await runHook(at("h1", 1, true));
  const set = (value: string) =>
    happens(() => hook.latest().set({ ...NOTHING, properties: { color: value } }));
  const sent = () => change.mock.calls.map(([, number, body]) => [number, body.selector]);
  return { ...hook, at, set, sent, store, change };
}

test.each([
  ["the version is told before the run's end", true],
  ["the run's end is told before the version", false],
])("what is set of a second element while the first is measured waits: %s", async (_, first) => {
  const { again, at, set, sent, store, latest, leave } = await studio();
  await set("red");
  await again(at("p", 1, true));
  await soon();
  expect(sent()).toEqual([[1, "h1"]]);
  await again(at("p", 1, false)); // the run is at work
  await set("blue");
  await again(at("li", 1, false));
  await set("green");
  await soon();
  expect(sent()).toEqual([[1, "h1"]]);
  if (first) await happens(() => store.make(2));
  await again(at("li", 2, true));
  await soon();
  if (!first) await happens(() => store.make(2));
  await soon();
  expect(sent()).toEqual([
    [1, "h1"],
    [2, "p"], // of the version that has the first change
  ]);
  expect(latest().change.properties).toEqual({ color: "green" }); // not left yet
  await leave();
});

test("what is refused is told, stays, and is not sent again by itself", async () => {
  const { again, at, set, sent, latest, change, leave } = await studio();
  change.mockRejectedValue(new ApiError("element_refused", "No.", "Another.", 400));
  await set("red");
  await again(at(null, 1, true));
  await soon();
  await soon();
  expect(sent()).toEqual([[1, "h1"]]);
  expect(latest().error).toBeInstanceOf(ApiError);
  expect(latest().pending).toBe(true);
  await happens(() => latest().discard());
  expect(latest().pending).toBe(false);
  await leave();
});

test("what was set is a version when the studio is left", async () => {
  const { set, sent, leave } = await studio();
  await set("red");
  expect(sent()).toEqual([]);
  await leave();
  expect(sent()).toEqual([[1, "h1"]]);
});
