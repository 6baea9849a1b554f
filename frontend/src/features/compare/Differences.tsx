import { useState } from "react";
import type { Difference } from "../../protocol/events";
import { Button } from "../../ui/Button";
import { alike, type Alike, costOf, faultOf, itemOf, sentenceOf } from "./sentences";

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
  const groups = alike(differences);
  const shown = all ? groups : groups.slice(0, SHOWN_AT_FIRST);
  return (
    <div className="differences">
      <div className="region-row">
        <span className="strip-label">differs</span>
        <ul aria-label="Differences, worst first" className={all ? "all" : ""}>
          {shown.map((group) => (
            <Chip
              key={sentenceOf(group[0])}
              group={group}
              picked={picked}
              onHover={onHover}
              onPick={onPick}
            />
          ))}
        </ul>
        {groups.length > SHOWN_AT_FIRST && (
          <Button
            kind="quiet"
            className="show-all"
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? "Show fewer" : `Show all ${groups.length}`}
          </Button>
        )}
      </div>
      <p className="difference-detail" role="status">
        {picked ? (
          <Detail
            difference={picked}
            group={groups.find((group) => group.includes(picked)) ?? []}
            onCode={onCode}
          />
        ) : (
          "Choose one to see its place on both sides."
        )}
      </p>
    </div>
  );
}

interface ChipProps {
  group: Alike;
  picked: Difference | null;
  onHover: (difference: Difference | null) => void;
  onPick: (difference: Difference) => void;
}

/** A difference, or all that read the same: pressed again it leads to the next of them. */
function Chip({ group, picked, onHover, onPick }: ChipProps) {
  const [first] = group;
  const at = picked ? group.indexOf(picked) : -1;
  const shown = group[at] ?? first;
  return (
    <li>
      <button
        type="button"
        className="region"
        title={`${sentenceOf(first)} (costs ${costOf(...group)})`}
        aria-pressed={at >= 0}
        onPointerEnter={() => onHover(shown)}
        onPointerLeave={() => onHover(null)}
        onFocus={() => onHover(shown)}
        onBlur={() => onHover(null)}
        onClick={() => onPick(group[group.length > 1 ? (at + 1) % group.length : 0] ?? first)}
      >
        {group.length > 1 && <span className="quiet-text">{group.length} × </span>}
        <b>{itemOf(first)}</b> <span>{faultOf(first)}</span>
      </button>
    </li>
  );
}

interface DetailProps {
  difference: Difference;
  group: readonly Difference[]; // of its sentence
  onCode: (line: number) => void;
}

function Detail({ difference, group, onCode }: DetailProps) {
  const { line } = difference;
  return (
    <>
      <b>{sentenceOf(difference)}</b>
      {group.length > 1 &&
        ` · ${group.indexOf(difference) + 1} of ${group.length}, press for the next`}{" "}
      · costs {costOf(difference)}
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
