import { expect, test } from "vitest";
import type {
  ArenaCell,
  ArenaMean,
  ArenaRound,
  ArenaTable,
  ModelOption,
} from "../src/protocol/api";
import { parseRoute } from "../src/router";
import {
  askedOf,
  cellTaken,
  columnsOf,
  columnsProblem,
  isOpen,
  meanTaken,
  namedPrompts,
  overTime,
  roundWords,
  unscoredWords,
} from "../src/state/arena";

const cell = (changes: Partial<ArenaCell> = {}): ArenaCell => ({
  run_id: "r",
  project_id: "p",
  state: "finished",
  score: 0.9,
  before: null,
  seconds: 12,
  input_tokens: 0,
  output_tokens: 0,
  cost: null,
  stop_reason: "finished",
  render_url: null,
  render_sha256: "",
  problem: null,
  ...changes,
});

const mean = (variant: string, score: number | null): ArenaMean => ({
  variant,
  pages: 2,
  score,
  before: null,
  seconds: 4,
  tokens: 0,
  total_cost: null,
});

const round = (ended: number, ...means: ArenaMean[]): ArenaRound => ({
  number: 1,
  created_at: "2026-01-01T00:00:00Z",
  runs: 4,
  ended,
  means,
});

test("a run tells what it took, as far as that is known", () => {
  expect(cellTaken(cell())).toBe("12 s");
  const paid = cell({ input_tokens: 2000, output_tokens: 100, cost: 1.5 });
  expect(cellTaken(paid)).toBe("12 s · 2,100 tokens · $1.50");
  expect(cellTaken(cell({ seconds: null }))).toBe("");
});

test("a run without a score says why", () => {
  expect(unscoredWords(cell())).toBe("");
  const without = (changes: Partial<ArenaCell>) => unscoredWords(cell({ score: null, ...changes }));
  expect(without({ state: "queued" })).toBe("Waiting");
  expect(without({ state: "running" })).toBe("At work");
  expect(without({ stop_reason: "cancelled" })).toBe("Stopped");
  expect(without({})).toBe("Ended without a page");
  const problem = { code: "c", message: "No key.", hint: "" };
  expect(without({ state: "failed", problem })).toBe("No key.");
});

test("a mean says of how many mockups it is where these are not all", () => {
  expect(meanTaken(mean("A", 0.9), 2)).toBe("4.0 s a page");
  const part = { ...mean("A", 0.9), tokens: 210.4, total_cost: 3 };
  expect(meanTaken(part, 3)).toBe(
    "2 of 3 mockups · 4.0 s a page · 210 tokens a page · $3.00 in all",
  );
});

test("a round tells its progress, then its models by their means", () => {
  expect(isOpen(round(3))).toBe(true);
  expect(roundWords(round(3))).toBe("3 of 4 runs ended");
  const done = round(4, mean("A", 0.8), mean("B", null), mean("C", 0.9));
  expect(isOpen(done)).toBe(false);
  expect(roundWords(done)).toBe("C 90.0\u00a0% · A 80.0\u00a0%");
  expect(roundWords(round(4, mean("B", null)))).toBe("no page came of it");
});

test("an arena and its rounds have addresses", () => {
  expect(parseRoute("/arenas", "")).toEqual({ page: "arenas", arenaId: null, number: null });
  expect(parseRoute("/arenas/a", "?round=2")).toEqual({ page: "arenas", arenaId: "a", number: 2 });
  expect(parseRoute("/arenas/a", "?round=x")).toMatchObject({ number: null });
  expect(parseRoute("/p/q", "?variants=g")).toMatchObject({ page: "project", group: "g" });
});

const models = ["draft", "kimi"].map((id) => ({
  id,
  label: id,
  reads_words: id === "kimi",
  deterministic: id === "draft",
})) as ModelOption[];
const take = (model: string, stack = "html-css") => ({
  model,
  stack,
  thinking: "" as const,
  temperature: null,
});
const prompts = (count: number) => Array.from({ length: count }, () => ({ label: "", text: "" }));

test("a model that reads words makes a page for every prompt, another one", () => {
  expect(columnsOf([take("draft"), take("kimi")], prompts(3), models)).toBe(4);
  expect(columnsOf([take("kimi")], [], models)).toBe(1);
});

test("what is too much or the same is said before it is begun", () => {
  expect(columnsProblem([take("kimi"), take("kimi")], prompts(3), models)).toBeNull();
  expect(columnsProblem([take("kimi"), take("kimi")], prompts(4), models)).toContain("8 pages");
  expect(columnsProblem([take("draft"), take("draft")], prompts(1), models)).toContain("same page");
  expect(columnsProblem([take("draft"), take("draft", "vue")], prompts(1), models)).toBeNull();
});

test("several prompts have names, one has none", () => {
  const two = [{ label: " brief ", text: "a" }, ...prompts(1)];
  expect(namedPrompts(two).map(({ label }) => label)).toEqual(["brief", "prompt 2"]);
  expect(namedPrompts(two.slice(0, 1)).map(({ label }) => label)).toEqual([""]);
});

test("over time each column has its mean in every round that it was in", () => {
  const at = (number: number, means: ArenaMean[]): ArenaRound => ({
    number,
    created_at: "2026-01-01T00:00:00Z",
    runs: 1,
    ended: 1,
    means,
  });
  const { variants, rows } = overTime([
    at(1, [mean("Draft", 0.8)]),
    at(2, [mean("Kimi", 0.9), mean("Draft", 0.7)]),
  ]);
  expect(variants).toEqual(["Kimi", "Draft"]); // as in the newest
  expect(rows.map(({ means }) => means.map((one) => one?.score ?? null))).toEqual([
    [null, 0.8],
    [0.9, 0.7],
  ]);
});

test("another round is asked for as the last was: each take once, each prompt under its name", () => {
  const draft = { model: "draft", stack: "react", thinking: "", temperature: null } as const;
  const kimi = { model: "kimi", stack: "html-css", thinking: "", temperature: 0.3 } as const;
  const table = {
    variants: ["Draft", "Kimi · brief", "Kimi · long"],
    takes: [draft, kimi, kimi],
    prompts: ["", "Be brief.", "Be thorough."],
  } as unknown as ArenaTable;
  const prompts = [
    { label: "brief", text: "Be brief." },
    { label: "long", text: "Be thorough." },
  ];
  expect(askedOf(table)).toEqual({ takes: [draft, kimi], prompts });
  const one = { ...table, prompts: ["", "Be brief.", "Be brief."] };
  expect(askedOf(one).prompts).toEqual([{ label: "", text: "Be brief." }]);
});
