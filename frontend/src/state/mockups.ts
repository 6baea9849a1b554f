// What each mockup of a run shows, in words.
import type { MockupRef } from "../protocol/events";

/** The page that a mockup is compared with; of a run before it was recorded, a page of its own. */
export function pageFile(mockup: MockupRef | undefined, place: number): string {
  return mockup?.page ?? (place === 0 ? "index.html" : `page-${place + 1}.html`);
}

/** A mockup among several, in short: "page 2", "390 px", "state 3". */
export function shortName(mockup: MockupRef | undefined, place: number): string {
  if (mockup?.role === "width") return `${Math.round(mockup.width / mockup.scale)} px`;
  return `${mockup?.role === "state" ? "state" : "page"} ${place + 1}`;
}

/** What a mockup is to the first one; empty where it is a page of its own. */
export function roleWords(mockup: MockupRef | undefined): string {
  if (mockup?.role === "width") return "page 1 at another width";
  return mockup?.role === "state" ? "page 1 in another state" : "";
}
