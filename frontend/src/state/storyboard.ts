// A recording's states and actions as a person sees and changes them. Pure: each change gives a new
// storyboard, or the same one where there is nothing to change.
import type { Action, Rect, State, Storyboard } from "../protocol/events";

export const MOST_STATES = 64;

export const KINDS: Readonly<Record<Action["kind"], string>> = {
  click: "Click",
  hover: "Hover",
  type: "Type",
  check: "Check",
  select: "Select",
  drag: "Drag",
  scroll: "Scroll",
  key: "Press a key",
  back: "Go back",
  wait: "Wait",
};

/** A place on the timeline, in order of time; `at` is seconds into the recording. */
export type Place =
  | { key: string; kind: "state"; state: State; at: number; action: Action | null } // that led there
  | { key: string; kind: "action"; action: Action; at: number };

/** States and the actions between them as they were seen: a state that was seen twice has two
 * places. States that nothing leads to come last. */
export function placesOf(board: Storyboard): Place[] {
  const states = new Map(board.states.map((state) => [state.id, state]));
  const places: Place[] = [];
  const seen = new Set<string>();
  let here = "";
  const arrive = (id: string, key: string, at: number, action: Action | null) => {
    const state = states.get(id);
    if (state) places.push({ key, kind: "state", state, at, action });
    here = id;
    seen.add(id);
  };
  const start = board.actions[0]?.from_state ?? board.states[0].id;
  arrive(start, "start", states.get(start)?.settled ?? 0, null);
  for (const action of board.actions) {
    const { id, begins } = action;
    if (action.from_state !== here) arrive(action.from_state, `from ${id}`, begins, null);
    places.push({ key: `action ${id}`, kind: "action", action, at: begins });
    arrive(action.to_state, `after ${id}`, begins + action.seconds, action);
  }
  for (const state of board.states)
    if (!seen.has(state.id)) arrive(state.id, `loose ${state.id}`, state.settled, null);
  return places;
}

/** The place that the recording shows at a time. */
export function placeAt(places: readonly Place[], seconds: number): Place | undefined {
  return places.findLast(({ at }) => at <= seconds + 0.01) ?? places[0];
}

/** What an action does, in few words. */
export function actionWords({ kind, words, text, scroll_by }: Action): string {
  const on = words ? ` “${shortened(words)}”` : "";
  switch (kind) {
    case "type":
      return `Type “${shortened(text)}”${words ? ` into${on}` : ""}`;
    case "select":
      return `Select “${shortened(text)}”${words ? ` in${on}` : ""}`;
    case "key":
      return `Press ${text || "a key"}`;
    case "scroll":
      return `Scroll ${scroll_by < 0 ? "up" : "down"} ${Math.abs(Math.round(scroll_by))} px`;
    default:
      return KINDS[kind] + on;
  }
}

const shortened = (words: string) => (words.length > 32 ? `${words.slice(0, 31)}…` : words);

export function renameState(board: Storyboard, id: string, name: string): Storyboard {
  const cleaned = name.trim().slice(0, 80);
  if (!cleaned || stateOf(board, id)?.name === cleaned) return board;
  return withStates(
    board,
    board.states.map((state) => (state.id === id ? { ...state, name: cleaned } : state)),
  );
}

export function changeAction(board: Storyboard, id: string, changes: Partial<Action>): Storyboard {
  const changed = (action: Action): Action => ({ ...action, ...changes, confidence: 1 });
  return {
    ...board,
    actions: board.actions.map((action) => (action.id === id ? changed(action) : action)),
  };
}

/** One state in place of two that are the same; what led from one to the other is no action. */
export function mergeStates(board: Storyboard, id: string, into: string): Storyboard {
  if (id === into || !stateOf(board, id) || !stateOf(board, into)) return board;
  const end = (one: string) => (one === id ? into : one);
  const joined = ({ from_state, to_state }: Action) =>
    from_state !== to_state && end(from_state) === end(to_state);
  return {
    ...withStates(
      board,
      board.states.filter((state) => state.id !== id),
    ),
    actions: board.actions
      .filter((action) => !joined(action))
      .map((action) => ({
        ...action,
        from_state: end(action.from_state),
        to_state: end(action.to_state),
      })),
  };
}

/** Takes a state out that is none: each action into it leads where the next one out of it led. */
export function removeState(board: Storyboard, id: string): Storyboard {
  if (board.states.length < 2 || !stateOf(board, id)) return board;
  const actions: Action[] = [];
  let passing: Action | null = null; // led into the state
  for (const action of board.actions) {
    const from: Action | null = action.from_state === id ? passing : null;
    if (action.from_state === id && !from) continue; // nothing led into it: it was the first
    const ends = action.begins + action.seconds;
    const whole: Action = from
      ? { ...from, to_state: action.to_state, seconds: Math.max(0, ends - from.begins) }
      : action;
    passing = null;
    if (whole.to_state === id) passing = whole;
    else if (!from || whole.from_state !== whole.to_state) actions.push(whole);
  }
  return {
    ...withStates(
      board,
      board.states.filter((state) => state.id !== id),
    ),
    actions,
  };
}

export const canSplit = (board: Storyboard): boolean => board.states.length < MOST_STATES;

/** A further state at a time, with a picture of its own: what began later in the old one, begins
 * there, and nobody did anything in between until a person says what. */
export function splitState(
  board: Storyboard,
  place: Extract<Place, { kind: "state" }>,
  at: number,
  picture: Pick<State, "picture" | "width" | "height">,
): Storyboard {
  if (!canSplit(board)) return board;
  const { state, action } = place;
  const id = freeId(board.states, "state");
  const added: State = {
    ...picture,
    id,
    name: `${state.name.slice(0, 70)} (later)`,
    first_seen: at,
    settled: at,
    taller: false,
  };
  const led = board.actions.findIndex((one) => one.id === action?.id);
  const left = board.actions.findIndex(
    ({ from_state }, index) => index > led && from_state === state.id,
  );
  const cut: Action = {
    id: freeId(board.actions, "action"),
    from_state: state.id,
    to_state: id,
    kind: "wait",
    target: null,
    words: "",
    text: "",
    to: null,
    scroll_by: 0,
    begins: at,
    seconds: 0,
    confidence: 1,
  };
  const next = board.actions[left];
  const after = next ? [{ ...next, from_state: id }, ...board.actions.slice(left + 1)] : [];
  const where = board.states.findIndex((one) => one.id === state.id) + 1;
  return {
    ...withStates(board, [...board.states.slice(0, where), added, ...board.states.slice(where)]),
    actions: [...board.actions.slice(0, next ? left : undefined), cut, ...after],
  };
}

/** Moves the action that led to a state, and the state with it, one place earlier or later. */
export function moveAction(board: Storyboard, id: string, by: -1 | 1): Storyboard {
  const from = board.actions.findIndex((action) => action.id === id);
  const other = board.actions[from + by];
  const moved = board.actions[from];
  if (!moved || !other) return board;
  const start = board.actions[0]?.from_state ?? "";
  const order = [...board.actions];
  order[from] = other;
  order[from + by] = moved;
  let here = start;
  const actions = order.map((action) => {
    const linked = action.from_state === here ? action : { ...action, from_state: here };
    here = action.to_state;
    return linked;
  });
  const sight = [start, ...actions.map(({ to_state }) => to_state)];
  const rank = ({ id: state }: State) =>
    sight.includes(state) ? sight.indexOf(state) : sight.length;
  return {
    ...withStates(
      board,
      board.states.toSorted((one, two) => rank(one) - rank(two)),
    ),
    actions,
  };
}

export const stateOf = (board: Storyboard, id: string): State | undefined =>
  board.states.find((state) => state.id === id);

/** The box inside a picture, in whole CSS pixels; null where nothing of it is. */
export function boxIn(state: State, scale: number, { x, y, width, height }: Rect): Rect | null {
  const [right, bottom] = [state.width / scale, state.height / scale];
  const left = Math.round(Math.min(Math.max(0, x), right));
  const top = Math.round(Math.min(Math.max(0, y), bottom));
  const box = {
    x: left,
    y: top,
    width: Math.round(Math.min(right, x + width)) - left,
    height: Math.round(Math.min(bottom, y + height)) - top,
  };
  return box.width >= 1 && box.height >= 1 ? box : null;
}

const withStates = (board: Storyboard, states: readonly State[]): Storyboard => {
  const [first, ...others] = states;
  return first ? { ...board, states: [first, ...others] } : board;
};

/** `<word>-<number>`, the first that none has. */
function freeId(taken: readonly { id: string }[], word: string): string {
  const ids = new Set(taken.map(({ id }) => id));
  for (let number = 1; ; number += 1) if (!ids.has(`${word}-${number}`)) return `${word}-${number}`;
}
