// Folds the events of a run into what a person sees of it, one rule per type of event.
// The view at any event, plus the events after it, is the view at the end.
import type { Envelope, RevisionSaved, Usage } from "../protocol/events";
import type { DurableEvent } from "../protocol/frames";
import { chose, settled } from "./undo";
import type { RunView, Step, ViewFile } from "./view";

/** Apply one durable event. An event already applied changes nothing. */
export function reduce(view: RunView, envelope: Envelope): RunView {
  if (envelope.seq <= view.seq) return view;
  const event = envelope.event as DurableEvent; // transient events never get an envelope
  const changes = changesOf(view, envelope.at, envelope.agent, event);
  return { ...view, ...changes, seq: envelope.seq };
}

function changesOf(
  view: RunView,
  at: string,
  agent: string,
  event: DurableEvent,
): Partial<RunView> {
  switch (event.type) {
    case "run_started":
      return {
        state: "running",
        model: event.model,
        stack: event.stack,
        prompt: event.prompt,
        earlier_words: event.earlier_words,
        words: event.prompt,
        branched_from: event.branched_from,
        mockups: event.mockups,
        imported: event.imported,
        storyboard: event.storyboard,
        guided: event.guidelines.length > 0,
        files: event.files.map((file) => ({ file, changed: [] })),
        started_at: at,
      };
    case "run_resumed":
      return {
        state: "running",
        attempt: event.attempt,
        found: [],
        ...(event.reason === "continued" && { spent_steps: 0, spent_cost: 0 }),
        steps: interrupt(view.steps),
        stop_reason: null,
        error_code: null,
        error_detail: "",
        ended_at: null,
      };
    case "message_received": {
      const { message_id: id, text, revision, selection } = event;
      const said = newStep(`message:${id}`, "message", agent, at);
      const step: Step = { ...said, state: "done", text, selection };
      const from = view.revisions.find(({ number }) => number === revision);
      return {
        messages: [...view.messages, id],
        words: text,
        steps: [...view.steps, step],
        ...(from && {
          result_revision: from.number,
          result_chosen: false,
          files: from.files.map((file) => ({ file, changed: [] })),
        }),
      };
    }
    case "files_edited": {
      const { edit_id: id, revision, files, command, inspected } = event;
      const done = newStep(`edit:${id}`, "edit_by_hand", agent, at);
      const text =
        command || inspected || `You changed ${files.map(({ path }) => path).join(", ")}`;
      const from = view.revisions.find(({ number }) => number === revision)?.files ?? [];
      const paths = new Set(files.map(({ path }) => path));
      const kept = from.filter(({ path }) => !paths.has(path));
      return {
        words: text,
        steps: [...view.steps, { ...done, state: "done", text }],
        files: [...kept, ...files].map((file) => ({ file, changed: [] })).sort(byPath),
      };
    }
    case "turn_started": {
      if (event.turn !== view.turn) return { turn: event.turn };
      const again = newStep(`retry:${agent}:${view.seq}`, "retry", agent, at);
      return { steps: [...view.steps, { ...again, state: "done" }] };
    }
    case "turn_finished": {
      const changes: Partial<RunView> = {
        ...spend(view, event.usage),
        context: shareOf(event.usage),
        served_model: event.served_model || view.served_model,
      };
      const text = [event.reasoning, event.text].filter(Boolean).join("\n\n");
      if (text) {
        const thought = newStep(`${agent}:${event.turn}`, "thought", agent, at);
        changes.steps = [...view.steps, { ...thought, state: "done", text }];
      }
      return changes;
    }
    case "tool_started": {
      const step = newStep(event.call.id, event.call.name, agent, at);
      return { steps: [...view.steps, { ...step, arguments: event.call.arguments }] };
    }
    case "tool_finished":
      return {
        spent_steps: view.spent_steps + 1,
        steps: view.steps.map((step) =>
          step.id === event.call_id && step.state === "running"
            ? {
                ...step,
                state: event.ok ? "done" : "failed",
                text: event.for_ui,
                seconds: event.seconds,
              }
            : step,
        ),
      };
    case "elements_found": {
      const { type: _type, ...found } = event;
      const others = view.found.filter((one) => one.mockup_index !== found.mockup_index);
      return { found: [...others, found] };
    }
    case "file_written": {
      const others = view.files.filter((file) => file.file.path !== event.file.path);
      return { files: [...others, { file: event.file, changed: event.changed }].sort(byPath) };
    }
    case "render_finished": {
      const problems = [...event.console_errors, ...event.failed_requests];
      if (event.overflow_px) problems.push(`${event.overflow_px} px wider than the window`);
      return {
        steps: updateRunning(view.steps, agent, { screenshot: event.screenshot, problems }),
      };
    }
    case "comparison_finished": {
      const shown: Partial<Step> = { score: event.score };
      if (event.pages[0]) shown.screenshot = event.pages[0].heat_map;
      return { steps: updateRunning(view.steps, agent, shown) };
    }
    case "replay_finished":
      return { replays: { ...view.replays, [event.revision]: event.replay } };
    case "plan_updated":
      return { plan: event.steps };
    case "deviations_declared":
      return { deviations: event.deviations };
    case "revision_saved": {
      const { type: _type, ...saved } = event;
      const { deviations: without, served_model } = view;
      const words = event.restored ? restoredWords(view, event) : view.words;
      const steps = view.steps.length;
      const made = { ...saved, at, without, words, served_model, steps };
      const revisions = [...view.revisions, made];
      const result_revision = resultOf({ ...view, revisions });
      const best_revision = bestOf(revisions);
      const changes = { revisions, best_revision, result_revision, result_chosen: false };
      return { ...changes, found: [], ...(event.restored && restored(view, event, words, at)) };
    }
    case "result_chosen": {
      const { revision, way } = event;
      const done = newStep(`chosen:${view.seq}`, "result_chosen", agent, at);
      const text = `${CHOSEN[way]} v${revision} is the result`;
      return {
        result_revision: revision,
        result_chosen: true,
        history: chose(view.history, event),
        steps: [...view.steps, { ...done, state: "done", text }],
      };
    }
    case "request_sent": {
      const sent = view.requests[event.origin] ?? 0;
      return { requests: { ...view.requests, [event.origin]: sent + 1 } };
    }
    case "run_finished": {
      const result_revision = event.declared_revision ?? view.result_revision;
      return {
        state: "finished",
        stop_reason: event.reason,
        best_revision: event.best_revision,
        result_revision,
        history: settled(view.history, result_revision, view.words),
        ended_at: at,
        found: [],
        steps: interrupt(view.steps),
      };
    }
    case "run_failed":
      return {
        state: "failed",
        history: settled(view.history, view.result_revision, view.words),
        error_code: event.code,
        error_detail: event.detail,
        best_revision: event.best_revision,
        ended_at: at,
        found: [],
        steps: interrupt(view.steps),
      };
    default:
      event satisfies never;
      throw new Error(`No rule for event ${JSON.stringify(event)}`);
  }
}

const CHOSEN = { choice: "Chosen:", undo: "Undone:", redo: "Redone:" } as const;

const restoredWords = (view: RunView, { made_from }: RevisionSaved): string =>
  view.revisions.length > 0
    ? `Restored v${made_from}`
    : `Branched from v${view.branched_from?.number}`;

/** What is restored outside of any work: the run rests with it at once. */
function restored(
  view: RunView,
  { number, files }: RevisionSaved,
  words: string,
  at: string,
): Partial<RunView> {
  const done = newStep(`restored:${number}`, "edit_by_hand", "main", at);
  return {
    words,
    files: files.map((file) => ({ file, changed: [] })),
    steps: [...view.steps, { ...done, state: "done", text: words }],
    history: settled(view.history, number, words),
  };
}

function spend(view: RunView, usage: Usage): Partial<RunView> {
  const counts = usage.input_tokens + usage.output_tokens > 0;
  const isPriced = usage.cost !== null;
  return {
    input_tokens: view.input_tokens + usage.input_tokens,
    output_tokens: view.output_tokens + usage.output_tokens,
    cached_tokens: view.cached_tokens + usage.cached_tokens,
    cost: view.cost + (usage.cost ?? 0),
    spent_cost: view.spent_cost + (usage.cost ?? 0),
    priced_turns: view.priced_turns + Number(counts && isPriced),
    unpriced_turns: view.unpriced_turns + Number(counts && !isPriced),
  };
}

function newStep(id: string, kind: string, agent: string, at: string): Step {
  return {
    id,
    kind,
    agent,
    state: "running",
    started_at: at,
    seconds: null,
    arguments: "",
    text: "",
    screenshot: null,
    score: null,
    problems: [],
    selection: null,
  };
}

/** Steps that were running when their worker or their run ended will never finish. */
function interrupt(steps: Step[]): Step[] {
  return steps.map((step) => (step.state === "running" ? { ...step, state: "interrupted" } : step));
}

/** How much of the model's window a turn took; null where its server does not say. */
function shareOf({ input_tokens, output_tokens, context_tokens }: Usage): number | null {
  return context_tokens && input_tokens ? (input_tokens + output_tokens) / context_tokens : null;
}

/** Change the newest running step of one agent: what a tool reports belongs to its card. */
function updateRunning(steps: Step[], agent: string, changes: Partial<Step>): Step[] {
  const index = steps.findLastIndex((step) => step.state === "running" && step.agent === agent);
  return steps.map((step, place) => (place === index ? { ...step, ...changes } : step));
}

function byPath(a: ViewFile, b: ViewFile): number {
  return a.file.path < b.file.path ? -1 : 1;
}

/**
 * The last where the person made it, or its model follows their words, which the score does not
 * know; else the best.
 */
function resultOf(view: RunView): number | null {
  const { prompt, earlier_words, guided, messages, revisions } = view;
  const last = revisions.at(-1);
  const spoken = prompt.trim() !== "" || earlier_words.length > 0 || messages.length > 0;
  const asked = spoken || guided;
  if (last?.author === "person" || (last?.model.reads_words && asked)) return last.number;
  return bestOf(revisions);
}

/** The highest score; the earlier revision where two are equal. */
function bestOf(revisions: RunView["revisions"]): number | null {
  let best = revisions[0];
  for (const one of revisions) {
    if (best && one.score.total > best.score.total) best = one;
  }
  return best?.number ?? null;
}
