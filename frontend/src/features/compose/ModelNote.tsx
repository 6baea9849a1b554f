import type { ModelCard } from "../../protocol/api";

/** What a model can do, in one line. */
export function abilities(card: ModelCard): string {
  const can = [
    card.reads_pictures ? "follows the picture" : "does not see pictures",
    card.reads_words ? "reads your words" : "does not read words",
    card.context_tokens ? `${Math.round(card.context_tokens / 1000)}k context` : "",
  ];
  return can.filter(Boolean).join(" · ");
}

/** Says beside the composer what the model in use makes of what it is given. */
export function ModelNote({ card, prompt }: { card: ModelCard; prompt: string }) {
  const wordsKept = !card.reads_words && prompt.trim() !== "";
  return (
    <p className={`model-note ${wordsKept ? "marked" : ""}`}>
      <strong>{card.label}</strong> · {card.note || abilities(card)}
    </p>
  );
}
