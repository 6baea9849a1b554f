import type { PageResult, RegionScore } from "../../protocol/events";
import type { RunView, ViewRevision } from "../../state/view";
import * as format from "../../ui/format";
import { ScoreBar, ScoreParts, Sparkline } from "../../ui/Score";

const WORST_SHOWN = 8;

interface ScoreStripProps {
  view: RunView;
  shown: ViewRevision;
  result: PageResult | undefined; // of the page on the stage
  onChoose: (number: number) => void;
  onHover: (region: RegionScore | null) => void;
  onPick: (region: RegionScore) => void;
}

/** The score of the revision on the stage: its parts, its history, and where it is worst. */
export function ScoreStrip({ view, shown, result, onChoose, onHover, onPick }: ScoreStripProps) {
  const regions = result?.score.regions ?? [];
  const several = shown.pages.length > 1 && result !== undefined;
  const score = several ? result.score : shown.score;
  const points = view.revisions.map(({ number, score }) => ({ number, score: score.total }));
  return (
    <footer className="score-strip" aria-label={`Score of revision ${shown.number}`}>
      <div className="score-row">
        <span className="strip-label">{several ? `page ${result.mockup_index + 1}` : "score"}</span>
        <ScoreBar value={score.total} />
        {several && (
          <span className="mean">
            <span className="quiet-text">all</span> {format.score(shown.score.total)}
          </span>
        )}
        <Sparkline points={points} selected={shown.number} onSelect={onChoose} />
        <ScoreParts score={score} />
      </div>
      {regions.length > 0 && (
        <div className="region-row">
          <span className="strip-label">worst</span>
          <ul aria-label="Worst regions">
            {regions.slice(0, WORST_SHOWN).map((region, place) => (
              <li key={`${region.name} ${place}`}>
                <button
                  type="button"
                  className="region"
                  title="Zoom mockup and render to it"
                  onPointerEnter={() => onHover(region)}
                  onPointerLeave={() => onHover(null)}
                  onFocus={() => onHover(region)}
                  onBlur={() => onHover(null)}
                  onClick={() => onPick(region)}
                >
                  <span>{region.name}</span>
                  <b>{format.score(region.score)}</b>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </footer>
  );
}
