// A storyboard for tests: a menu that opens, closes, and a page that follows.
import type { Action, State, Storyboard } from "../src/protocol/events";
import { sha } from "./kit";

export const state = (id: string, settled: number): State => ({
  id,
  name: `State ${id}`,
  picture: sha("a"),
  width: 200,
  height: 100,
  first_seen: settled,
  settled,
  taller: false,
});

export const action = (
  id: string,
  from_state: string,
  to_state: string,
  begins: number,
): Action => ({
  id,
  from_state,
  to_state,
  kind: "click",
  target: { x: 1, y: 2, width: 30, height: 10 },
  words: id,
  text: "",
  to: null,
  scroll_by: 0,
  begins,
  seconds: 0.5,
  confidence: 0.6,
});

/** closed –open→ menu –close→ closed –go→ next */
export const board = (): Storyboard => ({
  version: 1,
  recording: { sha256: sha("b"), seconds: 8, width: 200, height: 100, fps: 30 },
  scale: 1,
  states: [state("closed", 0), state("menu", 2), state("next", 6)],
  actions: [
    action("open", "closed", "menu", 1),
    action("close", "menu", "closed", 3),
    action("go", "closed", "next", 5),
  ],
});
