import { expect, test } from "vitest";
import { fit, isPaired, pan, zoomAt, zoomTo, isStacked } from "../src/features/compare/viewport";

const page = { width: 1200, height: 3000 };
const pane = { width: 600, height: 400 };

test("a page is fitted to the width of its pane from its top", () => {
  expect(fit(page, pane)).toEqual({ zoom: 0.5, x: 0, y: 0 });
});

test("a page smaller than its pane is not enlarged, and sits in the middle", () => {
  expect(fit({ width: 400, height: 200 }, pane)).toEqual({ zoom: 1, x: -100, y: -100 });
});

test("zooming keeps the point under the pointer where it is", () => {
  const before = { zoom: 1, x: 200, y: 500 };
  const at = { x: 150, y: 90 };
  const after = zoomAt(before, 2, at, page, pane);
  expect(after.zoom).toBe(2);
  expect(after.x + at.x / after.zoom).toBeCloseTo(before.x + at.x / before.zoom);
  expect(after.y + at.y / after.zoom).toBeCloseTo(before.y + at.y / before.zoom);
});

test("panning stops at the end of a fitted page", () => {
  const end = pan(fit(page, pane), { x: 0, y: 99999 }, page, pane);
  expect(end.y).toBe(3000 - 400 / 0.5);
});

test("a region is brought to the middle, as large as it goes", () => {
  const rect = { x: 500, y: 1000, width: 268, height: 50 };
  const view = zoomTo(rect, page, pane);
  expect(view.zoom).toBe(2);
  expect(view.x + pane.width / view.zoom / 2).toBeCloseTo(634);
  expect(view.y + pane.height / view.zoom / 2).toBeCloseTo(1025);
});

test("zoom has an end in both directions", () => {
  const far = zoomAt(fit(page, pane), 1000, { x: 0, y: 0 }, page, pane);
  const near = zoomAt(fit(page, pane), 0.0001, { x: 0, y: 0 }, page, pane);
  expect([far.zoom, near.zoom]).toEqual([12, 0.1]);
});

test.each([
  [
    "a wide page in a square stage",
    { width: 1280, height: 420 },
    { width: 1000, height: 700 },
    true,
  ],
  [
    "a page as wide as the stage",
    { width: 1280, height: 800 },
    { width: 1040, height: 660 },
    false,
  ],
  ["a phone's page", { width: 390, height: 844 }, { width: 1040, height: 660 }, false],
  [
    "a small page that fits either way",
    { width: 200, height: 100 },
    { width: 1000, height: 700 },
    false,
  ],
])("%s is stacked: %s", (_name, page, stage, expected) => {
  expect(isStacked(page, stage)).toBe(expected);
});

test("a stacked page is fitted whole", () => {
  const page = { width: 1000, height: 500 };
  const pane = { width: 1000, height: 250 };
  expect(fit(page, pane, true).zoom).toBe(0.5);
  expect(fit(page, pane).zoom).toBe(1);
});

test("a pair is shown where it can be read, or is as large as one alone", () => {
  const laptop = { width: 912, height: 560 }; // the stage in a window of 1280 by 800
  expect(isPaired({ width: 1280, height: 832 }, laptop)).toBe(false);
  expect(isPaired({ width: 1280, height: 4000 }, laptop)).toBe(false); // it scrolls at its width
  expect(isPaired({ width: 1600, height: 240 }, laptop)).toBe(true); // above each other
  expect(isPaired({ width: 390, height: 844 }, laptop)).toBe(true); // beside each other
  expect(isPaired({ width: 780, height: 1600 }, laptop)).toBe(true); // at .58
  expect(isPaired({ width: 1180, height: 2400 }, laptop)).toBe(false); // at .39
  expect(isPaired({ width: 1280, height: 832 }, { width: 390, height: 520 })).toBe(true);
});
