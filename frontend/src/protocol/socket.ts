// Follows one run: replay after the last event seen, then live, whatever happens to the line.
// Delivers each durable event exactly once and in order, or not yet.
import type { EventPage } from "./api";
import type { DeltaFrame, Envelope, ErrorFrame } from "./events";
import type { Frame } from "./frames";
import { addressOf } from "./path";

export type LineState =
  | "connecting" // first attempt, nothing shown yet
  | "live"
  | "reconnecting"
  | "polling" // sockets are blocked, events come by HTTP
  | "closed"; // by us, or by the server for a reason it gave

export interface FeedListener {
  event(envelope: Envelope): void;
  delta(frame: DeltaFrame): void;
  queued(position: number): void;
  changed(): void; // the run's own row
  line(state: LineState): void;
  refused(frame: ErrorFrame): void;
}

/** What the feed needs of a WebSocket; the browser's fits. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
  onclose: (() => void) | null;
  close(): void;
}

export interface Transport {
  open(after: number): Socket;
  fetchEvents(after: number): Promise<EventPage>;
  wait(milliseconds: number, then: () => void): () => void; // returns its cancellation
}

const BACKOFF_MS = [300, 600, 1200, 2500, 5000] as const;
const NEVER_OPENED_LIMIT = 3; // attempts without one open socket before events are polled
const FINAL_ERRORS = new Set(["not_found", "bad_after"]);
const POLL_MS = 1000;
const SOCKET_RETRY_POLLS = 30; // while polling, look for a socket again this often

export class RunFeed {
  private socket: Socket | null = null;
  private cancelWait: () => void = () => {};
  private failures = 0;
  private everOpened = false;
  private polls = 0;
  private attempt = 0; // counts sockets and polls: what an earlier one answers is dropped
  private running = false;

  constructor(
    private seq: number,
    private readonly listener: FeedListener,
    private readonly transport: Transport,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.listener.line("connecting");
    this.connect();
  }

  stop(): void {
    if (!this.running) return;
    this.running = false;
    this.attempt += 1;
    this.cancelWait();
    this.dropSocket();
    this.listener.line("closed");
  }

  /** Try at once: the network came back, or the page did. */
  retryNow(): void {
    if (!this.running || this.socket) return;
    this.cancelWait();
    this.failures = 0;
    this.connect();
  }

  private connect(): void {
    this.attempt += 1;
    const socket = this.transport.open(this.seq);
    this.socket = socket;
    socket.onopen = () => {
      this.everOpened = true;
      this.failures = 0;
    };
    socket.onmessage = ({ data }) => this.receive(JSON.parse(data) as Frame);
    socket.onclose = () => this.lost();
  }

  private receive(frame: Frame): void {
    switch (frame.kind) {
      case "event":
        if (!this.take(frame.envelope)) this.lost();
        break;
      case "delta":
        this.listener.delta(frame);
        break;
      case "caught_up":
        this.listener.line("live");
        break;
      case "queued":
        this.listener.queued(frame.position);
        break;
      case "run_changed":
        this.listener.changed();
        break;
      case "error":
        this.listener.refused(frame);
        if (FINAL_ERRORS.has(frame.code)) this.stop(); // asking again would change nothing
        break;
      default:
        frame satisfies never;
    }
  }

  /** False if the event does not follow on: the one before it was lost, so ask again. */
  private take(envelope: Envelope): boolean {
    if (envelope.seq <= this.seq) return true;
    if (envelope.seq > this.seq + 1) return false;
    this.seq = envelope.seq;
    this.listener.event(envelope);
    return true;
  }

  private lost(): void {
    this.dropSocket();
    if (!this.running) return;
    this.failures += 1;
    if (!this.everOpened && this.failures >= NEVER_OPENED_LIMIT) {
      this.poll();
      return;
    }
    this.listener.line("reconnecting");
    const delay = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length) - 1] ?? 5000;
    this.cancelWait = this.transport.wait(delay, () => this.connect());
  }

  private poll(): void {
    const attempt = (this.attempt += 1);
    this.transport
      .fetchEvents(this.seq)
      .then(
        ({ events }) => {
          if (attempt !== this.attempt) return;
          this.listener.line("polling");
          events.every((envelope) => this.take(envelope)); // a gap is asked for again
        },
        () => {
          if (attempt === this.attempt) this.listener.line("reconnecting");
        },
      )
      .finally(() => {
        if (attempt !== this.attempt) return;
        this.polls += 1;
        const trySocket = this.polls % SOCKET_RETRY_POLLS === 0;
        this.cancelWait = this.transport.wait(POLL_MS, () =>
          trySocket ? this.connect() : this.poll(),
        );
      });
  }

  private dropSocket(): void {
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }
}

/** The real line to a run of this server. */
export function browserTransport(
  runId: string,
  fetchEvents: (after: number) => Promise<EventPage>,
): Transport {
  return {
    open(after) {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      const path = addressOf(`/ws/runs/${encodeURIComponent(runId)}?after=${after}`);
      return new WebSocket(`${scheme}://${location.host}${path}`) as Socket;
    },
    fetchEvents,
    wait(milliseconds, then) {
      const timer = setTimeout(then, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
