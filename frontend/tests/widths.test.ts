import { expect, test } from "vitest";
import { overflowWords, parseSize, scoreAt, widthsOf } from "../src/features/preview/widths";
import { offeredPort } from "../src/features/select/picker";
import type { MockupRef, PageResult } from "../src/protocol/events";
import { revision, sha } from "./kit";

const mockup = (width: number, changes: Partial<MockupRef> = {}): MockupRef => ({
  asset_id: "1",
  sha256: sha("a"),
  width,
  height: 800,
  scale: 1,
  role: "page",
  page: "index.html",
  ...changes,
});

const seen = (mockups: MockupRef[], page = "index.html") =>
  widthsOf(mockups, page).map(({ width, name, mockup }) => [width, name, mockup]);

test("four usual widths are shown, each with the mockup of that width", () => {
  const phone = mockup(780, { scale: 2, role: "width" });
  expect(seen([mockup(1280), phone])).toEqual([
    [390, "Phone", 1],
    [768, "Tablet", null],
    [1280, "Laptop", 0],
    [1920, "Desktop", null],
  ]);
});

test("a mockup of another width has its own place; another page or state has none", () => {
  const others = [
    mockup(1440),
    mockup(390, { page: "page-2.html" }),
    mockup(768, { role: "state" }),
  ];
  expect(seen(others).map(([width, , place]) => [width, place])).toEqual([
    [390, null],
    [768, null],
    [1280, null],
    [1440, 0],
    [1920, null],
  ]);
  expect(seen(others, "page-2.html")[0]).toEqual([390, "Phone", 1]);
});

test("a width has the score of its own mockup in this revision", () => {
  const pages = [{ mockup_index: 1, score: revision(1, 0.9).score } as PageResult];
  expect([scoreAt(pages, 1), scoreAt(pages, 0), scoreAt(pages, null)]).toEqual([0.9, null, null]);
});

const element = {
  selector: "table",
  tag: "table",
  text: "Basic",
  rect: { x: 0, y: 1, width: 2, height: 3 },
};

test("a page says how much wider it is than its window, and by what", () => {
  const told = parseSize({ type: "size", overflow: 33.6, elements: [element] });
  expect(told).toEqual({ overflow: 34, elements: [element] });
  expect(told && overflowWords(told)).toBe("overflows by 34 px");
  expect(overflowWords({ overflow: 0, elements: [] })).toBe("fits");
});

test.each([
  null,
  "size",
  { type: "select", overflow: 1, elements: [] },
  { type: "size", overflow: "1", elements: [] },
  { type: "size", overflow: -1, elements: [] },
  { type: "size", overflow: Infinity, elements: [] },
  { type: "size", overflow: NaN, elements: [] },
  { type: "size", overflow: 1e9, elements: [] },
  { type: "size", overflow: 1, elements: {} },
  { type: "size", overflow: 1, elements: [{ ...element, rect: { ...element.rect, x: NaN } }] },
  { type: "size", overflow: 1, elements: [{ ...element, selector: "x".repeat(3000) }] },
  { type: "size", overflow: 1, elements: [{ ...element, tag: { toString: "table" } }] },
])("anything else that a page tells is no size: %j", (told) => {
  expect(parseSize(told)).toBeNull();
});

test("what a page names is cut to what is shown", () => {
  const long = { ...element, text: "a".repeat(500), tag: "b".repeat(500) };
  const told = parseSize({ type: "size", overflow: 1, elements: Array(50).fill(long) });
  expect(told?.elements).toHaveLength(8);
  expect(told?.elements[0]?.text).toHaveLength(80);
  expect(told?.elements[0]?.tag).toHaveLength(40);
});

test("a script that selects is not taken for one that measures", () => {
  const frame = {} as Window;
  const event = { data: { picker: "word" }, source: frame, ports: [{}] } as unknown as MessageEvent;
  expect(offeredPort(event, frame, "word", "measure")).toBeNull();
  expect(offeredPort(event, frame, "word")).not.toBeNull();
});
