import { expect, test } from "vitest";
import { detailOf, headingOf } from "../src/features/timeline/describe";
import type { Step } from "../src/state/view";
import * as format from "../src/ui/format";

const step = (changes: Partial<Step>): Step => ({
  id: "1",
  kind: "write_file",
  agent: "main",
  state: "running",
  started_at: "2026-01-01T00:00:00Z",
  seconds: null,
  arguments: '{"path": "index.html"}',
  text: "",
  screenshot: null,
  score: null,
  problems: [],
  selection: null,
  ...changes,
});

test("a step in progress is named by its tool and what it works on", () => {
  expect(headingOf(step({}))).toBe("Writing index.html");
});

test("a finished step is named by what it says of itself", () => {
  const done = step({ state: "done", text: "Wrote index.html, 12 lines" });
  expect([headingOf(done), detailOf(done)]).toEqual(["Wrote index.html, 12 lines", ""]);
});

test("a failed step keeps its reason apart", () => {
  const failed = step({ state: "failed", text: "There is no such file." });
  expect([headingOf(failed), detailOf(failed)]).toEqual([
    "Could not write index.html",
    "There is no such file.",
  ]);
});

test("arguments that are not JSON do no harm", () => {
  expect(headingOf(step({ arguments: '{"path": "ind' }))).toBe("Writing");
});

test("a tool that is not known yet is shown by its name", () => {
  expect(headingOf(step({ kind: "measure_contrast", arguments: "" }))).toBe(
    "Running measure contrast",
  );
});

test("durations are as exact as they are short", () => {
  expect([0.0004, 0.24, 3.14, 42.4, 125].map(format.duration)).toEqual([
    "1 ms",
    "0.24 s",
    "3.1 s",
    "42 s",
    "2 min 05 s",
  ]);
});

test("sizes are in the unit people read", () => {
  expect([512, 4096, 20 * 1024 * 1024].map(format.bytes)).toEqual(["512 B", "4 KB", "20 MB"]);
});
