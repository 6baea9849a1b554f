// What a round of an arena tells in words.
import type { ArenaCell, ArenaMean, ArenaRound } from "../protocol/api";
import * as format from "../ui/format";

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
