// What a person sets in the inspector, until it is a revision.
import type { InspectedProperty, Inspection } from "../protocol/api";

/** `rule`: in the rule that sets it, for all that are alike; `element`: for this one alone. */
export type Scope = "rule" | "element";

/** What is to be otherwise; an empty property is taken out. */
export interface Change {
  text: string | null;
  attributes: Readonly<Record<string, string>>;
  properties: Readonly<Record<string, string>>;
  picture: { id: string; url: string } | null; // uploaded, in place of what an `img` shows
}

export const NOTHING: Change = { text: null, attributes: {}, properties: {}, picture: null };

export function isNothing(change: Change): boolean {
  const set = [change.attributes, change.properties].some((one) => Object.keys(one).length > 0);
  return change.text === null && change.picture === null && !set;
}

/** The change with a property set, or left as it is where that is the value it has. */
export function withProperty(change: Change, name: string, value: string, now: string): Change {
  const { [name]: _, ...rest } = change.properties;
  return { ...change, properties: value === now ? rest : { ...rest, [name]: value } };
}

export function withAttribute(change: Change, name: string, value: string, now: string): Change {
  const { [name]: _, ...rest } = change.attributes;
  return { ...change, attributes: value === now ? rest : { ...rest, [name]: value } };
}

export const GROUPS = [
  { label: "Colour", names: /^(color|background|opacity)/ },
  { label: "Type", names: /^(font|line-height|letter-spacing|text)/ },
  { label: "Spacing", names: /^(padding|margin|gap|row-gap|column-gap)/ },
  { label: "Size", names: /^((min-|max-)?(width|height)|aspect-ratio|object-fit)/ },
  { label: "Box", names: /^(border|box-shadow)/ },
] as const;

const LENGTHS =
  /^(font-size|letter-spacing|padding|margin|(row-|column-)?gap|(min-|max-)?(width|height)|border-radius)/;
const BARE = /(?<![\w.#(-])(-?\d*\.?\d+)(?![\w.%(])/g;

/** A value as it stands in CSS: a length without a unit is of pixels. */
export function withUnits(name: string, value: string): string {
  const trimmed = value.trim();
  if (!LENGTHS.test(name) || trimmed.includes("(")) return trimmed;
  return trimmed.replace(BARE, (bare) => (Number(bare) === 0 ? bare : `${bare}px`));
}

const FIRST_NUMBER = /-?\d*\.?\d+/;
const FINE = /(em|rem)$|^$/; // units of which one is much

/** A value with its first number greater or less by a step of its unit; null where it has none. */
export function stepped(value: string, steps: number): string | null {
  const found = FIRST_NUMBER.exec(value);
  if (!found) return null;
  const after = value.slice(found.index + found[0].length);
  const unit = /^[a-z%]*/i.exec(after)?.[0] ?? "";
  const hundreds = unit === "" && Number(found[0]) >= 100; // a weight
  const step = hundreds ? 100 : FINE.test(unit) ? 0.1 : 1;
  const next = Math.round((Number(found[0]) + steps * step) * 1000) / 1000;
  return `${value.slice(0, found.index)}${next}${after}`;
}

/** The colour of a value as an `input type=color` takes it; null where it is none of the plain. */
export function hexOf(value: string): string | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value);
  if (short)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join("")}`.toLowerCase();
  return /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : null;
}

/** Where a property is written: the selector, and for how many elements. */
export function ruleOf(inspection: Inspection, property: InspectedProperty) {
  return property.rule ?? inspection.home;
}

/** The most elements that a change in the rules would be for. */
export function sharedBy(inspection: Inspection): number {
  const rules = inspection.properties.map((one) => ruleOf(inspection, one)?.elements ?? 1);
  return Math.max(1, ...rules);
}

/** A style sheet that shows a change on the page before it is made; `selector` is the element's. */
export function styleOf(
  change: Change,
  inspection: Inspection,
  scope: Scope,
  selector: string,
): string {
  return inspection.properties
    .flatMap((property) => {
      const value = change.properties[property.name];
      if (value === undefined) return [];
      const rule = scope === "rule" ? ruleOf(inspection, property) : null;
      const shown = value === "" ? "revert" : value;
      return [`${rule?.selector || selector} { ${property.name}: ${shown} !important }`];
    })
    .join("\n");
}
