// What the tests share: events in order, and a line to a run that a test holds in its hand.
import type { InspectorState } from "../src/features/inspect/useInspector";
import { NOTHING } from "../src/state/inspector";
import type { EventPage, ProjectRun } from "../src/protocol/api";
import type { Difference, Envelope } from "../src/protocol/events";
import type { DurableEvent, Frame } from "../src/protocol/frames";
import type { FeedListener, LineState, Socket, Transport } from "../src/protocol/socket";
import type { SelectionState } from "../src/features/select/useSelection";
import type { VersionsState } from "../src/features/versions/useVersions";
import { nothingLive } from "../src/state/live";
import type { RunSnapshot } from "../src/state/run";
import type { RunView, ViewRevision } from "../src/state/view";

export const sha = (letter: string) => letter.repeat(64);

export function envelopes(events: DurableEvent[], first = 1): Envelope[] {
  return events.map((event, index) => ({
    seq: first + index,
    without: [],
    at: `2026-01-01T00:00:${String(first + index).padStart(2, "0")}Z`,
    agent: "main",
    event,
  }));
}

export const turns = (count: number, first = 1): Envelope[] =>
  envelopes(
    Array.from({ length: count }, (_, index) => ({ type: "turn_started", turn: first + index })),
    first,
  );

export const frame = (envelope: Envelope): Frame => ({ kind: "event", envelope });

export const noSelection = (): SelectionState => ({
  word: null,
  selected: null,
  start: () => {},
  leave: () => {},
  select: () => {},
  clear: () => {},
});

export const revision = (number: number, total: number): ViewRevision => ({
  number,
  files: [],
  site: [],
  pages: [],
  score: { total, parts: {}, picture_penalty: 0, regions: [], differences: [], unread_lines: 0 },
  model: { id: "draft", reads_words: false, settings: {}, prompt_version: "1" },
  author: "model",
  made_from: null,
  restored: false,
  product_version: "",
  words: "",
  served_model: "",
  without: [],
  at: "2026-01-01T00:00:00Z",
  steps: 0,
});

export const difference = (changes: Partial<Difference> = {}): Difference => ({
  item: "card",
  kind: "size",
  expected: "",
  got: "",
  rect: { x: 0, y: 0, width: 10, height: 10 },
  selector: "",
  line: null,
  count: 1,
  cost: 0,
  ...changes,
});

export const noVersions = (): VersionsState => ({
  against: null,
  compareWith: () => {},
  error: null,
  undo: null,
  redo: null,
  undoLabel: "Nothing to undo",
  redoLabel: "Nothing to redo",
  use: null,
  restore: null,
  branch: null,
});

/** A run as the page holds it. */
export const snapshot = (view: RunView): RunSnapshot => ({
  summary: {
    id: "run",
    project_id: "project",
    state: view.state,
    created_at: "2026-01-01T00:00:00Z",
    model: "draft",
    stack: "html-css",
    thinking: "",
    prompt: "",
    score: null,
    stop_reason: null,
    best_revision: view.best_revision,
    result_revision: view.result_revision,
    error_code: null,
    limits: { steps: 40, seconds: 600, tokens: 2_000_000, cost: null },
    pause_requested: false,
    queued_at: "2026-01-01T00:00:00Z",
    ended_at: null,
    queue_position: null,
    last_seq: view.seq,
    revisions: [],
    waiting_messages: [],
  },
  view,
  live: nothingLive,
  line: "live",
  queuePosition: null,
  refused: null,
  links: {},
});

/** One socket as the server sees it. */
export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;

  constructor(readonly after: number) {}

  accept(): void {
    this.onopen?.();
  }

  send(...frames: Frame[]): void {
    for (const one of frames) this.onmessage?.({ data: JSON.stringify(one) });
  }

  drop(): void {
    this.onclose?.();
  }

  close(): void {
    this.closed = true;
  }
}

/** A transport whose sockets, answers and clock belong to the test. */
export class FakeTransport implements Transport {
  sockets: FakeSocket[] = [];
  waits: { milliseconds: number; then: () => void }[] = [];
  stored: Envelope[] = [];
  reachable = true;

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("No socket was opened");
    return last;
  }

  open(after: number): Socket {
    const socket = new FakeSocket(after);
    this.sockets.push(socket);
    return socket;
  }

  fetchEvents(after: number): Promise<EventPage> {
    if (!this.reachable) return Promise.reject(new Error("unreachable"));
    const events = this.stored.filter(({ seq }) => seq > after);
    return Promise.resolve({ events, last_seq: this.stored.at(-1)?.seq ?? 0 });
  }

  wait(milliseconds: number, then: () => void): () => void {
    const entry = { milliseconds, then };
    this.waits.push(entry);
    return () => {
      this.waits = this.waits.filter((one) => one !== entry);
    };
  }

  /** Lets what is waited for happen, and all that follows at once. */
  async elapse(): Promise<void> {
    const due = this.waits;
    this.waits = [];
    for (const { then } of due) then();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Keeps what a feed told. */
export class Log implements FeedListener {
  seqs: number[] = [];
  lines: LineState[] = [];
  refusals: string[] = [];
  positions: number[] = [];
  deltas = 0;
  changes = 0;

  event = ({ seq }: Envelope) => void this.seqs.push(seq);
  line = (state: LineState) => void this.lines.push(state);
  refused = ({ code }: { code: string }) => void this.refusals.push(code);
  changed = () => void (this.changes += 1);
  queued = (position: number) => void this.positions.push(position);
  delta = () => void (this.deltas += 1);
}

/** The inspector while no element is selected. */
export const noInspector = (): InspectorState => ({
  inspection: null,
  scope: "rule",
  change: NOTHING,
  pending: false,
  saving: false,
  error: null,
  discarded: 0,
  set: () => {},
  setScope: () => {},
  apply: () => {},
  discard: () => {},
  look: null,
});

/** A run of a project that ended in the first hour of the year. */
export const projectRun = (
  id: string,
  minute: number,
  changes: Partial<ProjectRun> = {},
): ProjectRun => ({
  id,
  project_id: "project",
  state: "finished",
  created_at: `2026-01-01T00:0${minute}:00Z`,
  queued_at: `2026-01-01T00:0${minute}:00Z`,
  model: "draft",
  stack: "html-css",
  thinking: "",
  prompt: "",
  score: null,
  stop_reason: "finished",
  best_revision: null,
  result_revision: null,
  error_code: null,
  messages: [],
  revisions: 0,
  group: null,
  variant: "",
  chosen_at: null,
  ...changes,
});
