import { expect, test } from "vitest";
import { abilities } from "../src/features/compose/ModelNote";
import type { ModelOption } from "../src/protocol/api";

const mini: ModelOption = {
  id: "mini",
  label: "Kimi mini",
  device: "CPU",
  reads_pictures: true,
  reads_words: false,
  uses_tools: true,
  deterministic: true,
  context_tokens: 4096,
  note: "",
  state: "ready",
  silent_since: null,
};

test("a card says what its model can do", () => {
  expect(abilities(mini)).toBe("sees pictures · does not read words · calls tools · 4k context");
});

test("a card says what its model cannot do, and nothing of a context that is not known", () => {
  const blind = { ...mini, reads_pictures: false, uses_tools: false, context_tokens: null };
  expect(abilities(blind)).toBe("does not see pictures · does not read words · cannot call tools");
});

test("a card says first that its model cannot be used yet", () => {
  expect(abilities({ ...mini, state: "starting" })).toMatch(/^still starting · /);
  expect(abilities({ ...mini, state: "silent" })).toMatch(/^does not answer · /);
  const since = new Date(2026, 10, 29, 14, 2).toISOString();
  const waited = { ...mini, state: "silent" as const, silent_since: since };
  expect(abilities(waited)).toMatch(/^runs wait for it since (14:02|02:02 PM) · /);
});
