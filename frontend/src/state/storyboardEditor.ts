// A storyboard under a person's hands: every change is sent at once, one request at a time, and can
// be taken back. What is not sent yet outlives a reload. Where somebody changed it meanwhile, both
// are kept until the person has chosen, and the other one is a step of Undo away.
import type { Recording } from "../protocol/api";
import { ApiError } from "../protocol/client";
import type { Storyboard } from "../protocol/events";
import { forget, keep, readKept } from "./kept";

export interface EditorState {
  board: Storyboard;
  saving: boolean;
  canUndo: boolean;
  conflict: boolean; // somebody changed it meanwhile
  error: unknown; // why the last change is not saved; null where it is
}

/** Of the API, what an editor needs. */
export interface StoryboardApi {
  recording: (id: string) => Promise<Recording>;
  changeStoryboard: (id: string, version: number, board: Storyboard) => Promise<Recording>;
}

interface Unsent {
  version: number;
  board: Storyboard;
}

export class StoryboardEditor {
  private version: number;
  private board: Storyboard;
  private before: Storyboard[] = [];
  private theirs: Recording | null = null;
  private error: unknown = null;
  private sending: Promise<void> | null = null;
  private unsent = false;
  private state: EditorState;
  private readonly listeners = new Set<() => void>();
  private readonly key: string;

  constructor(
    private readonly api: StoryboardApi,
    private readonly id: string,
    version: number,
    board: Storyboard,
  ) {
    this.key = `mockwright.recording.${id}`;
    this.version = version;
    this.board = board;
    const kept = readKept<Unsent>(this.key);
    if (kept) {
      this.board = kept.board;
      this.before.push(board);
      this.version = kept.version; // where that is no longer the newest, the server says so
      this.unsent = true;
    }
    this.state = this.snapshot();
    if (kept) void this.flush();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): EditorState => this.state;

  change(next: Storyboard): void {
    if (next === this.board) return;
    this.before.push(this.board);
    this.put(next);
  }

  undo(): void {
    const last = this.before.pop();
    if (last) this.put(last);
  }

  /** Mine goes on; theirs is what Undo brings. */
  keepMine(): void {
    if (!this.theirs?.storyboard) return;
    this.before.push(this.theirs.storyboard);
    this.version = this.theirs.version;
    this.theirs = null;
    this.put(this.board);
  }

  /** Theirs goes on; mine is what Undo brings. */
  takeTheirs(): void {
    if (!this.theirs?.storyboard) return;
    this.before.push(this.board);
    this.board = this.theirs.storyboard;
    this.version = this.theirs.version;
    this.theirs = null;
    this.unsent = false;
    forget(this.key);
    this.tell();
  }

  /** Resolves once all is sent, or cannot be: then to false. */
  async flush(): Promise<boolean> {
    this.sending ??= this.send().finally(() => {
      this.sending = null;
      this.tell();
    });
    await this.sending;
    return !this.unsent;
  }

  private put(board: Storyboard): void {
    this.board = board;
    this.unsent = true;
    keep(this.key, { version: this.version, board } satisfies Unsent);
    this.tell();
    if (!this.theirs) void this.flush();
  }

  private async send(): Promise<void> {
    while (this.unsent && !this.theirs) {
      const sent = this.board;
      this.tell();
      try {
        const { version } = await this.api.changeStoryboard(this.id, this.version, sent);
        this.version = version;
        this.error = null;
        this.unsent = this.board !== sent;
        if (this.unsent) keep(this.key, { version, board: this.board } satisfies Unsent);
        else forget(this.key);
      } catch (error) {
        if (!(await this.isConflict(error))) {
          this.error = error;
          return;
        }
      }
    }
  }

  private async isConflict(error: unknown): Promise<boolean> {
    if (!(error instanceof ApiError && error.code === "storyboard_changed")) return false;
    const theirs = await this.api.recording(this.id).catch(() => null);
    if (!theirs) return false;
    if (JSON.stringify(theirs.storyboard) === JSON.stringify(this.board)) {
      this.version = theirs.version; // it was mine: the answer was lost
      this.unsent = false;
      forget(this.key);
    } else {
      this.theirs = theirs;
    }
    this.error = null;
    return true;
  }

  private snapshot(): EditorState {
    return {
      board: this.board,
      saving: this.unsent && this.error === null && this.theirs === null,
      canUndo: this.before.length > 0,
      conflict: this.theirs !== null,
      error: this.error,
    };
  }

  private tell(): void {
    this.state = this.snapshot();
    this.listeners.forEach((listener) => listener());
  }
}
