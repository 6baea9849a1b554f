// The page at several widths at once, and what its script tells of its size: see measure.js of previews.
import type { MockupRef, PageResult } from "../../protocol/events";
import { pageFile } from "../../state/mockups";
import type { Pointed } from "../select/picker";
import { parseElement } from "../select/picker";

/** A width to look at, in CSS pixels, and the mockup of that width, by its place. */
export interface Width {
  width: number;
  name: string;
  mockup: number | null;
}

const USUAL: Readonly<Record<number, string>> = {
  390: "Phone",
  768: "Tablet",
  1280: "Laptop",
  1920: "Desktop",
};

/** The usual widths, and those of the mockups that show this page. */
export function widthsOf(mockups: readonly MockupRef[], page: string): Width[] {
  const found = new Map<number, Width>();
  for (const [width, name] of Object.entries(USUAL)) {
    found.set(Number(width), { width: Number(width), name, mockup: null });
  }
  mockups.forEach((mockup, place) => {
    const width = Math.round(mockup.width / mockup.scale);
    if (pageFile(mockup, place) !== page || mockup.role === "state") return;
    const before = found.get(width);
    if (before?.mockup == null) {
      found.set(width, { width, name: before?.name ?? "Mockup", mockup: place });
    }
  });
  return [...found.values()].sort((a, b) => a.width - b.width);
}

/** The score of a mockup's page in one revision; null where it was not measured by that. */
export const scoreAt = (pages: readonly PageResult[], mockup: number | null): number | null =>
  pages.find((one) => mockup !== null && one.mockup_index === mockup)?.score.total ?? null;

/** How much wider than its window a page says it is, and by which elements. */
export interface PageSize {
  overflow: number; // CSS pixels
  elements: Pointed[];
}

const MOST = 8; // elements
const WIDEST = 100_000; // CSS pixels

/** What a page told of its size; null for anything else. Anyone may have made the page. */
export function parseSize(data: unknown): PageSize | null {
  if (typeof data !== "object" || data === null) return null;
  const { type, overflow, elements } = data as Record<string, unknown>;
  if (type !== "size" || typeof overflow !== "number" || !Array.isArray(elements)) return null;
  if (!(overflow >= 0 && overflow <= WIDEST)) return null;
  const told = elements.slice(0, MOST).map(parseElement);
  return told.every((one) => one !== null)
    ? { overflow: Math.round(overflow), elements: told }
    : null;
}

/** "overflows by 34 px". */
export const overflowWords = ({ overflow }: PageSize): string =>
  overflow === 0 ? "fits" : `overflows by ${overflow} px`;
