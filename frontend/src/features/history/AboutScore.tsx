import type { Score } from "../../protocol/events";
import { changeWords } from "../../state/standing";
import * as format from "../../ui/format";
import { Popover } from "../../ui/Popover";
import { ScoreParts } from "../../ui/Score";

interface AboutScoreProps {
  score: Score;
  before: { number: number; score: number } | null;
  meant: boolean; // by the person who made it
  best: string; // which revision is the best and why, where there are several
  pages: number;
}

/** What the number means, how it changed, which revision is the best, and what it is made of. */
export function AboutScore({ score, before, meant, best, pages }: AboutScoreProps) {
  return (
    <Popover icon="help" label="About this score">
      <p>{format.SCORE_MEANING}</p>
      {before && (
        <p>{changeWords(before.score, score.total, `revision ${before.number}`, meant)}.</p>
      )}
      {best && <p>{best}</p>}
      {pages > 1 && (
        <p>This is one of {pages} mockups; a revision’s score is the mean over them.</p>
      )}
      <ScoreParts score={score} />
    </Popover>
  );
}
