import { expect, test } from "vitest";
import {
  GROUPS,
  hexOf,
  isNothing,
  NOTHING,
  sharedBy,
  stepped,
  styleOf,
  withAttribute,
  withProperty,
  withUnits,
} from "../src/state/inspector";

const rule = (selector: string, elements: number) => ({
  path: "style.css",
  line: 1,
  selector,
  elements,
});
const property = (name: string, of: ReturnType<typeof rule> | null = null) => ({
  name,
  value: of ? "1px" : "",
  computed: "",
  rule: of,
});
const inspection = {
  tag: "li",
  text: null,
  text_refusal: "",
  text_elements: 1,
  attributes: [],
  properties: [property("padding", rule(".card, .box", 3)), property("color"), property("margin")],
  home: rule(".card", 2),
  colours: [],
  lengths: [],
  fonts: [],
  pictures: [],
};

test("what is set back to what it was is no change", () => {
  const set = withProperty(NOTHING, "color", "red", "blue");
  expect(isNothing(set)).toBe(false);
  expect(isNothing(withProperty(set, "color", "blue", "blue"))).toBe(true);
  const led = withAttribute(NOTHING, "href", "/a", "/");
  expect(isNothing(led)).toBe(false);
  expect(isNothing(withAttribute(led, "href", "/", "/"))).toBe(true);
  expect(isNothing({ ...NOTHING, text: "" })).toBe(false);
  expect(isNothing({ ...NOTHING, picture: { id: "a", url: "" } })).toBe(false);
});

test("a length without a unit is of pixels", () => {
  expect(withUnits("padding", " 8 16.5 0 -4px")).toBe("8px 16.5px 0 -4px");
  expect(withUnits("width", "50%")).toBe("50%");
  expect(withUnits("width", "min(100%, 40rem)")).toBe("min(100%, 40rem)");
  expect(withUnits("font-size", "1.5rem")).toBe("1.5rem");
  expect(withUnits("line-height", "1.5")).toBe("1.5");
  expect(withUnits("font-weight", "600")).toBe("600");
  expect(withUnits("color", "#123")).toBe("#123");
});

test("an arrow steps a number by its unit", () => {
  expect(stepped("16px", 1)).toBe("17px");
  expect(stepped("16px", -10)).toBe("6px");
  expect(stepped("1.5", 1)).toBe("1.6");
  expect(stepped("1.25rem", -1)).toBe("1.15rem");
  expect(stepped("600", 1)).toBe("700");
  expect(stepped("8px 16px", 1)).toBe("9px 16px");
  expect(stepped("auto", 1)).toBeNull();
});

test("a plain colour is picked, others are typed", () => {
  expect(hexOf("#FFF")).toBe("#ffff".padEnd(7, "f"));
  expect(hexOf("#b4472A")).toBe("#b4472a");
  expect(hexOf("var(--brand)")).toBeNull();
});

test("a change is seen where it will be written", () => {
  const change = {
    ...NOTHING,
    properties: { padding: "8px", color: "red", margin: "", gone: "1px" },
  };
  expect(styleOf(change, inspection, "rule", "li:nth-of-type(1)").split("\n")).toEqual([
    ".card, .box { padding: 8px !important }",
    ".card { color: red !important }",
    ".card { margin: revert !important }",
  ]);
  expect(styleOf(change, { ...inspection, home: null }, "element", "#a").split("\n")).toEqual([
    "#a { padding: 8px !important }",
    "#a { color: red !important }",
    "#a { margin: revert !important }",
  ]);
});

test("it is told for how many elements a rule is", () => {
  expect(sharedBy(inspection)).toBe(3);
  expect(sharedBy({ ...inspection, properties: [property("color")], home: null })).toBe(1);
});

test("every property has one group", () => {
  const names =
    "color background-color background opacity font-size line-height letter-spacing text-align " +
    "padding padding-top margin-left gap row-gap width max-width min-height height border " +
    "border-top-color border-radius box-shadow object-fit aspect-ratio text-decoration";
  for (const name of names.split(" "))
    expect(GROUPS.filter((group) => group.names.test(name)).length, name).toBe(1);
});
