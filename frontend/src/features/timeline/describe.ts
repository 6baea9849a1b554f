// What a step is called, from its tool and arguments, in each of its states.
import type { Step } from "../../state/view";
import type { IconName } from "../../ui/Icon";

interface Words {
  icon: IconName;
  doing: string;
  did: string;
  failed: string;
}

const TOOLS: Readonly<Record<string, Words>> = {
  thought: { icon: "thought", doing: "Thinking", did: "Thought", failed: "Thought" },
  write_file: { icon: "file", doing: "Writing", did: "Wrote", failed: "Could not write" },
  edit_file: { icon: "edit", doing: "Editing", did: "Edited", failed: "Could not edit" },
  read_file: { icon: "eye", doing: "Reading", did: "Read", failed: "Could not read" },
  list_files: {
    icon: "list",
    doing: "Listing files",
    did: "Listed files",
    failed: "Could not list files",
  },
  render: { icon: "image", doing: "Rendering", did: "Rendered", failed: "Could not render" },
  compare: {
    icon: "compare",
    doing: "Comparing with the mockup",
    did: "Compared",
    failed: "Could not compare",
  },
  inspect_mockup: {
    icon: "search",
    doing: "Looking closely at",
    did: "Looked closely at",
    failed: "Could not look at",
  },
  read_text: {
    icon: "text",
    doing: "Reading text in",
    did: "Read text in",
    failed: "Could not read text in",
  },
  crop_asset: { icon: "crop", doing: "Cutting out", did: "Cut out", failed: "Could not cut out" },
  retry: {
    icon: "refresh",
    doing: "Asking again",
    did: "What was heard is dropped; the answer is asked for again",
    failed: "Could not ask again",
  },
  plan: { icon: "list", doing: "Planning", did: "Planned", failed: "Could not plan" },
  deviate: {
    icon: "compare",
    doing: "Saying what is meant to differ",
    did: "Said what is meant to differ",
    failed: "Could not say what is meant to differ",
  },
  show_revision: {
    icon: "eye",
    doing: "Looking at an earlier version",
    did: "Looked at an earlier version",
    failed: "Could not look at an earlier version",
  },
  ask: { icon: "help", doing: "Asking", did: "Asked", failed: "Could not ask" },
  finish: { icon: "check", doing: "Finishing", did: "Finished", failed: "Could not finish" },
  agent: {
    icon: "agent",
    doing: "Working on a part",
    did: "Finished a part",
    failed: "Could not do a part",
  },
};

export function iconOf(step: Step): IconName {
  return step.state === "failed" ? "warning" : (TOOLS[step.kind]?.icon ?? "agent");
}

/** The card's heading, e.g. "Wrote index.html, 120 lines" or "Rendering index.html". */
export function headingOf(step: Step): string {
  if (step.state === "done" && step.text && !SAYS_MORE.has(step.kind)) return step.text;
  const subject = subjectOf(step);
  const verb = verbOf(step);
  return subject ? `${verb} ${subject}` : verb;
}

/** What the heading does not say already. */
export function detailOf(step: Step): string {
  if (step.state === "done" && step.kind === "compare") return ""; // its score is drawn
  return step.text === headingOf(step) ? "" : step.text;
}

const SAYS_MORE = new Set(["compare", "ask", "finish", "agent", "thought"]); // text is more than a heading

function verbOf(step: Step): string {
  const words = TOOLS[step.kind];
  if (words) return words[tense(step)];
  const name = step.kind.replaceAll("_", " ");
  return { doing: `Running ${name}`, did: `Ran ${name}`, failed: `Could not run ${name}` }[
    tense(step)
  ];
}

function tense({ state }: Step): "doing" | "did" | "failed" {
  if (state === "done") return "did";
  return state === "failed" ? "failed" : "doing";
}

function subjectOf(step: Step): string {
  const given = argumentsOf(step);
  switch (step.kind) {
    case "write_file":
    case "edit_file":
    case "read_file":
      return textOf(given["path"]);
    case "render":
      return pageOf(step);
    case "inspect_mockup":
    case "read_text":
      return mockupName(given["mockup"]);
    case "crop_asset":
      return pictures(given["crops"]);
    default:
      return "";
  }
}

/** The page that a render shows. */
export const pageOf = (step: Step): string => textOf(argumentsOf(step)["page"]) || "index.html";

const textOf = (value: unknown) => (typeof value === "string" ? value : "");
const mockupName = (value: unknown) =>
  typeof value === "number" && value > 0 ? `mockup ${value + 1}` : "the mockup";

function pictures(crops: unknown): string {
  const count = Array.isArray(crops) ? crops.length : 1;
  return count === 1 ? "a picture" : `${count} pictures`;
}

/** A model may write anything as arguments; what cannot be read says nothing. */
function argumentsOf(step: Step): Record<string, unknown> {
  try {
    const given: unknown = JSON.parse(step.arguments || "{}");
    return typeof given === "object" && given !== null ? { ...given } : {};
  } catch {
    return {};
  }
}

/** All words that a tool was called with. */
export const givenTo = (step: Step): string => stringsIn(argumentsOf(step)).join("\n");

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** The step in progress, as one line; null when nothing runs. */
export function currentStep(steps: readonly Step[]): Step | null {
  return steps.findLast((step) => step.state === "running") ?? null;
}
