// A place that can be shown on mockup and render: a region, or a difference that has a name.
import type { Difference, PageResult, RegionScore } from "../../protocol/events";

export type Spot = RegionScore | Difference;

/** A spot to look at; `at` is new with each click so that the same one can be chosen twice. */
export interface Picked {
  spot: Spot;
  at: number;
}

/** The spot if it is of this page of this revision: others lie elsewhere, or are mended. */
export function ofResult(result: PageResult | undefined, spot: Spot | null): Spot | null {
  if (!result || !spot) return null;
  const spots: readonly Spot[] = [...result.score.regions, ...result.score.differences];
  return spots.includes(spot) ? spot : null;
}
