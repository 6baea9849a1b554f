import type { RegionScore } from "../../protocol/events";
import * as format from "../../ui/format";

const WORST_SHOWN = 8;

interface WorstRegionsProps {
  regions: readonly RegionScore[];
  onHover: (region: RegionScore | null) => void;
  onPick: (region: RegionScore) => void;
}

/** Where a page differs, for a record that does not name what differs there. */
export function WorstRegions({ regions, onHover, onPick }: WorstRegionsProps) {
  if (regions.length === 0) return null;
  return (
    <div className="region-row">
      <span className="strip-label">differs</span>
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
              <b>{region.name}</b> <span>{format.score(region.score)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
