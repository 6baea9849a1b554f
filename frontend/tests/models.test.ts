import { expect, test } from "vitest";
import { bodyOf, changed, fieldsOf, emptyFields, tested } from "../src/features/models/fields";
import { verdict } from "../src/features/models/CheckResults";
import type { ConnectionReport, Endpoint, CheckResult } from "../src/protocol/api";
import { parseRoute } from "../src/router";

const endpoint: Endpoint = {
  id: "1",
  model_id: "endpoint:1",
  label: "Kimi",
  url: "http://host/v1",
  name: "kimi-k2.5",
  key: "kept",
  thinking: true,
  effort: "",
  max_tokens: 4000,
  context_tokens: null,
  sees_pictures: true,
  calls_tools: null,
  input_price: 0.6,
  cached_input_price: null,
  output_price: 3,
  created_at: "2026-01-01T00:00:00Z",
};

const found = (
  check: CheckResult["check"],
  outcome: CheckResult["outcome"] = "yes",
): CheckResult => ({
  check,
  outcome,
  measured: "",
  server_says: "",
  remedy: "",
});
const report = (...findings: CheckResult[]): ConnectionReport => ({
  findings,
  models: ["kimi-k2.5"],
  model: "kimi-k2.5",
  context_tokens: null,
  sees_pictures: true,
  calls_tools: false,
  seconds: 1,
});

test("what is not touched is sent as it was, and a kept key is not sent at all", () => {
  const { id: _id, model_id: _model, created_at: _at, key: _key, ...rest } = endpoint;
  expect(bodyOf(fieldsOf(endpoint))).toEqual({ ...rest, key: null });
  expect(bodyOf(fieldsOf({ ...endpoint, key: "none" })).key).toBe("");
});

test("empty numbers are left to the server", () => {
  const body = bodyOf({ ...emptyFields, url: "http://host/v1", max_tokens: " ", input_price: "0" });
  expect([body.max_tokens, body.input_price, body.output_price]).toEqual([null, 0, null]);
});

test("a test teaches what the model can do, until it is another model", () => {
  const after = tested({ ...emptyFields, url: "http://host/v1" }, report());
  expect([after.name, after.sees_pictures, after.calls_tools]).toEqual(["kimi-k2.5", true, false]);
  expect(tested({ ...emptyFields, name: "mine" }, report()).name).toBe("mine");
  expect(changed(after, { label: "Kimi" }).sees_pictures).toBe(true);
  expect(changed(after, { name: "other" }).sees_pictures).toBeNull();
  expect(changed(after, { url: "http://other/v1" }).calls_tools).toBeNull();
});

test.each([
  ["It can do all that is needed", [found("address"), found("pictures")]],
  ["It works, with some things not known", [found("context", "unknown"), found("pictures")]],
  ["One thing to put right", [found("address", "no")]],
  ["2 things to put right", [found("tools", "no"), found("pictures", "no")]],
  ["Choose a model, then test again", [found("address"), found("model", "unknown")]],
])("a test amounts to: %s", (words, findings) => {
  expect(verdict(report(...findings))).toBe(words);
});

test("the models have addresses", () => {
  expect(parseRoute("/models", "")).toEqual({ page: "models", endpointId: null });
  expect(parseRoute("/models/new", "")).toEqual({ page: "models", endpointId: "new" });
  expect(parseRoute("/models/a/b", "").page).toBe("unknown");
});
