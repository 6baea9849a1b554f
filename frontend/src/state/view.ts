// What a person sees of a run, made of its events by reduce.ts and of nothing else.
import type {
  Deviation,
  ElementsFound,
  FileRef,
  ImagePart,
  LineRange,
  MockupRef,
  ModelRef,
  PlanStep,
  Replay,
  RevisionRef,
  RevisionSaved,
  RunFinished,
  Score,
  Selection,
  Storyboard,
} from "../protocol/events";
import { noHistory, type ResultHistory } from "./undo";

/** One card of the activity: a tool call, or a stretch of thought. */
export interface Step {
  id: string;
  kind: string; // a tool's name, "thought", "message" for what the person said, or "edit_by_hand"
  agent: string;
  state: "running" | "done" | "failed" | "interrupted";
  started_at: string;
  seconds: number | null;
  arguments: string;
  text: string;
  screenshot: ImagePart | null;
  score: Score | null;
  problems: string[];
  selection: Selection | null; // the element that a message is about
}

export interface ViewFile {
  file: FileRef;
  changed: LineRange[];
}

/** A revision: what of the mockups it was not measured by, what led to it, who the server said that
 * the model was, and how many steps there were since the run's start. */
export type ViewRevision = Omit<RevisionSaved, "type"> & {
  at: string;
  without: Deviation[];
  words: string;
  served_model: string;
  steps: number;
};

/** What was found on one mockup so far, in CSS pixels. */
export type Found = Omit<ElementsFound, "type">;

/** The state of a run after event `seq`. */
export interface RunView {
  seq: number;
  state: "queued" | "running" | "finished" | "failed";
  model: ModelRef | null;
  stack: string;
  prompt: string;
  earlier_words: string[]; // said in the project before this run
  words: string; // of the person, that what is made now goes by
  branched_from: RevisionRef | null;
  served_model: string; // as its server last told it
  requests: Readonly<Record<string, number>>; // that went out, by where to
  mockups: MockupRef[];
  storyboard: Storyboard | null; // what the page shall do, where it is made of a recording
  replays: Readonly<Record<number, Replay>>; // what it did, by revision
  imported: boolean; // the first revision is the person's page as it was
  guided: boolean; // by rules or design tokens of the project
  found: Found[]; // while the mockups are read, until there is a first revision
  steps: Step[];
  spent_steps: number; // of the budget
  spent_cost: number; // of the budget, US dollars
  messages: number[]; // ids of what the person has said since the start
  plan: PlanStep[];
  deviations: Deviation[]; // declared, so not measured from the next comparison on
  files: ViewFile[];
  revisions: ViewRevision[];
  best_revision: number | null; // the highest score
  result_revision: number | null;
  result_chosen: boolean; // by name, not by a rule
  history: ResultHistory;
  stop_reason: RunFinished["reason"] | null;
  error_code: string | null;
  error_detail: string;
  attempt: number;
  turn: number;
  input_tokens: number;
  output_tokens: number;
  context: number | null; // share of the model's window that the last turn took, where it is known
  cached_tokens: number; // of the input
  cost: number; // US dollars, of the turns that have a price
  priced_turns: number;
  unpriced_turns: number; // those that took tokens
  started_at: string | null;
  ended_at: string | null;
}

export const emptyView: RunView = {
  seq: 0,
  state: "queued",
  model: null,
  stack: "",
  prompt: "",
  earlier_words: [],
  words: "",
  branched_from: null,
  served_model: "",
  requests: {},
  mockups: [],
  storyboard: null,
  replays: {},
  imported: false,
  guided: false,
  found: [],
  steps: [],
  spent_steps: 0,
  spent_cost: 0,
  messages: [],
  plan: [],
  deviations: [],
  files: [],
  revisions: [],
  best_revision: null,
  result_revision: null,
  result_chosen: false,
  history: noHistory,
  stop_reason: null,
  error_code: null,
  error_detail: "",
  attempt: 1,
  turn: 0,
  input_tokens: 0,
  output_tokens: 0,
  context: null,
  cached_tokens: 0,
  cost: 0,
  priced_turns: 0,
  unpriced_turns: 0,
  started_at: null,
  ended_at: null,
};
