import { expect, test } from "vitest";
import { reduce } from "../src/state/reduce";
import { spentWords } from "../src/state/spent";
import { emptyView } from "../src/state/view";
import { envelopes } from "./kit";

const turn = (input: number, output: number, cached = 0, cost: number | null = null) => ({
  type: "turn_finished" as const,
  served_model: "",
  turn: 1,
  text: "",
  reasoning: "",
  calls: [],
  usage: {
    input_tokens: input,
    output_tokens: output,
    cached_tokens: cached,
    cost,
    context_tokens: null as number | null,
  },
});
const spent = (...turns: ReturnType<typeof turn>[]) =>
  spentWords(envelopes(turns).reduce(reduce, emptyView));

test("a run that took no tokens says nothing of them", () => {
  expect(spent(turn(0, 0))).toBe("");
});

test("tokens add up, with those that were cached", () => {
  expect(spent(turn(1000, 50), turn(12_000, 100, 8000))).toBe(
    "13,000 tokens read, 8,000 of them cached · 150 written",
  );
});

test("a cost is in dollars and cents", () => {
  expect(spent(turn(1000, 50, 0, 0.1), turn(1000, 50, 0, 0.128))).toMatch(/ · \$0\.23$/);
  expect(spent(turn(1000, 50, 0, 0.001))).toMatch(/ · under \$0\.01$/);
  expect(spent(turn(1000, 50, 0, 0))).toMatch(/ · \$0\.00$/);
});

test("turns of a model without prices are said to be left out of the cost", () => {
  expect(spent(turn(0, 0), turn(10, 5), turn(10, 5, 0, 0.5), turn(10, 5, 0, 0.5))).toMatch(
    / · \$1\.00 for 2 of 3 turns; the others have no price$/,
  );
});

test("the window of the model is told as it was at the last turn", () => {
  const one = turn(12_000, 800);
  const full = { ...one, usage: { ...one.usage, context_tokens: 32_000 } };
  expect(spent(turn(1000, 50), full)).toMatch(/ written · context 40 % full$/);
  expect(spent(full, turn(1000, 50))).not.toContain("context");
});
