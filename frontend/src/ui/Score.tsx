import type { Score } from "../protocol/events";
import { changeWords, wayOf } from "../state/standing";
import * as format from "./format";

export const PART_ORDER = ["block", "text", "position", "colour", "structure"] as const;

/** A score as number and bar: readable without the colour. */
export function ScoreBar({ value, label = "Score" }: { value: number; label?: string }) {
  return (
    <span
      className={`score ${format.grade(value)}`}
      role="img"
      aria-label={`${label} ${format.score(value)}`}
      title={format.SCORE_MEANING}
    >
      <span className="score-number">{format.score(value)}</span>
      <span className="score-track">
        <span className="score-fill" style={{ inlineSize: `${value * 100}%` }} />
      </span>
    </span>
  );
}

interface ChangeProps {
  value: number;
  before: number;
  of: string; // what was before, in full
  short: string; // and in little room
  meant?: boolean; // a person made it: neither better nor worse
}

/** How a score changed: by its sign, its colour, and in words where it got worse. */
export function Change({ value, before, of, short, meant = false }: ChangeProps) {
  const way = meant ? "same" : wayOf(before, value);
  const words = changeWords(before, value, of, meant);
  return (
    <span className={`change ${way}`} title={words}>
      <span aria-hidden="true">
        <b>{format.change(before, value)}</b>
        {way === "worse" && ` worse than ${short}`}
        {meant && ` against ${short}`}
      </span>
      <span className="unseen">{words}</span>
    </span>
  );
}

/** What the score is made of. */
export function ScoreParts({ score }: { score: Score }) {
  return (
    <dl className="score-parts">
      {PART_ORDER.map((name) => {
        const value = score.parts[name];
        return (
          <div key={name} className={value == null ? "absent" : format.grade(value)}>
            <dt>{name}</dt>
            <dd>{value == null ? "–" : format.score(value)}</dd>
          </div>
        );
      })}
      {score.picture_penalty > 0.005 && (
        <div className="poor" title="Area delivered as pictures that the mockup does not need">
          <dt>pictures</dt>
          <dd>−{format.score(score.picture_penalty)}</dd>
        </div>
      )}
    </dl>
  );
}

interface SparklineProps {
  points: readonly { number: number; score: number }[];
  selected: number | null;
  onSelect: (number: number) => void;
}

const STEP = 24; // also the least size of a target
const MANY = 14; // points from which the line is drawn closer
const CLOSE_STEP = 12;
const HEIGHT = 24;
const INSET = 5;

/** Scores over revisions; each point opens its revision. */
export function Sparkline({ points, selected, onSelect }: SparklineProps) {
  if (points.length < 2) return null;
  const low = Math.min(...points.map((point) => point.score));
  const high = Math.max(...points.map((point) => point.score));
  const span = Math.max(high - low, 0.02);
  const step = points.length < MANY ? STEP : CLOSE_STEP;
  const x = (index: number) => (index + 0.5) * step;
  const middle = (low + high) / 2;
  const y = (value: number) => HEIGHT / 2 - ((value - middle) / span) * (HEIGHT - 2 * INSET);
  const width = points.length * step;
  const worse = (index: number) => {
    const [before, point] = [points[index - 1], points[index]];
    return before && point && point.score < before.score ? ", worse than the one before" : "";
  };
  return (
    <div
      className="sparkline"
      role="group"
      aria-label="Score of each revision"
      style={{ inlineSize: width }}
    >
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
        <polyline
          points={points.map((point, index) => `${x(index)},${y(point.score)}`).join(" ")}
        />
      </svg>
      {points.map((point, index) => (
        <button
          key={point.number}
          type="button"
          aria-label={`Revision ${point.number}, score ${format.score(point.score)}${worse(index)}`}
          title={`v${point.number} · ${format.score(point.score)}${worse(index)}`}
          aria-pressed={point.number === selected}
          style={{ insetInlineStart: x(index) - step / 2, inlineSize: step }}
          onClick={() => onSelect(point.number)}
        >
          <span style={{ insetBlockStart: y(point.score) }} />
        </button>
      ))}
    </div>
  );
}
