import { expect, test } from "vitest";
import {
  referencesLine,
  referenceWords,
  kindOf,
  refusalOfReference,
} from "../src/features/compose/references";
import type { Reference, ReferenceLimits } from "../src/protocol/api";

const limits: ReferenceLimits = {
  max_texts: 2,
  max_text_bytes: 1000,
  max_base_bytes: 5000,
  kinds: { ".md": "rules", ".json": "tokens", ".zip": "base" },
};
const reference = (kind: Reference["kind"], name: string, files = 1): Reference => ({
  id: name,
  kind,
  name,
  size: 2048,
  files,
  notes: kind === "base" ? ["Left out: .git."] : [],
});

test.each([
  ["DESIGN.MD", "rules"],
  ["a.b.json", "tokens"],
  ["site.zip", "base"],
  ["login.png", null],
  ["README", null],
])("%s is for %s", (name, kind) => {
  expect(kindOf(name, limits)).toBe(kind);
});

test("a base says what is in it and what was left out", () => {
  const base = reference("base", "site.zip", 12);
  const upload = { state: "ready", reference: base } as const;
  expect(referenceWords({ ...base, key: "a", file: null, upload })).toBe(
    "base: 12 files, index.html · 2 KB · Left out: .git.",
  );
});

test("a project's files are told in one line", () => {
  const all = [reference("rules", "DESIGN.md"), reference("base", "site.zip", 1)];
  expect(referencesLine(all)).toBe("DESIGN.md · base site.zip (1 file)");
  expect(referencesLine([])).toBe("");
});

test.each([
  ["rules", 1000, [], null],
  ["rules", 1001, [], "The file has 1001 B; up to 1000 B is taken."],
  ["base", 5000, [], null],
  ["base", 5001, [], "The file has 4.9 KB; up to 4.9 KB is taken."],
  ["tokens", 1, ["rules"], null],
  ["tokens", 1, ["rules", "tokens"], "A project takes up to 2 files of rules and tokens."],
  ["base", 1, ["rules", "tokens"], null],
  ["base", 1, ["base"], "A project starts from one page."],
] as const)("%s of %d bytes beside %j is refused: %s", (kind, size, taken, reason) => {
  const refusal = refusalOfReference(
    { kind, size },
    taken.map((one) => ({ kind: one })),
    limits,
  );
  expect(refusal?.reason ?? null).toBe(reason);
});
