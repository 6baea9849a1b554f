// What a round of an arena tells in words.
import type {
  ArenaCell,
  ArenaMean,
  ArenaRound,
  ArenaTable,
  ModelOption,
  NewPrompt,
} from "../protocol/api";
import * as format from "../ui/format";
import { sameBecause, type Variant } from "./variants";

export const MOST_COLUMNS = 6;

export type Prompt = Required<NewPrompt>;

/** How many pages are made of each mockup: a model that reads words makes one for every prompt. */
export const columnsOf = (
  variants: readonly Variant[],
  prompts: readonly Prompt[],
  models: readonly ModelOption[],
): number =>
  variants
    .map(({ model }) => models.find(({ id }) => id === model)?.reads_words ?? false)
    .reduce((sum, reads) => sum + (reads ? Math.max(prompts.length, 1) : 1), 0);

/** Why these cannot be held against each other; null where they can. */
export function columnsProblem(
  variants: readonly Variant[],
  prompts: readonly Prompt[],
  models: readonly ModelOption[],
): string | null {
  const columns = columnsOf(variants, prompts, models);
  if (columns > MOST_COLUMNS) {
    return `${columns} pages of each mockup: ${MOST_COLUMNS} at most. Remove a take or a prompt.`;
  }
  return sameBecause(variants, models);
}

/** As they are asked for: where there are several each has a name, its number unless given one. */
export const namedPrompts = (prompts: readonly Prompt[]): Prompt[] =>
  prompts.map(({ label, text }, place) => ({
    label: prompts.length > 1 ? label.trim() || `prompt ${place + 1}` : "",
    text,
  }));

/** What a round was asked for: its takes, and the prompts that those which read words were told. */
export function askedOf({ takes, prompts, variants }: ArenaTable): {
  takes: readonly Variant[];
  prompts: readonly Prompt[];
} {
  const asked = new Map<string, Variant>();
  for (const take of takes) asked.set(JSON.stringify(take), take);
  const told = new Map<string, string>(); // the text, and the column that has it
  prompts.forEach((text, place) => {
    if (text && !told.has(text)) told.set(text, variants[place] ?? "");
  });
  return {
    takes: [...asked.values()],
    prompts: [...told].map(([text, column]) => ({
      label: told.size > 1 ? (column.split(" · ").at(-1) ?? "") : "",
      text,
    })),
  };
}

/** What a run took, in little room: 12 s · 13,300 tokens · $0.12. */
export function cellTaken({ seconds, input_tokens, output_tokens, cost }: ArenaCell): string {
  const tokens = input_tokens + output_tokens;
  return [
    seconds === null ? "" : format.duration(seconds),
    tokens === 0 ? "" : `${tokens.toLocaleString("en")} tokens`,
    cost === null ? "" : format.dollars(cost),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Why a run has no score; empty where it has one. */
export function unscoredWords({ state, score, stop_reason, problem }: ArenaCell): string {
  if (score !== null) return "";
  switch (state) {
    case "queued":
      return "Waiting";
    case "running":
      return "At work";
    case "failed":
      return problem?.message ?? "Failed";
    case "finished":
      return stop_reason === "cancelled" ? "Stopped" : "Ended without a page";
    default:
      return state satisfies never;
  }
}

/** A model's mean under its column: of how many mockups, how long, what it cost. */
export function meanTaken(mean: ArenaMean, rows: number): string {
  return [
    mean.pages === rows ? "" : `${mean.pages} of ${rows} mockups`,
    mean.seconds === null ? "" : `${format.duration(mean.seconds)} a page`,
    mean.tokens ? `${Math.round(mean.tokens).toLocaleString("en")} tokens a page` : "",
    mean.total_cost === null ? "" : `${format.dollars(mean.total_cost)} in all`,
  ]
    .filter(Boolean)
    .join(" · ");
}

export const isOpen = ({ runs, ended }: ArenaRound): boolean => ended < runs;

/** How a round stands: its progress, else the mean of each model, the best first. */
export function roundWords(round: ArenaRound): string {
  if (isOpen(round)) return `${round.ended} of ${round.runs} runs ended`;
  const means = round.means
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
  if (means.length === 0) return "no page came of it";
  return means.map(({ variant, score }) => `${variant} ${format.score(score ?? 0)}`).join(" · ");
}

/** The mean of each column in each round; null where it was not there or has none. */
export function overTime(rounds: readonly ArenaRound[]) {
  const variants = [
    ...new Set(rounds.toReversed().flatMap(({ means }) => means.map(({ variant }) => variant))),
  ];
  const rows = rounds.map((round) => ({
    round,
    means: variants.map((name) => round.means.find(({ variant }) => variant === name) ?? null),
  }));
  return { variants, rows };
}
