import type { PageResult } from "../../protocol/events";
import { shortName } from "../../state/mockups";
import { markOf, revisionBefore, standingWords } from "../../state/standing";
import type { RunView, ViewRevision } from "../../state/view";
import * as format from "../../ui/format";
import { Change, ScoreBar, Sparkline } from "../../ui/Score";
import { Differences } from "../compare/Differences";
import { unreadWords } from "../compare/sentences";
import type { Spot } from "../compare/spot";
import type { CodePlace } from "../files/place";
import { AboutScore } from "./AboutScore";
import { WorstRegions } from "./WorstRegions";

interface ScoreStripProps {
  view: RunView;
  shown: ViewRevision;
  result: PageResult | undefined; // of the page on the stage
  picked: Spot | null;
  onChoose: (number: number) => void;
  onHover: (spot: Spot | null) => void;
  onPick: (spot: Spot) => void;
  onLine: (place: Omit<CodePlace, "at">) => void;
}

/** The score of the revision on the stage: how it changed, what it means, and where it differs. */
export function ScoreStrip(props: ScoreStripProps) {
  const { view, shown, result, picked, onChoose, onHover, onPick, onLine } = props;
  const several = shown.pages.length > 1 && result !== undefined;
  const score = several ? result.score : shown.score;
  const before = revisionBefore(view, shown);
  const past = several ? samePage(before, result)?.score : before?.score;
  const points = view.revisions.map(({ number, score }) => ({ number, score: score.total }));
  const standing = standingWords(view, shown);
  const mark = markOf(view, shown);
  const meant = shown.author === "person";
  const differences = result?.score.differences ?? [];
  const unread = unreadWords(result?.score.unread_lines ?? 0);
  const regions = result?.score.regions ?? [];
  return (
    <footer className="score-strip" aria-label={`Score of revision ${shown.number}`}>
      <div className="score-row">
        <span className="strip-label">{several ? nameOf(view, result) : "score"}</span>
        <ScoreBar value={score.total} />
        {before && past && (
          <Change
            before={past.total}
            value={score.total}
            of={`revision ${before.number}`}
            short={`v${before.number}`}
            meant={meant}
          />
        )}
        {mark && (
          <em className="best-mark" title={standing}>
            {mark}
          </em>
        )}
        <AboutScore
          score={score}
          before={before && past ? { number: before.number, score: past.total } : null}
          meant={meant}
          best={standing}
          pages={several ? shown.pages.length : 1}
        />
        {several && (
          <span className="mean">
            <span className="quiet-text">all</span> {format.score(shown.score.total)}
          </span>
        )}
        <Sparkline points={points} selected={shown.number} onSelect={onChoose} />
      </div>
      {shown.without.length > 0 && (
        <p className="not-measured">
          Not measured, as it is meant to differ:{" "}
          {shown.without.map(({ reason }) => reason).join(" · ")}
        </p>
      )}
      {differences.length > 0 ? (
        <Differences
          key={`${shown.number} ${result?.mockup_index}`}
          differences={differences}
          picked={differences.find((one) => one === picked) ?? null}
          onHover={onHover}
          onPick={onPick}
          onCode={(line) => onLine({ path: result?.page ?? "index.html", first: line, last: line })}
        />
      ) : (
        <WorstRegions regions={regions} onHover={onHover} onPick={onPick} />
      )}
      {unread && <p className="unread-lines quiet-text">{unread}</p>}
    </footer>
  );
}

const nameOf = (view: RunView, { mockup_index: place }: PageResult) =>
  shortName(view.mockups[place], place);

const samePage = (revision: ViewRevision | undefined, { mockup_index }: PageResult) =>
  revision?.pages.find((page) => page.mockup_index === mockup_index);
