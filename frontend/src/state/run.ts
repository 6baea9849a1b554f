// The live state of one run, outside any framework: subscribe and read.
import type { EventPage, RevisionLinks, Run, WaitingMessage } from "../protocol/api";
import { api } from "../protocol/client";
import type { Envelope, ErrorFrame } from "../protocol/events";
import { browserTransport, RunFeed, type LineState } from "../protocol/socket";
import { addDelta, nothingLive, dropRecorded, type Live } from "./live";
import { reduce } from "./reduce";
import { emptyView, type RunView } from "./view";

const FRAME_MS = 16;

export interface RunSnapshot {
  summary: Run;
  view: RunView;
  live: Live;
  line: LineState;
  queuePosition: number | null;
  refused: ErrorFrame | null;
  links: Readonly<Record<number, RevisionLinks>>;
}

/** What the person has said and the run has not taken yet. */
export const waitingMessages = ({ summary, view }: RunSnapshot): WaitingMessage[] =>
  summary.waiting_messages.filter(({ id }) => !view.messages.includes(id));

/** All that happened so far, reduced. */
export async function readView(fetchPage: (after: number) => Promise<EventPage>): Promise<RunView> {
  let view = emptyView;
  for (;;) {
    const { events, last_seq } = await fetchPage(view.seq);
    view = events.reduce(reduce, view);
    if (events.length === 0 || view.seq >= last_seq) return view;
  }
}

export class RunStore {
  private listeners = new Set<() => void>();
  private readonly feed: RunFeed;
  private telling: ReturnType<typeof setTimeout> | undefined;

  private constructor(private snapshot: RunSnapshot) {
    this.feed = new RunFeed(
      snapshot.view.seq,
      {
        event: (envelope) => this.apply(envelope),
        delta: (frame) => this.change({ live: addDelta(this.snapshot.live, frame) }),
        queued: (queuePosition) => this.change({ queuePosition }),
        changed: () => void this.readAgain(),
        line: (line) => this.change(line === "live" ? { line, refused: null } : { line }),
        refused: (refused) => this.change({ refused }),
      },
      browserTransport(snapshot.summary.id, (after) => api.events(snapshot.summary.id, after)),
    );
  }

  /** Reads the run's events, page by page, and follows it from there. Throws ApiError. */
  static async open(runId: string): Promise<RunStore> {
    const view = await readView((after) => api.events(runId, after));
    const run = await api.run(runId); // after its events, so that no revision lacks its links
    return new RunStore({
      summary: run,
      view,
      live: nothingLive,
      line: "connecting",
      queuePosition: run.queue_position,
      refused: null,
      links: Object.fromEntries(run.revisions.map((links) => [links.number, links])),
    });
  }

  start(): void {
    this.feed.start();
    addEventListener("online", this.retryNow);
    document.addEventListener("visibilitychange", this.retryNow);
  }

  /** Takes what the server says of the run itself, after the person has changed something. */
  adopt(summary: Run): void {
    this.change({ summary, queuePosition: summary.queue_position });
  }

  stop(): void {
    removeEventListener("online", this.retryNow);
    document.removeEventListener("visibilitychange", this.retryNow);
    this.feed.stop();
    clearTimeout(this.telling);
    this.telling = undefined;
  }

  readonly read = (): RunSnapshot => this.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private readonly retryNow = () => {
    if (!document.hidden) this.feed.retryNow();
  };

  private apply(envelope: Envelope): void {
    const view = reduce(this.snapshot.view, envelope);
    const summary = view.ended_at
      ? { ...this.snapshot.summary, pause_requested: false }
      : this.snapshot.summary;
    this.change({
      view,
      summary,
      live: dropRecorded(this.snapshot.live, envelope),
      queuePosition: null,
    });
    if (envelope.event.type === "revision_saved") void this.fetchLinks(envelope.event.number);
  }

  /** What another tab has changed of the run itself; where that fails, the next change tells it. */
  private async readAgain(): Promise<void> {
    const run = await api.run(this.snapshot.summary.id).catch(() => null);
    if (run) this.adopt(run);
  }

  private async fetchLinks(number: number): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      try {
        const links = await api.revision(this.snapshot.summary.id, number);
        this.change({ links: { ...this.snapshot.links, [number]: links } });
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
      }
    }
  }

  /** State changes at once; listeners hear of it at most once per painted frame. */
  private change(changes: Partial<RunSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes };
    this.telling ||= setTimeout(() => {
      this.telling = undefined;
      for (const listener of this.listeners) listener();
    }, FRAME_MS);
  }
}

/** Whether a run that goes on makes another revision, once it has or has ended again. */
export function whenRevision(store: RunStore): Promise<boolean> {
  const before = store.read().view;
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      const { revisions, ended_at, seq } = store.read().view;
      const made = revisions.length > before.revisions.length;
      if (!made && (ended_at === null || seq === before.seq)) return;
      stop();
      resolve(made);
    });
  });
}
