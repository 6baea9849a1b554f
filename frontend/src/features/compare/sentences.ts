// What a difference says to a person, in plain words.
import type { Difference } from "../../protocol/events";

type Kind = Difference["kind"];
type Sentence =
  "missing" | "extra" | "letters" | "offset" | "overflow" | "low_contrast" | Complaint;
type Complaint = keyof typeof COMPLAINTS;
type Plain = Exclude<Kind, Sentence>;

/** What the browser and axe say of a page, before their own words. */
const COMPLAINTS = {
  console_error: "console error",
  failed_request: "did not load",
  as_file: "opened as a file",
  accessibility: "accessibility",
};

/** What is compared, before the two values. */
const ASPECTS: Readonly<Record<Plain, string>> = {
  size: "size",
  weight: "weight",
  slant: "", // its values say it
  family: "typeface",
  tracking: "letter spacing",
  line_breaks: "line breaks",
  colour: "colour",
  contrast: "contrast",
  shape: "shape",
  icon: "icon",
  picture: "picture",
  fill: "fill",
  border: "border",
  radius: "corner radius",
  shadow: "shadow",
  rule: "line",
  gradient: "gradient",
};

/** What it is of, as a person would call it: a text by its words alone. */
export const itemOf = ({ item }: Difference): string => item.replace(/^text (?=[‘“"'])/, "");

/** What is wrong with it: "size 18 px, mockup 34 px". */
export function faultOf(difference: Difference): string {
  const { item, kind, expected, got, count } = difference;
  const places = count > 1 ? ` (${count} places)` : "";
  switch (kind) {
    case "missing":
      return "is missing";
    case "extra":
      return "is not in the mockup";
    case "letters":
      if (!expected) return "has other letters than the mockup"; // of a line that could not be read
      return item.includes(got) // an empty one too
        ? `should read ${quoted(expected)}`
        : `reads ${quoted(got)}, mockup ${quoted(expected)}`;
    case "console_error":
    case "failed_request":
    case "as_file":
    case "accessibility":
      return `${COMPLAINTS[kind]}: ${got}${places}`;
    case "low_contrast":
      return `contrast ${got}, wanted ${expected}${places}`;
    case "overflow":
      return `is ${got}`;
    case "offset": {
      const place = got ? `is out of place: ${got}` : "is out of place";
      return /^(0 px)?$/.test(expected) ? place : `${place}, mockup ${expected}`;
    }
    default: {
      const aspect = ASPECTS[kind] === item ? "" : ASPECTS[kind];
      return `${aspect} ${sides(expected === item ? "" : expected, got)}`.trim();
    }
  }
}

function sides(expected: string, got: string): string {
  if (!expected) return got || "differs";
  return `${got || "none"}, mockup ${expected}`;
}

/** What to know of lines whose words nobody could read, or nothing. */
export function unreadWords(lines: number): string | null {
  if (lines === 0) return null;
  const what = lines === 1 ? "1 line" : `${lines} lines`;
  return `${what} could not be read: only the pixels were compared.`;
}

/** The whole of it: "‘$9’ size 18 px, mockup 34 px". */
export const sentenceOf = (difference: Difference): string =>
  `${itemOf(difference)} ${faultOf(difference)}`;

/** Differences that read the same, at least one. */
export type Alike = readonly [Difference, ...Difference[]];

/** Differences of one sentence together, the worst first of each and of all. */
export function alike(differences: readonly Difference[]): readonly Alike[] {
  const groups = new Map<string, Alike>();
  for (const difference of differences) {
    const sentence = sentenceOf(difference);
    const known = groups.get(sentence);
    groups.set(sentence, known ? [...known, difference] : [difference]);
  }
  return [...groups.values()];
}

/** What they take off the score, in points. */
export function costOf(...differences: readonly Difference[]): string {
  const cost = differences.reduce((sum, each) => sum + each.cost, 0);
  if (cost === 0) return "nothing";
  const points = (cost * 100).toFixed(1);
  return points === "0.0" ? "less than 0.1 points" : `${points} points`;
}

const quoted = (text: string) => `‘${text}’`;
