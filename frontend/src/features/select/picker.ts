// What the script in a preview tells of the element that a person points at: see picker.js there.
// Anyone may have made the page, so what comes is checked, and is words and places alone.
import type { Rect } from "../../protocol/events";

export interface Pointed {
  selector: string;
  tag: string;
  text: string;
  rect: Rect; // CSS pixels of the page's window
}

/** `moved`: where the element now is that is selected already, or null where it is gone. */
export type Told =
  { type: "hover" | "select" | "moved"; element: Pointed | null } | { type: "escape" };

/** How what is selected would look: a style sheet, and its words and picture where they change. */
export interface Look {
  style: string;
  text: string | null;
  picture: string | null; // an address
}

/** What a person is writing of the files, by their paths, and which of them is the page's. */
export interface Unsaved {
  page: string;
  files: Readonly<Record<string, string>>;
}

export type Asked =
  | { walk: "parent" | "child" | "previous" | "next" }
  | { select: string } // what was so already
  | { choose: string }
  | { clear: true }
  | { look: Look }
  | { unsaved: Unsaved };

const MOST = 2000; // characters of a selector, as the server takes them

/** The word by which the script of one preview is known: new each time, and unknown to the page. */
export function newWord(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** The channel that a preview offers, if it is the one that knows the word. */
export function offeredPort(
  event: MessageEvent,
  frame: Window | null,
  word: string,
  by: "picker" | "measure" = "picker",
) {
  const data: unknown = event.data;
  const known = isRecord(data) && data[by] === word;
  return known && frame !== null && event.source === frame ? (event.ports[0] ?? null) : null;
}

/** What was told; null for anything else. */
export function parseTold(data: unknown): Told | null {
  if (!isRecord(data)) return null;
  const { type } = data;
  if (type === "escape") return { type };
  if (type !== "hover" && type !== "select" && type !== "moved") return null;
  if (!("selector" in data)) return { type, element: null };
  const element = parseElement(data);
  return element && { type, element };
}

/** An element that a page's script named; null for anything else. */
export function parseElement(data: unknown): Pointed | null {
  if (!isRecord(data)) return null;
  const { selector, tag, text } = data;
  const rect = parseRect(data.rect);
  if (typeof selector !== "string" || typeof tag !== "string" || typeof text !== "string")
    return null;
  if (!rect || selector === "" || selector.length > MOST) return null;
  return { selector, tag: tag.slice(0, 40), text: text.slice(0, 80), rect };
}

function parseRect(data: unknown): Rect | null {
  if (!isRecord(data)) return null;
  const { x, y, width, height } = data;
  const sides = [x, y, width, height];
  if (!sides.every((side) => typeof side === "number" && Number.isFinite(side))) return null;
  return { x, y, width, height } as Rect;
}

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null;
