// Generated from webapp/studio/events.py and live/frames.py by `npm run generate`. Do not edit.

/**
 * What led from one state to the next. Boxes are CSS pixels of the picture of `from_state`.
 */
export interface Action {
  id: string;
  from_state: string;
  to_state: string;
  kind: "click" | "hover" | "type" | "check" | "select" | "drag" | "scroll" | "key" | "back" | "wait";
  /**
   * the element's box; none where the whole page is meant
   */
  target: Rect | null;
  /**
   * what stands on the element
   */
  words: string;
  /**
   * typed, the option chosen, or the key's name
   */
  text: string;
  /**
   * where a drag ended
   */
  to: Rect | null;
  /**
   * CSS pixels, positive is down
   */
  scroll_by: number;
  /**
   * seconds into the recording
   */
  begins: number;
  /**
   * how long the page took to settle
   */
  seconds: number;
  confidence: number;
}
/**
 * A rectangle in CSS pixels of the page, origin at the top left.
 */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
/**
 * Sent once, when everything stored at connection time has been replayed.
 */
export interface CaughtUpFrame {
  kind: "caught_up";
  seq: number;
}
/**
 * Every page measured against its mockup; `score` is the mean over pages. `site` is what was
 * built of the files, where the stack has a build: that is what was measured.
 */
export interface ComparisonFinished {
  type: "comparison_finished";
  pages: PageResult[];
  score: Score;
  seconds: number;
  site: FileRef[];
}
/**
 * A page beside one of its mockups, at that one's size.
 */
export interface PageResult {
  mockup_index: number;
  page: string;
  screenshot: ImagePart;
  heat_map: ImagePart;
  score: Score;
}
/**
 * An image in the blob store, PNG.
 */
export interface ImagePart {
  kind: "image";
  sha256: string;
  width: number;
  height: number;
}
/**
 * How alike render and mockup are. A part is None where there is nothing to measure.
 *
 * `unread_lines` of the mockup's text could not be read: pixels alone were compared.
 */
export interface Score {
  total: number;
  parts: {
    [k: string]: number | null;
  };
  picture_penalty: number;
  regions: RegionScore[];
  differences: Difference[];
  unread_lines: number;
}
/**
 * How well one region of the page matches, worst first where listed.
 */
export interface RegionScore {
  name: string;
  rect: Rect;
  score: number;
}
/**
 * One thing that a person sees to be wrong. Lists of them have the worst first.
 *
 * `rect` is where it is on the mockup, or on the render for what the mockup lacks. `selector`
 * names the element that draws it, empty where none does; `line` is where the page's file writes
 * that element, from 1, None where a script made it. `cost` is what it takes off the score. Of
 * `count` elements of which the same is to be said, this is the first.
 */
export interface Difference {
  item: string;
  kind:
    | "missing"
    | "extra"
    | "letters"
    | "size"
    | "weight"
    | "slant"
    | "family"
    | "tracking"
    | "line_breaks"
    | "colour"
    | "contrast"
    | "offset"
    | "shape"
    | "icon"
    | "picture"
    | "fill"
    | "border"
    | "radius"
    | "shadow"
    | "rule"
    | "gradient"
    | "console_error"
    | "failed_request"
    | "overflow"
    | "as_file"
    | "low_contrast"
    | "accessibility";
  expected: string;
  got: string;
  rect: Rect;
  selector: string;
  line: number | null;
  cost: number;
  count: number;
}
/**
 * One generated file. Its bytes are in the blob store under `sha256`.
 */
export interface FileRef {
  path: string;
  sha256: string;
  size: number;
}
/**
 * Work in progress that came after event `after_seq`; not stored, never replayed.
 */
export interface DeltaFrame {
  kind: "delta";
  after_seq: number;
  agent: string;
  event:
    | RunStarted
    | RunResumed
    | MessageReceived
    | FilesEdited
    | TurnStarted
    | ToolStarted
    | ToolFinished
    | ElementsFound
    | FileWritten
    | RenderFinished
    | ComparisonFinished
    | ReplayFinished
    | PlanUpdated
    | DeviationsDeclared
    | RevisionSaved
    | ResultChosen
    | RequestSent
    | TurnFinished
    | RunFinished
    | RunFailed
    | TextDelta
    | ReasoningDelta
    | FileDelta
    | Waiting;
}
/**
 * `guidelines` are the project's rules and design tokens, `files` the page that it starts from;
 * both only where the model heeds them. `branched_from` is the revision that those files are of,
 * where the person branched one off. `imported`: the files are the first revision as they are,
 * whoever the model is, and it has no turn until the person speaks to it. `storyboard` is what the
 * page shall do, where it is made of a recording; its first state is the first mockup.
 */
export interface RunStarted {
  type: "run_started";
  model: ModelRef;
  stack: string;
  prompt: string;
  /**
   * what the person wrote in earlier runs of the project
   */
  earlier_words: string[];
  mockups: MockupRef[];
  limits: Limits;
  guidelines: FileRef[];
  files: FileRef[];
  branched_from: RevisionRef | null;
  imported: boolean;
  storyboard: Storyboard | null;
}
/**
 * Which model did the work, with the settings and the prompt version that made it so.
 *
 * `reads_words` says whether it heeds what the person wrote, or the mockups alone.
 */
export interface ModelRef {
  id: string;
  reads_words: boolean;
  settings: {
    [k: string]: string | number | boolean;
  };
  prompt_version: string;
}
/**
 * One mockup of a run. `width` and `height` are image pixels; CSS size is pixels / scale.
 *
 * `page` is what it is compared with; None in runs of versions that had a page for each mockup.
 */
export interface MockupRef {
  asset_id: string;
  sha256: string;
  width: number;
  height: number;
  /**
   * device pixel ratio the mockup was drawn at: 1, 2 or 3
   */
  scale: number;
  role: "page" | "width" | "state";
  page: string | null;
}
/**
 * What a run may spend before it ends with reason `budget`.
 */
export interface Limits {
  /**
   * tool calls
   */
  steps: number;
  seconds: number;
  tokens: number;
  /**
   * US dollars; none for a model without prices
   */
  cost: number | null;
}
/**
 * A revision of some run.
 */
export interface RevisionRef {
  run_id: string;
  number: number;
}
/**
 * The states in order of their first sight, and the actions in order of time. A state seen
 * twice is one state: actions may lead back. `scale` is device pixels a CSS pixel.
 */
export interface Storyboard {
  version: 1;
  recording: RecordingFacts;
  scale: number;
  /**
   * @minItems 1
   * @maxItems 64
   */
  states: [State, ...State[]];
  actions: Action[];
}
/**
 * The file that a storyboard was read from. `width` and `height` are image pixels as shown,
 * after a rotation that the file asks for; `fps` is the mean.
 */
export interface RecordingFacts {
  sha256: string;
  seconds: number;
  width: number;
  height: number;
  fps: number;
}
/**
 * One settled picture of the recorded page.
 *
 * `picture` is the PNG's digest in the store; beside a `states.json` on disk it is
 * `states/<id>.png`. `first_seen` and `settled` are seconds into the recording. A picture stitched
 * from scrolling is `taller` than the viewport.
 */
export interface State {
  id: string;
  name: string;
  picture: string;
  /**
   * image pixels
   */
  width: number;
  /**
   * image pixels
   */
  height: number;
  first_seen: number;
  settled: number;
  taller: boolean;
}
/**
 * The run goes on from its last event: its worker was lost, or the person said continue.
 *
 * Only `continued` opens an ended run again, and with a fresh budget.
 */
export interface RunResumed {
  type: "run_resumed";
  attempt: number;
  reason: "worker_lost" | "continued";
}
/**
 * Words of the person after the start, which the model reads at its next turn.
 *
 * Where it names a `revision`, work goes on from that one's files, and until there is a newer one
 * it is the result. The words are about the `selection`, where there is one.
 */
export interface MessageReceived {
  type: "message_received";
  message_id: number;
  text: string;
  revision: number | null;
  selection: Selection | null;
}
/**
 * An element of a page that a person selected, as the file `path` writes it: `source` from its
 * `first_line` to its `last_line`, of much the beginning. `path` is empty in old records, where it
 * is the page's own.
 */
export interface Selection {
  page: string;
  selector: string;
  path: string;
  first_line: number;
  last_line: number;
  source: string;
}
/**
 * The person changed `files` of a revision themselves; its others stay as they are there.
 *
 * It makes a revision of its own, which is the result, and no turn of the model: only words to it
 * do. `command` is what they said where a plain command changed them, `inspected` what they set,
 * in a few words, where the inspector did.
 */
export interface FilesEdited {
  type: "files_edited";
  edit_id: number;
  revision: number;
  files: FileRef[];
  command: string;
  inspected: string;
}
export interface TurnStarted {
  type: "turn_started";
  turn: number;
}
export interface ToolStarted {
  type: "tool_started";
  call: ToolCall;
}
/**
 * A model's request to run a tool. `arguments` is the JSON text as the model wrote it.
 */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}
/**
 * The result the model reads (`for_model`) and the sentence the person reads (`for_ui`).
 */
export interface ToolFinished {
  type: "tool_finished";
  call_id: string;
  ok: boolean;
  for_model: (TextPart | ImagePart)[];
  for_ui: string;
  seconds: number;
}
export interface TextPart {
  kind: "text";
  text: string;
}
/**
 * What a model has found on a mockup while it reads; it replaces what it found there before.
 *
 * Only shows the reading: nothing goes on from it. First come the lines of text that are not read
 * yet, then, `complete`, all that is there. Of each kind at most the first 500 are told.
 */
export interface ElementsFound {
  type: "elements_found";
  mockup_index: number;
  complete: boolean;
  texts: Rect[];
  boxes: Rect[];
  rules: Rect[];
  pictures: Rect[];
}
export interface FileWritten {
  type: "file_written";
  file: FileRef;
  changed: LineRange[];
}
/**
 * Changed lines, 1-based, both ends included.
 */
export interface LineRange {
  first: number;
  last: number;
}
/**
 * A picture of the page as it is now, with what the browser complained about.
 */
export interface RenderFinished {
  type: "render_finished";
  page: string;
  screenshot: ImagePart;
  scale: number;
  console_errors: string[];
  failed_requests: string[];
  overflow_px: number;
  seconds: number;
}
/**
 * What the storyboard's actions did on a revision.
 */
export interface ReplayFinished {
  type: "replay_finished";
  revision: number;
  replay: Replay;
}
/**
 * The verdicts in the order of the actions.
 */
export interface Replay {
  steps: StepVerdict[];
}
/**
 * One action, done on the generated page. `before` and `after` are scores against the recorded
 * states, None where the step could not be done, which `problem` explains in a sentence.
 */
export interface StepVerdict {
  action_id: string;
  done: boolean;
  problem: string;
  before: number | null;
  after: number | null;
  /**
   * until the page had settled
   */
  seconds: number | null;
  picture: string | null;
}
/**
 * What the model means to do and how far it is, whole each time.
 */
export interface PlanUpdated {
  type: "plan_updated";
  steps: PlanStep[];
}
/**
 * One thing that a model means to do.
 */
export interface PlanStep {
  text: string;
  state: "open" | "doing" | "done";
}
/**
 * All that is meant to be otherwise than on the mockups, from here on: it is not measured.
 */
export interface DeviationsDeclared {
  type: "deviations_declared";
  deviations: Deviation[];
}
/**
 * What is meant to be otherwise than on a mockup, in words for the person: one aspect of the
 * page, one region of it (CSS pixels of the mockup), or an aspect of a region.
 */
export interface Deviation {
  reason: string;
  mockup_index: number;
  aspect: ("colours" | "words" | "type") | null;
  region: Rect | null;
}
/**
 * A version of all files with its renders and score; numbers start at 1 and have no gap.
 *
 * `model` is the run's; `author` says who changed the files. They began as those of revision
 * `made_from`, None where there was none or where nobody noted it; `restored`, they still are, and
 * so are renders and score. `site` is what was built of them where they are sources, else empty.
 * `product_version` is that of Mockwright, empty where nobody noted it.
 */
export interface RevisionSaved {
  type: "revision_saved";
  number: number;
  files: FileRef[];
  site: FileRef[];
  pages: PageResult[];
  score: Score;
  model: ModelRef;
  author: "model" | "person";
  made_from: number | null;
  restored: boolean;
  product_version: string;
}
/**
 * The person says which revision is the result, until there is a newer one: by its name, or as
 * they undo or redo what made another the result.
 */
export interface ResultChosen {
  type: "result_chosen";
  revision: number;
  way: "choice" | "undo" | "redo";
}
/**
 * A request goes out of the service, to `origin`: written before it does.
 */
export interface RequestSent {
  type: "request_sent";
  origin: string;
}
/**
 * Everything the model said in one turn: enough to rebuild the transcript. `served_model` is
 * what its server calls the model that answered, empty where it does not say.
 */
export interface TurnFinished {
  type: "turn_finished";
  turn: number;
  text: string;
  reasoning: string;
  calls: ToolCall[];
  usage: Usage;
  served_model: string;
}
/**
 * What a turn took, as the server counts. `cached_tokens` are those of the input that it had
 * read before; `cost` is in US dollars, None where the model has no prices; `context_tokens` is
 * what the model reads, None where that is not known.
 */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  cost: number | null;
  context_tokens: number | null;
}
/**
 * `best_revision` has the highest score. It is the result, unless the model followed a person's
 * words or the person changed the page themselves: then the last revision is, or the one that the
 * model declared when it finished. The person may choose another (`result_chosen`).
 */
export interface RunFinished {
  type: "run_finished";
  reason: "finished" | "asked" | "plateau" | "budget" | "paused" | "cancelled";
  best_revision: number | null;
  declared_revision: number | null;
}
/**
 * `code` is looked up in `messages.py` for the text and the one next action.
 */
export interface RunFailed {
  type: "run_failed";
  code: string;
  detail: string;
  best_revision: number | null;
}
export interface TextDelta {
  type: "text_delta";
  text: string;
}
export interface ReasoningDelta {
  type: "reasoning_delta";
  text: string;
}
/**
 * Part of a file while a model writes it. `start` True begins the file anew.
 */
export interface FileDelta {
  type: "file_delta";
  path: string;
  text: string;
  start: boolean;
}
/**
 * What the run waits for before it goes on, in words for the person.
 */
export interface Waiting {
  type: "waiting";
  text: string;
}
/**
 * A durable event with its place in the run. `agent` names the (sub-)agent it is from.
 */
export interface Envelope {
  seq: number;
  at: string;
  agent: string;
  event:
    | RunStarted
    | RunResumed
    | MessageReceived
    | FilesEdited
    | TurnStarted
    | ToolStarted
    | ToolFinished
    | ElementsFound
    | FileWritten
    | RenderFinished
    | ComparisonFinished
    | ReplayFinished
    | PlanUpdated
    | DeviationsDeclared
    | RevisionSaved
    | ResultChosen
    | RequestSent
    | TurnFinished
    | RunFinished
    | RunFailed
    | TextDelta
    | ReasoningDelta
    | FileDelta
    | Waiting;
}
/**
 * The last frame before the server closes the socket for a reason a person can act on.
 */
export interface ErrorFrame {
  kind: "error";
  code: string;
  message: string;
  hint: string;
}
export interface EventFrame {
  kind: "event";
  envelope: Envelope;
}
/**
 * Sent while the run waits for a worker, whenever its position changes.
 */
export interface QueuedFrame {
  kind: "queued";
  position: number;
}
/**
 * Something of the run's row has changed that no event tells: words that wait, a wish to pause.
 * Read the run again.
 */
export interface RunChangedFrame {
  kind: "run_changed";
}
