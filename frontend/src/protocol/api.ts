// Generated from webapp/studio/schemas.py by `npm run generate`. Do not edit.
import type {Envelope, Limits, RevisionRef, Storyboard} from "./events";

/**
 * What the start screen needs to know.
 */
export interface Config {
  version: string;
  limits: UploadLimits;
  references: ReferenceLimits;
  recordings: RecordingLimits;
  stacks: StackOption[];
  models: ModelOption[];
  default_model: string;
  commands: string[];
  presets: Preset[];
  examples: Example[];
  preview_origin: string;
  messages: {
    [k: string]: Problem;
  };
}
/**
 * What is taken in: images a project, bytes a file, pixels a side.
 */
export interface UploadLimits {
  max_images: number;
  max_bytes: number;
  max_side: number;
  formats: string[];
}
/**
 * What is taken in beside mockups: files of rules and tokens a project, bytes of such a file
 * and of a base; `kinds` by the ending of a name.
 */
export interface ReferenceLimits {
  max_texts: number;
  max_text_bytes: number;
  max_base_bytes: number;
  kinds: {
    [k: string]: "rules" | "tokens" | "base";
  };
}
/**
 * What is taken in of screen recordings: bytes a file, bytes of it a request, seconds.
 */
export interface RecordingLimits {
  max_bytes: number;
  part_bytes: number;
  max_seconds: number;
}
/**
 * A kind of code. `has_build`: its files are sources, and a browser shows the site that is
 * built of them.
 */
export interface StackOption {
  id: string;
  label: string;
  note: string;
  has_build?: boolean;
}
/**
 * A model as the composer shows it. `note` says what it can and cannot do; a run with a model
 * that is `starting` waits for it, and so it does with one that answers no run `silent_since`. One
 * that is `deterministic` makes the same page of the same brief each time.
 */
export interface ModelOption {
  id: string;
  label: string;
  device: string;
  reads_pictures: boolean;
  reads_words: boolean;
  uses_tools: boolean;
  context_tokens: number | null;
  note: string;
  deterministic: boolean;
  state: "ready" | "starting" | "silent";
  silent_since: string | null;
}
/**
 * `hint` says what the server needs, or where a key is to be had; `model` is an example.
 */
export interface Preset {
  id: string;
  label: string;
  url: string;
  needs_key: boolean;
  hint: string;
  model: string;
}
/**
 * An example as the start screen shows it, with its size in image pixels.
 */
export interface Example {
  name: string;
  title: string;
  scale: number;
  width: number;
  height: number;
  thumbnail_url: string;
}
/**
 * An error as the API gives it.
 */
export interface Problem {
  code: string;
  message: string;
  hint: string;
}
/**
 * A model server that a person added. Its key stays with the server: `key` says whether there
 * is one, and whether it can still be read.
 */
export interface Endpoint {
  id: string;
  model_id: string;
  label: string;
  url: string;
  name: string;
  key: "none" | "kept" | "unreadable";
  thinking: boolean;
  effort: "" | "low" | "medium" | "high";
  max_tokens: number | null;
  context_tokens: number | null;
  sees_pictures: boolean | null;
  calls_tools: boolean | null;
  input_price: number | null;
  cached_input_price: number | null;
  output_price: number | null;
  created_at: string;
}
/**
 * All of a model server. `key`: left out for the one that is kept, empty for none. `effort`
 * empty and what is null: as the server says. Prices: US dollars per million tokens.
 */
export interface NewEndpoint {
  url: string;
  name?: string;
  label?: string;
  key?: string | null;
  thinking?: boolean;
  effort?: "" | "low" | "medium" | "high";
  max_tokens?: number | null;
  context_tokens?: number | null;
  sees_pictures?: boolean | null;
  calls_tools?: boolean | null;
  input_price?: number | null;
  cached_input_price?: number | null;
  output_price?: number | null;
}
/**
 * `measured` is what the test saw happen, `server_says` what the server claims, `remedy` the
 * one thing to do where it is not as it should be.
 */
export interface CheckResult {
  check: "address" | "key" | "model" | "answers" | "streams" | "speed" | "tools" | "pictures" | "context";
  outcome: "yes" | "no" | "unknown";
  measured?: string;
  server_says?: string;
  remedy?: string;
}
/**
 * What a test found, in the order in which it was asked. `models` are the names on offer.
 */
export interface ConnectionReport {
  findings: CheckResult[];
  models: string[];
  model: string;
  context_tokens: number | null;
  sees_pictures: boolean | null;
  calls_tools: boolean | null;
  seconds: number;
}
/**
 * `id`: of a stored one, whose key is used where none is given.
 */
export interface EndpointTest {
  url: string;
  name?: string;
  label?: string;
  key?: string | null;
  thinking?: boolean;
  effort?: "" | "low" | "medium" | "high";
  max_tokens?: number | null;
  context_tokens?: number | null;
  sees_pictures?: boolean | null;
  calls_tools?: boolean | null;
  input_price?: number | null;
  cached_input_price?: number | null;
  output_price?: number | null;
  id?: string | null;
}
/**
 * `scale` is a guess for an upload, the person's choice for a project's mockup.
 */
export interface Asset {
  id: string;
  sha256: string;
  name: string;
  width: number;
  height: number;
  format: string;
  scale: number;
  notes: string[];
  content_url: string;
  thumbnail_url: string;
}
/**
 * What became of an upload: its picture and, of a PDF, those of the pages after the first.
 */
export interface UploadedAsset {
  id: string;
  sha256: string;
  name: string;
  width: number;
  height: number;
  format: string;
  scale: number;
  notes: string[];
  content_url: string;
  thumbnail_url: string;
  pages: Asset[];
}
/**
 * A screen recording. `received`: bytes of `size` that are stored, from where the upload goes
 * on. `progress`: of the reading, 0 to 1. `version`: of the storyboard, which is there once the
 * state is ready. `problem`: why it was refused. `plays_as`: "image" where no player is needed.
 */
export interface Recording {
  id: string;
  name: string;
  size: number;
  received: number;
  state: "uploading" | "waiting" | "reading" | "ready" | "refused";
  progress: number;
  problem: Problem | null;
  version: number;
  storyboard: Storyboard | null;
  plays_as: "video" | "image";
  content_url: string;
  created_at: string;
}
/**
 * `size`: bytes of the file, which then comes in parts.
 */
export interface NewRecording {
  name?: string;
  size: number;
}
/**
 * A recording of which no project was made yet.
 */
export interface RecordingSummary {
  id: string;
  name: string;
  state: "uploading" | "waiting" | "reading" | "ready" | "refused";
  created_at: string;
}
/**
 * `version`: the one that was changed.
 */
export interface ChangedStoryboard {
  version: number;
  storyboard: Storyboard;
}
/**
 * A frame that was stored for a state; `width` and `height` are image pixels.
 */
export interface RecordingPicture {
  sha256: string;
  width: number;
  height: number;
}
/**
 * Rules, design tokens, or a page to start from. `size` is that of the upload, in bytes.
 */
export interface Reference {
  id: string;
  kind: "rules" | "tokens" | "base";
  name: string;
  size: number;
  files: number;
  notes: string[];
}
export interface Project {
  id: string;
  name: string;
  created_at: string;
  archived: boolean;
  assets: ProjectAsset[];
  references: Reference[];
  recording_id: string | null;
  runs: ProjectRun[];
}
/**
 * A mockup of a project: `role` is what the person says that it is to the first one. `is_own`:
 * the first picture of an imported page that was given none.
 */
export interface ProjectAsset {
  id: string;
  sha256: string;
  name: string;
  width: number;
  height: number;
  format: string;
  scale: number;
  notes: string[];
  content_url: string;
  thumbnail_url: string;
  role: "auto" | "page" | "width" | "state";
  is_own: boolean;
}
/**
 * A run as a part of its project's conversation: `messages` are what it was told after its
 * prompt, `revisions` how many it has made, `queued_at` when it was last put to work. Runs of one
 * `group` were asked for together; `variant` tells them apart; one may be chosen to continue.
 */
export interface ProjectRun {
  id: string;
  project_id: string;
  state: "queued" | "running" | "finished" | "failed";
  created_at: string;
  model: string;
  stack: string;
  prompt: string;
  thinking: "" | "off" | "low" | "medium" | "high";
  score: number | null;
  stop_reason: ("finished" | "asked" | "plateau" | "budget" | "paused" | "cancelled") | null;
  best_revision: number | null;
  result_revision: number | null;
  error_code: string | null;
  queued_at: string;
  messages: string[];
  revisions: number;
  group: string | null;
  variant: string;
  chosen_at: string | null;
}
/**
 * `role`: what a mockup after the first is to that one.
 */
export interface NewMockup {
  id: string;
  scale?: number;
  role?: "auto" | "page" | "width" | "state";
}
/**
 * `model`: the one that was set up, where it is left out. `thinking`: how that thinks, empty as
 * it is set up. `references`: ids. `imports_base`: the page to start from, which is among those,
 * is the first revision as it is; there may then be no asset. `recording`: the id of one that has
 * been read; its first state is then the one mockup. `variants`: two to four, in place of stack,
 * model and thinking.
 */
export interface NewProject {
  assets: NewMockup[];
  references?: string[];
  prompt?: string;
  stack?: string;
  model?: string | null;
  thinking?: "" | "off" | "low" | "medium" | "high";
  name?: string;
  imports_base?: boolean;
  recording?: string | null;
  variants?: NewVariant[];
}
/**
 * One of several takes on the same brief. `thinking`: empty as its model is set up;
 * `temperature`: none as models of its kind are used.
 */
export interface NewVariant {
  model: string;
  stack?: string;
  thinking?: "" | "off" | "low" | "medium" | "high";
  temperature?: number | null;
}
/**
 * A project in a list, with the run that it opens with.
 */
export interface ProjectSummary {
  id: string;
  name: string;
  created_at: string;
  updated_at: string;
  archived: boolean;
  thumbnail_url: string | null;
  run_id: string | null;
  state: ("queued" | "running" | "finished" | "failed") | null;
  score: number | null;
}
/**
 * Two to four takes at once. `prompt` left out is that of the project's newest run; `roles`: as
 * of one run.
 */
export interface NewVariants {
  variants: NewVariant[];
  prompt?: string | null;
  roles?: {
    [k: string]: "auto" | "page" | "width" | "state";
  };
}
export interface ProjectName {
  name: string;
}
export interface RunSummary {
  id: string;
  project_id: string;
  state: "queued" | "running" | "finished" | "failed";
  created_at: string;
  model: string;
  stack: string;
  prompt: string;
  thinking: "" | "off" | "low" | "medium" | "high";
  score: number | null;
  stop_reason: ("finished" | "asked" | "plateau" | "budget" | "paused" | "cancelled") | null;
  best_revision: number | null;
  result_revision: number | null;
  error_code: string | null;
}
/**
 * What is left out is taken from the project's newest run. `roles`: of mockups after the first,
 * by their numbers; the others keep theirs.
 */
export interface NewRun {
  prompt?: string | null;
  stack?: string | null;
  model?: string | null;
  thinking?: ("" | "off" | "low" | "medium" | "high") | null;
  roles?: {
    [k: string]: "auto" | "page" | "width" | "state";
  };
}
/**
 * Where a revision can be seen and downloaded.
 */
export interface RevisionLinks {
  number: number;
  preview_url: string;
  zip_url: string;
}
/**
 * A run's own row. What happened in it is told by its events.
 */
export interface Run {
  id: string;
  project_id: string;
  state: "queued" | "running" | "finished" | "failed";
  created_at: string;
  model: string;
  stack: string;
  prompt: string;
  thinking: "" | "off" | "low" | "medium" | "high";
  score: number | null;
  stop_reason: ("finished" | "asked" | "plateau" | "budget" | "paused" | "cancelled") | null;
  best_revision: number | null;
  result_revision: number | null;
  error_code: string | null;
  limits: Limits;
  pause_requested: boolean;
  queued_at: string;
  ended_at: string | null;
  queue_position: number | null;
  last_seq: number;
  revisions: RevisionLinks[];
  waiting_messages: WaitingMessage[];
}
/**
 * What the person has said and the run has not taken yet.
 */
export interface WaitingMessage {
  id: number;
  text: string;
}
/**
 * Events in order. `last_seq` is the run's newest: a page that ends before is not the last.
 */
export interface EventPage {
  events: Envelope[];
  last_seq: number;
}
/**
 * One mockup: its upright sRGB PNG, its pixels for each CSS pixel, and what it is to the
 * first one.
 */
export interface MockupFile {
  name: string;
  scale: number;
  png: string;
  role?: "page" | "width" | "state";
}
/**
 * A file of the page that no model wrote.
 */
export interface PageFile {
  path: string;
  content: string;
}
/**
 * What is in the file. Of the files of the page only those that it began with are, and those
 * that the person changed themselves, as they then were: replaying makes the others anew.
 */
export interface RunFile {
  format?: "mockwright-run";
  version?: 1;
  project: string;
  model: string;
  stack: string;
  prompt: string;
  mockups: MockupFile[];
  files?: PageFile[];
  edited?: PageFile[];
  events: Envelope[];
}
/**
 * `revision`: whose files to go on from. `selection`: the element that it is about. `model`:
 * who reads it, once the run has ended, and `thinking`: how.
 */
export interface NewMessage {
  text: string;
  revision?: number | null;
  selection?: NewSelection | null;
  model?: string | null;
  thinking?: ("" | "off" | "low" | "medium" | "high") | null;
}
/**
 * `selector`: CSS, of one element of the file `page`. `revision`: where it was selected.
 */
export interface NewSelection {
  revision: number;
  page: string;
  selector: string;
}
/**
 * What the one element of the file `page` that `selector` names is to be: what is left out
 * stays, an empty value takes a property out. `scope`: `rule` in the rule that sets a property,
 * for all that are alike; `element` for this one alone. `picture`: the id of an uploaded one that
 * an `img` shows instead.
 */
export interface NewElementChange {
  page?: string;
  selector: string;
  scope?: "rule" | "element";
  text?: string | null;
  attributes?: {
    [k: string]: string;
  };
  properties?: {
    [k: string]: string;
  };
  picture?: string | null;
}
/**
 * An element of a page: the one that a CSS selector names.
 */
export interface ElementPlace {
  page: string;
  selector: string;
}
export interface InspectedAttribute {
  name: string;
  value: string;
}
/**
 * `value` as a rule of the element's own sets it, empty where none does; `computed` as it comes
 * to hold, variables put in, inherited or a browser's own; empty where the page does not say.
 */
export interface InspectedProperty {
  name: string;
  value: string;
  computed: string;
  rule: RulePlace | null;
}
/**
 * A rule of the files: where it begins, and for how many elements it holds on all pages. Of an
 * element's own `style` attribute `selector` is empty.
 */
export interface RulePlace {
  path: string;
  line: number;
  selector: string;
  elements: number;
}
/**
 * `text`: the element's words, null where it has none in one piece; `text_refusal`: why they
 * cannot be changed where a script makes them; `text_elements`: how many elements show them from
 * where they are written. `home`: the rule that a property is written into that none sets yet;
 * null where the element would get a class. `pictures`: files of the revision.
 */
export interface Inspection {
  tag: string;
  text: string | null;
  text_refusal: string;
  text_elements: number;
  attributes: InspectedAttribute[];
  properties: InspectedProperty[];
  home: RulePlace | null;
  colours: Token[];
  lengths: Token[];
  fonts: string[];
  pictures: string[];
}
/**
 * A custom property of the page and what it stands for.
 */
export interface Token {
  name: string;
  value: string;
}
/**
 * `files`: what is in those that changed, by their paths; the others stay as they are.
 */
export interface NewEdit {
  files: {
    [k: string]: string;
  };
}
/**
 * `text`: a plain command, such as “button green”. `selector`: CSS, of the element of the file
 * `page` that is meant where the text names none.
 */
export interface NewCommand {
  text: string;
  page?: string;
  selector?: string;
}
/**
 * `way`: whether it is chosen by its name, or to undo or redo what made another the result.
 */
export interface ResultChoice {
  way?: "choice" | "undo" | "redo";
}
/**
 * `width` and `height`: image pixels. `scale`: of them to a CSS pixel.
 */
export interface MockupProvenance {
  sha256: string;
  width: number;
  height: number;
  scale: number;
  page: string | null;
}
/**
 * `label`: the name that it was asked for by. `served_as`: what its server called the model
 * that answered, exactly; empty where it did not say. `prompt_version`: of what it was told before
 * all else, a hash.
 */
export interface ModelProvenance {
  id: string;
  label: string;
  served_as: string;
  prompt_version: string;
  settings: {
    [k: string]: string | number | boolean;
  };
}
/**
 * `steps`: this revision, the one that it was made from, and so on. `began_as`: what the last
 * of them began as. `files` and `base`: SHA-256 by path, of this revision and of an uploaded page
 * that the run began with. `requests`: that the run had sent out by then; null in runs of versions
 * that did not note them.
 */
export interface Provenance {
  format?: "mockwright-provenance";
  version?: 1;
  product?: "Mockwright";
  project: string;
  run: string;
  revision: number;
  steps: ProvenanceStep[];
  began_as: "mockups" | "uploaded page" | "not noted";
  stack: string;
  thinking: string;
  limits: Limits;
  mockups: MockupProvenance[];
  score: ScoreProvenance;
  files: {
    [k: string]: string;
  };
  base: {
    [k: string]: string;
  };
  requests: RequestCount[] | null;
}
/**
 * How one revision came about. `way`: by a turn of the model; by hand; by a plain command; by
 * the inspector; as the same again; as the first of a branch. `model`: None where the person made
 * it themselves. `made_from`: whose files it began as; None where it was none, or where nobody
 * noted it.
 */
export interface ProvenanceStep {
  run: string;
  revision: number;
  made_at: string;
  author: "model" | "person";
  way: "model" | "edit" | "command" | "inspector" | "restore" | "branch";
  model: ModelProvenance | null;
  made_from: RevisionRef | null;
  product_version: string;
}
/**
 * From 0 to 1. A part is null where there was nothing to measure.
 */
export interface ScoreProvenance {
  total: number;
  parts: {
    [k: string]: number | null;
  };
}
/**
 * How many requests went out to an origin.
 */
export interface RequestCount {
  origin: string;
  count: number;
}
/**
 * What a revision can be taken home as. `left_out`: what `single_url`, one HTML file of
 * `single_bytes`, does not hold, in sentences. `repository_url`: all of the project, with git.
 */
export interface Exports {
  zip_url: string;
  single_url: string;
  single_bytes: number;
  left_out: string[];
  repository_url: string;
}
/**
 * A link by which anybody sees a page. `revision`: null for the run's result as it changes.
 */
export interface Share {
  id: string;
  run_id: string;
  revision: number | null;
  scripts: boolean;
  url: string;
  created_at: string;
}
/**
 * The links of a project that are open; `only_here`: only this machine can open them.
 */
export interface ShareList {
  links: Share[];
  only_here: boolean;
}
/**
 * `revision`: null for the run's result as it changes. `scripts`: whether the page runs its
 * own.
 */
export interface NewShare {
  revision?: number | null;
  scripts?: boolean;
}
/**
 * Of one model over its `pages`, those that were measured. `before` is the mean that the same
 * mockups had in earlier rounds, None where not all were there; `total_cost` of all pages.
 */
export interface ArenaMean {
  variant: string;
  pages: number;
  score: number | null;
  before: number | null;
  seconds: number | null;
  tokens: number | null;
  total_cost: number | null;
}
/**
 * A round in the list of rounds, numbered from 1.
 */
export interface ArenaRound {
  number: number;
  created_at: string;
  runs: number;
  ended: number;
  means: ArenaMean[];
}
/**
 * An arena in a list, with its newest round.
 */
export interface ArenaSummary {
  id: string;
  name: string;
  created_at: string;
  mockups: number;
  newest: ArenaRound | null;
  thumbnail_urls: string[];
}
/**
 * One run. `before` is the score of the same mockup and model in an earlier round; `problem`
 * says why it failed. Seconds are those at work, `cost` is in US dollars.
 */
export interface ArenaCell {
  run_id: string;
  project_id: string;
  state: "queued" | "running" | "finished" | "failed";
  score: number | null;
  before: number | null;
  seconds: number | null;
  input_tokens: number;
  output_tokens: number;
  cost: number | null;
  stop_reason: ("finished" | "asked" | "plateau" | "budget" | "paused" | "cancelled") | null;
  render_url: string | null;
  render_sha256: string;
  problem: Problem | null;
}
/**
 * A mockup; `cells` are in the order of the models, `best` the places of the highest score.
 */
export interface ArenaRow {
  project_id: string;
  name: string;
  mockup_url: string;
  mockup_sha256: string;
  thumbnail_url: string;
  cells: (ArenaCell | null)[];
  best: number[];
}
/**
 * A round and how it compares; `best` are the places of the models with the highest mean,
 * `takes` and `prompts` what each of them was and was told.
 */
export interface ArenaTable {
  id: string;
  name: string;
  number: number;
  variants: string[];
  takes: ArenaTake[];
  prompts: string[];
  rows: ArenaRow[];
  means: ArenaMean[];
  best: number[];
  rounds: ArenaRound[];
}
/**
 * What a column was asked for: what another round of it is begun with.
 */
export interface ArenaTake {
  model: string;
  stack: string;
  thinking: "" | "off" | "low" | "medium" | "high";
  temperature: number | null;
}
/**
 * `name`: of an arena that there is, for another round of it, or of a new one. With no `assets`
 * that is a round of all its mockups. A model that reads words makes a page for every prompt.
 */
export interface NewArena {
  name: string;
  assets?: NewMockup[];
  variants: NewVariant[];
  prompts?: NewPrompt[];
}
/**
 * Words that models are told; `label` tells their pages apart where there are several.
 */
export interface NewPrompt {
  label?: string;
  text: string;
}
