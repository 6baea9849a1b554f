// What a model has found on the mockups while it reads them, in words.
import type { Found } from "./view";

/** "Found 24 pieces of text, 6 boxes and 2 pictures." Empty where nothing was told yet. */
export function foundWords(found: readonly Found[]): string {
  if (found.length === 0) return "";
  const sum = (kind: "texts" | "boxes" | "rules" | "pictures") =>
    found.reduce((total, one) => total + one[kind].length, 0);
  const counts = [
    count(sum("texts"), "piece of text", "pieces of text"),
    count(sum("boxes"), "box", "boxes"),
    count(sum("rules"), "line", "lines"),
    count(sum("pictures"), "picture", "pictures"),
  ].filter(Boolean);
  const last = counts.pop();
  const named = counts.length > 0 ? `${counts.join(", ")} and ${last}` : last;
  if (found.every((one) => one.complete)) return `Found ${named ?? "an empty page"}.`;
  return named ? `Found ${named}. Reading on…` : "Found no text yet. Reading on…";
}

const count = (number: number, one: string, many: string) =>
  number === 0 ? "" : `${number} ${number === 1 ? one : many}`;
