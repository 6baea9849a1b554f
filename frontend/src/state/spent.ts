// What a run has taken, as the servers counted it.
import * as format from "../ui/format";
import type { RunView } from "./view";

type Spent = Pick<
  RunView,
  | "input_tokens"
  | "output_tokens"
  | "cached_tokens"
  | "cost"
  | "priced_turns"
  | "unpriced_turns"
  | "context"
>;

/** 12,400 tokens read, 8,000 of them cached · 900 written · context 34 % full · $0.12; empty where
 * none were taken. */
export function spentWords(spent: Spent): string {
  if (spent.input_tokens + spent.output_tokens === 0) return "";
  const cached = spent.cached_tokens > 0 ? `, ${count(spent.cached_tokens)} of them cached` : "";
  const tokens = `${count(spent.input_tokens)} tokens read${cached} · ${count(spent.output_tokens)} written`;
  const context = spent.context === null ? "" : `context ${Math.round(spent.context * 100)} % full`;
  const cost = spent.priced_turns > 0 ? costWords(spent) : "";
  return [tokens, context, cost].filter(Boolean).join(" · ");
}

/** The same in little room: 13,300 tokens · $0.12. */
export function takenWords(spent: Spent): string {
  const tokens = spent.input_tokens + spent.output_tokens;
  if (tokens === 0) return "";
  const cost = spent.priced_turns > 0 ? ` · ${costWords(spent)}` : "";
  return `${count(tokens)} tokens${cost}`;
}

/** What each of these numbers means, a sentence each. */
export function aboutSpent(spent: Spent): string[] {
  return [
    "Tokens are the pieces of words and pictures by which models count, as the server told them; " +
      "each turn reads the whole conversation again.",
    ...(spent.cached_tokens > 0
      ? [
          "What is cached the server had still at hand from the turn before; most charge less for it.",
        ]
      : []),
    ...(spent.context === null
      ? []
      : [
          "The context is how much of what the model can read at once the last turn took; at 70 % " +
            "older turns are told in short.",
        ]),
    ...(spent.priced_turns > 0
      ? ["The cost is these tokens by the prices entered for the model, in US dollars."]
      : []),
  ];
}

function costWords({ cost, priced_turns: priced, unpriced_turns: unpriced }: Spent): string {
  return unpriced === 0
    ? format.dollars(cost)
    : `${format.dollars(cost)} for ${priced} of ${priced + unpriced} turns; the others have no price`;
}

const count = (tokens: number) => tokens.toLocaleString("en");
