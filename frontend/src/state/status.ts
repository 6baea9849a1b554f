// One line that says what a run is doing, for people and for screen readers alike.
import type { Problem } from "../protocol/api";
import { isApart, resultOf, standingWords } from "./standing";
import type { RunView } from "./view";
import * as format from "../ui/format";

type StopReason = NonNullable<RunView["stop_reason"]>;

export interface Status {
  tone: "waiting" | "working" | "done" | "stopped" | "failed";
  text: string;
  hint: string;
  action: "stop" | "continue" | null;
}

const ENDINGS: Readonly<Record<StopReason, string>> = {
  finished: "Done",
  asked: "Waiting for your answer",
  plateau: "Done: more steps no longer helped",
  budget: "Stopped at its limit of steps or time",
  paused: "Paused",
  cancelled: "Stopped",
};

/** The server's texts by error code. */
export type Messages = Readonly<Record<string, Problem>>;

interface Moment {
  queuePosition: number | null;
  step: string | null; // the heading of the step in progress
  messages: Messages;
}

export function statusOf(view: RunView, { queuePosition, step, messages }: Moment): Status {
  if (queuePosition !== null) return waiting(queuePosition); // gone on with, or its worker was lost
  switch (view.state) {
    case "queued":
      return waiting(null);
    case "running":
      return { tone: "working", text: step ?? betweenSteps(view), hint: "", action: "stop" };
    case "finished":
      return finished(view);
    case "failed": {
      const known = messages[view.error_code ?? ""];
      const text = known?.message ?? `The run ended with “${view.error_code}”.`;
      const hint = known?.hint ?? "Press Continue to try again.";
      return {
        tone: "failed",
        text: [text, view.error_detail].filter(Boolean).join(" "),
        hint: `${kept(view)} ${hint}`,
        action: "continue",
      };
    }
    default:
      return view.state satisfies never;
  }
}

function betweenSteps({ turn, steps }: RunView): string {
  if (turn === 0) return "Starting";
  return steps.length === 0 ? "Looking at the mockup" : "Thinking";
}

function waiting(queuePosition: number | null): Status {
  const text =
    queuePosition === null
      ? "Waiting for a worker"
      : `Waiting: number ${queuePosition} in the queue`;
  return { tone: "waiting", text, hint: "It starts by itself.", action: "stop" };
}

function finished(view: RunView): Status {
  const reason = view.stop_reason ?? "finished";
  if (reason === "asked") {
    return { tone: "waiting", text: ENDINGS[reason], hint: questionOf(view), action: null };
  }
  const done = reason === "finished" || reason === "plateau";
  const at = !done && view.result_revision !== null ? ` at revision ${view.result_revision}` : "";
  return {
    tone: done ? "done" : "stopped",
    text: `${ENDINGS[reason]}${at}`,
    hint: done ? refined(view) : kept(view),
    action: done ? null : "continue",
  };
}

/** What the model wants to know; empty once the person has said anything. */
export const questionOf = ({ steps, stop_reason }: RunView): string =>
  stop_reason === "asked" ? (steps.findLast(({ kind }) => kind === "ask")?.text ?? "") : "";

/** Which revision is the result, where it is not both the last that was made and the best. */
function refined(view: RunView): string {
  const newest = view.revisions.at(-1);
  const plain = newest?.number === view.best_revision && !isApart(view);
  return newest && !plain ? standingWords(view, newest) : "";
}

/** What a run that ended early leaves behind. */
function kept(view: RunView): string {
  const { revisions, files } = view;
  if (revisions.length > 0) {
    return revisions.length === 1
      ? "Revision 1 is kept."
      : `All ${revisions.length} revisions are kept.`;
  }
  return files.length > 0
    ? `${files.length} written files are kept.`
    : "The mockups and your words are kept.";
}

/** The tab's title: progress while it works, the outcome after. */
export function titleOf(name: string, view: RunView, status: Status): string {
  const result = resultOf(view);
  const score = result ? ` ${format.score(result.score.total)}` : "";
  switch (status.tone) {
    case "waiting":
      return `… ${name} · waiting`;
    case "working":
      return `▸ ${status.text} · ${name}`;
    case "done":
      return `✓ done${score} · ${name}`;
    case "stopped":
      return `■ stopped${score} · ${name}`;
    case "failed":
      return `! failed · ${name}`;
    default:
      return status.tone satisfies never;
  }
}
