import { expect, test } from "vitest";
import { changedLines } from "../src/features/files/changes";

test("equal texts have no changed line", () => {
  expect(changedLines("a\nb", "a\nb")).toEqual([]);
});

test("neighbouring changed lines are one range", () => {
  expect(changedLines("a\nb\nc\nd", "a\nB\nC\nd")).toEqual([{ first: 2, last: 3 }]);
});

test("lines that only moved on are not marked", () => {
  expect(changedLines("a\nb\nc", "a\nnew\nb\nc")).toEqual([{ first: 2, last: 2 }]);
});

test("apart changes are apart", () => {
  expect(changedLines("1\n2\n3\n4\n5", "1\nx\n3\ny\n5")).toEqual([
    { first: 2, last: 2 },
    { first: 4, last: 4 },
  ]);
});

test("removed lines leave nothing to mark", () => {
  expect(changedLines("a\nb\nc", "a\nc")).toEqual([]);
});
