import { expect, test } from "vitest";
import type { Action, Storyboard } from "../src/protocol/events";
import {
  actionWords,
  boxIn,
  changeAction,
  mergeStates,
  moveAction,
  placeAt,
  placesOf,
  removeState,
  renameState,
  splitState,
  type Place,
} from "../src/state/storyboard";
import { action, board, state } from "./boards";
import { sha } from "./kit";

const path = ({ actions }: Storyboard) =>
  actions.map(({ id, from_state, to_state }) => `${from_state} ${id} ${to_state}`);

const statePlace = (of: Storyboard, key: string) =>
  placesOf(of).find((place) => place.key === key) as Extract<Place, { kind: "state" }>;

test("a state that was seen twice has two places, in order of time", () => {
  const places = placesOf(board());
  expect(places.map(({ key }) => key)).toEqual([
    "start",
    "action open",
    "after open",
    "action close",
    "after close",
    "action go",
    "after go",
  ]);
  const times = places.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((one, two) => one - two));
  expect(placeAt(places, 3.2)?.key).toBe("action close");
  expect(placeAt(places, 0)?.key).toBe("start");
});

test("a state that nothing leads to is shown all the same, and one that is begun from anew", () => {
  const { states, actions } = board();
  const loose: Storyboard = {
    ...board(),
    states: [...states, state("lost", 7)],
    actions: actions.filter(({ id }) => id !== "close"),
  };
  expect(placesOf(loose).map(({ key }) => key)).toEqual([
    "start",
    "action open",
    "after open",
    "from go",
    "action go",
    "after go",
    "loose lost",
  ]);
  expect(placesOf({ ...board(), actions: [] }).map(({ key }) => key)).toEqual([
    "start",
    "loose menu",
    "loose next",
  ]);
});

test("a name is kept short and never empty", () => {
  expect(renameState(board(), "menu", "  Menu open ").states[1]?.name).toBe("Menu open");
  const same = board();
  expect(renameState(same, "menu", " ")).toBe(same);
  expect(renameState(board(), "menu", "x".repeat(99)).states[1]?.name).toHaveLength(80);
});

test("what a person says of an action is certain", () => {
  const changed = changeAction(board(), "open", { kind: "hover" }).actions[0];
  expect(changed).toMatchObject({ kind: "hover", confidence: 1, words: "open" });
});

test("two states become one, and what led from one to the other goes", () => {
  const merged = mergeStates(board(), "menu", "closed");
  expect(merged.states.map(({ id }) => id)).toEqual(["closed", "next"]);
  expect(path(merged)).toEqual(["closed go next"]);
  expect(path(mergeStates(board(), "next", "menu"))).toEqual([
    "closed open menu",
    "menu close closed",
    "closed go menu",
  ]);
});

test("an action that changes nothing outlives a merge of other states", () => {
  const hover = { ...board(), actions: [action("hover", "menu", "menu", 2), ...board().actions] };
  expect(path(mergeStates(hover, "next", "closed"))).toContain("menu hover menu");
});

test("a state that was none is passed through", () => {
  const flash: Storyboard = {
    ...board(),
    actions: [action("open", "closed", "menu", 1), action("settle", "menu", "next", 3)],
  };
  const removed = removeState(flash, "menu");
  expect(path(removed)).toEqual(["closed open next"]);
  expect(removed.actions[0]?.seconds).toBe(2.5);
  expect(path(removeState(board(), "menu"))).toEqual(["closed go next"]); // there and back is nothing
  expect(path(removeState(board(), "closed"))).toEqual(["menu close next"]);
  expect(path(removeState(board(), "next"))).toEqual(["closed open menu", "menu close closed"]);
  const last: Storyboard = { ...board(), states: [state("closed", 0)], actions: [] };
  expect(removeState(last, "closed")).toBe(last);
});

test("a state is split where it was seen, and what came later begins in the new one", () => {
  const frame = { picture: sha("c"), width: 200, height: 100 };
  const split = splitState(board(), statePlace(board(), "after close"), 4.5, frame);
  expect(split.states.map(({ id }) => id)).toEqual(["closed", "state-1", "menu", "next"]);
  expect(path(split)).toEqual([
    "closed open menu",
    "menu close closed",
    "closed action-1 state-1",
    "state-1 go next",
  ]);
  expect(split.actions[2]).toMatchObject({ kind: "wait", begins: 4.5 });
  const end = splitState(board(), statePlace(board(), "after go"), 7, frame);
  expect(path(end).at(-1)).toBe("next action-1 state-1");
  expect(new Set(placesOf(split).map(({ key }) => key)).size).toBe(placesOf(split).length);
});

test("a step moves with its state, and each begins where the one before ended", () => {
  const moved = moveAction(board(), "go", -1);
  expect(path(moved)).toEqual(["closed open menu", "menu go next", "next close closed"]);
  expect(moved.states.map(({ id }) => id)).toEqual(["closed", "menu", "next"]);
  const first = moveAction(moved, "go", -1);
  expect(first.states.map(({ id }) => id)).toEqual(["closed", "next", "menu"]);
  expect(path(first)).toEqual(["closed go next", "next open menu", "menu close closed"]);
  const same = board();
  expect(moveAction(same, "open", -1)).toBe(same);
  expect(moveAction(same, "go", 1)).toBe(same);
});

test("a box ends with the picture, in CSS pixels", () => {
  const wide = state("s", 0);
  expect(boxIn(wide, 2, { x: 90, y: -5, width: 40, height: 20 })).toEqual({
    x: 90,
    y: 0,
    width: 10,
    height: 15,
  });
  expect(boxIn(wide, 2, { x: 120, y: 10, width: 5, height: 5 })).toBeNull();
});

test("an action says what it does", () => {
  const of = (changes: Partial<Action>) =>
    actionWords({ ...action("Go", "a", "b", 0), ...changes });
  expect(of({})).toBe("Click “Go”");
  expect(of({ kind: "type", text: "Ada", words: "Name" })).toBe("Type “Ada” into “Name”");
  expect(of({ kind: "key", text: "Escape" })).toBe("Press Escape");
  expect(of({ kind: "scroll", scroll_by: -240.4 })).toBe("Scroll up 240 px");
  expect(of({ kind: "wait", words: "" })).toBe("Wait");
});
