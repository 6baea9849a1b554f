import type { ModelOption } from "../../protocol/api";
import * as format from "../../ui/format";

/** What a model can do, in one line. */
export function abilities(card: ModelOption): string {
  const can = [
    card.state === "starting" ? "still starting" : "",
    card.state === "silent" ? silence(card) : "",
    card.reads_pictures ? "sees pictures" : "does not see pictures",
    card.reads_words ? "reads your words" : "does not read words",
    card.uses_tools ? "calls tools" : "cannot call tools",
    card.context_tokens ? `${Math.round(card.context_tokens / 1000)}k context` : "",
  ];
  return can.filter(Boolean).join(" · ");
}

const silence = ({ silent_since: since }: ModelOption) =>
  since ? `runs wait for it since ${format.timeOfDay(since)}` : "does not answer";

interface ModelNoteProps {
  card: ModelOption;
  prompt: string;
  hasReferences: boolean; // rules, tokens or a base
}

/** What is made of a page that is imported. */
export function ImportNote({ hasMockup, prompt }: { hasMockup: boolean; prompt: string }) {
  return (
    <p className="model-note marked" aria-live="polite">
      <strong>Imported as it is</strong> · The page is revision 1, and no model changes it.{" "}
      {hasMockup
        ? "It is measured against the mockup."
        : "Without a mockup, what you change later is measured against its own first picture."}
      {prompt.trim() !== "" && " Your words are kept for the model that goes on with it."}
    </p>
  );
}

/** Says beside the composer what the model in use makes of what it is given. */
export function ModelNote({ card, prompt, hasReferences }: ModelNoteProps) {
  const wordsKept = !card.reads_words && prompt.trim() !== "";
  const unable = card.reads_words && !(card.reads_pictures && card.uses_tools);
  const referencesKept = !card.reads_words && hasReferences;
  const marked = wordsKept || referencesKept || unable || card.state !== "ready";
  return (
    <p className={`model-note ${marked ? "marked" : ""}`} aria-live="polite">
      <strong>{card.label}</strong> · {card.note || abilities(card)}
      {referencesKept && ` Rules, tokens and base are kept for a model that reads them.`}
    </p>
  );
}
