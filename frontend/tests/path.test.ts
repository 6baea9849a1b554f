// Addresses below the path that a reverse proxy serves the interface at.
import { expect, test } from "vitest";
import { pathBelow } from "../src/protocol/path";

test("an address below the path is one of the interface, any other is not", () => {
  expect(pathBelow("/mockwright/p/1", "/mockwright")).toBe("/p/1");
  expect(pathBelow("/mockwright/", "/mockwright")).toBe("/");
  expect(pathBelow("/mockwright", "/mockwright")).toBe("/");
  expect(pathBelow("/mockwrightish/p/1", "/mockwright")).toBeUndefined();
  expect(pathBelow("/", "/mockwright")).toBeUndefined();
});

test("without a path every address is the interface's", () => {
  expect(pathBelow("/", "")).toBe("/");
  expect(pathBelow("/p/1", "")).toBe("/p/1");
});
