import { useState } from "react";
import type { Difference } from "../../protocol/events";
import { Button } from "../../ui/Button";
import { costOf, faultOf, itemOf, sentenceOf } from "./sentences";

const SHOWN_AT_FIRST = 6;

interface DifferencesProps {
  differences: readonly Difference[];
  picked: Difference | null;
  onHover: (difference: Difference | null) => void;
  onPick: (difference: Difference) => void;
  onCode: (line: number) => void;
}

/** What a person would name, the worst first; each shows its place on mockup and render. */
export function Differences({ differences, picked, onHover, onPick, onCode }: DifferencesProps) {
  const [all, setAll] = useState(false);
  const shown = all ? differences : differences.slice(0, SHOWN_AT_FIRST);
  return (
    <div className="differences">
      <div className="region-row">
        <span className="strip-label">differs</span>
        <ul aria-label="Differences, worst first" className={all ? "all" : ""}>
          {shown.map((difference, place) => (
            <li key={`${place} ${difference.item} ${difference.kind}`}>
              <button
                type="button"
                className="region"
                title={`${sentenceOf(difference)} (costs ${costOf(difference)})`}
                aria-pressed={difference === picked}
                onPointerEnter={() => onHover(difference)}
                onPointerLeave={() => onHover(null)}
                onFocus={() => onHover(difference)}
                onBlur={() => onHover(null)}
                onClick={() => onPick(difference)}
              >
                <b>{itemOf(difference)}</b> <span>{faultOf(difference)}</span>
              </button>
            </li>
          ))}
        </ul>
        {differences.length > SHOWN_AT_FIRST && (
          <Button
            kind="quiet"
            className="show-all"
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? "Show fewer" : `Show all ${differences.length}`}
          </Button>
        )}
      </div>
      <p className="difference-detail" role="status">
        {picked ? (
          <Detail difference={picked} onCode={onCode} />
        ) : (
          "Choose one to see its place on both sides."
        )}
      </p>
    </div>
  );
}

function Detail({
  difference,
  onCode,
}: {
  difference: Difference;
  onCode: (line: number) => void;
}) {
  const { line } = difference;
  return (
    <>
      <b>{sentenceOf(difference)}</b> · costs {costOf(difference)}
      {difference.selector && (
        <>
          {" "}
          · drawn by <code>{difference.selector}</code>
          {line !== null && `, line ${line}`}
        </>
      )}
      {line !== null && (
        <>
          {" "}
          <button type="button" className="explained" onClick={() => onCode(line)}>
            Show in code
          </button>
        </>
      )}
    </>
  );
}
