// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { useVariants } from "../src/features/variants/useVariants";
import { VariantChoice, VariantsButton } from "../src/features/variants/VariantChoice";
import type { ModelOption, ProjectRun, StackOption } from "../src/protocol/api";
import { takenWords } from "../src/state/spent";
import {
  bestOf,
  chosenOf,
  groupToChooseFrom,
  nextVariant,
  openedRun,
  ranked,
  sameBecause,
  variantsOf,
  type Variant,
} from "../src/state/variants";
import { emptyView } from "../src/state/view";
import { draw, happens, run as runHook } from "./dom";
import { projectRun } from "./kit";

const card = (id: string, changes: Partial<ModelOption> = {}): ModelOption => ({
  id,
  label: id.toUpperCase(),
  device: "CPU",
  reads_pictures: true,
  reads_words: id !== "draft",
  uses_tools: true,
  context_tokens: null,
  note: "",
  deterministic: id === "draft",
  state: "ready",
  silent_since: null,
  ...changes,
});
const draft = card("draft");
const kimi = card("kimi");
const stacks: StackOption[] = ["html-css", "react", "vue"].map((id) => ({
  id,
  label: id,
  note: "",
  has_build: id !== "html-css",
}));
const plain = stacks.slice(0, 1);
const take = (model: string): Variant => ({
  model,
  thinking: "",
  temperature: null,
  stack: "html-css",
});

const made = (id: string, minute: number, changes: Partial<ProjectRun> = {}): ProjectRun =>
  projectRun(id, minute, { group: "g", variant: id.toUpperCase(), ...changes });

test("another take is by another model, else by one that answers otherwise each time", () => {
  expect(nextVariant([take("draft")], [draft, kimi], plain)?.model).toBe("kimi");
  expect(nextVariant([take("draft"), take("kimi")], [draft, kimi], plain)?.model).toBe("kimi");
  expect(nextVariant([take("kimi")], [draft, kimi], plain)?.model).toBe("draft");
  expect(nextVariant([take("draft")], [draft], plain)).toBeNull();
  const silent = card("silent", { state: "silent" });
  expect(nextVariant([take("draft")], [draft, silent, kimi], plain)?.model).toBe("kimi");
  expect(nextVariant([take("draft")], [draft, silent], plain)?.model).toBe("silent");
});

test("the built-in model alone makes another take in each other stack", () => {
  const chosen = [take("draft")];
  for (const stack of ["react", "vue"]) {
    const next = nextVariant(chosen, [draft], stacks);
    expect(next).toEqual({ ...take("draft"), stack });
    chosen.push({ ...take("draft"), stack });
  }
  expect(sameBecause(chosen, [draft])).toBeNull();
  expect(nextVariant(chosen, [draft], stacks)).toBeNull();
});

test("a model that gives the same page each time is not asked twice", () => {
  expect(sameBecause([take("draft"), take("kimi"), take("kimi")], [draft, kimi])).toBeNull();
  expect(sameBecause([take("draft"), take("draft")], [draft, kimi])).toContain("DRAFT gives");
  const react = { ...take("draft"), stack: "react" };
  expect(sameBecause([take("draft"), react], [draft, kimi])).toBeNull();
});

test("a project opens its variants until one is chosen or something newer is begun", () => {
  const [a, b] = [made("a", 1), made("b", 2)];
  expect(groupToChooseFrom([a, b])).toBe("g");
  expect(groupToChooseFrom([a])).toBeNull(); // an arena of one model has nothing to choose from
  const chosen = { ...a, chosen_at: "2026-01-01T00:05:00Z" };
  expect(groupToChooseFrom([chosen, b])).toBeNull();
  expect(openedRun([chosen, b])).toBe(chosen);
  const newer = made("c", 6, { group: null });
  expect(openedRun([newer, chosen, b])).toBe(newer);
  expect(groupToChooseFrom([a, b, newer])).toBeNull();
  expect(variantsOf([newer, b, a], "g")).toEqual([a, b]);
  const later = { ...b, chosen_at: "2026-01-01T00:07:00Z" };
  expect(chosenOf([chosen, later])).toBe(later);
});

test("variants are ranked once they have ended, and only a better one is the best", () => {
  const runs = [made("a", 1), made("b", 2), made("c", 3), made("d", 4)];
  const standings = {
    a: { score: 0.7, active: false },
    b: { score: 0.99, active: true },
    c: { score: null, active: false },
    d: { score: 0.8, active: false },
  };
  expect(ranked(runs, standings).map(({ id }) => id)).toEqual(["d", "a", "b", "c"]);
  expect(bestOf(standings)).toBe("b");
  expect(bestOf({ a: standings.a })).toBeNull();
  expect(bestOf({ a: standings.a, b: standings.a })).toBeNull();
});

test("what a run has taken stands in few words", () => {
  const spent = { ...emptyView, input_tokens: 12_400, output_tokens: 900 };
  expect(takenWords(emptyView)).toBe("");
  expect(takenWords(spent)).toBe("13,300 tokens");
  expect(takenWords({ ...spent, cost: 0.12, priced_turns: 2 })).toBe("13,300 tokens · $0.12");
});

test("takes are added up to four, and with the last but one removed it is one page again", async () => {
  const hook = await runHook(() => useVariants([draft, kimi], plain, take("draft")));
  expect(hook.latest().chosen).toEqual([]);
  await happens(() => hook.latest().toggle());
  expect(hook.latest().chosen.map(({ model }) => model)).toEqual(["draft", "kimi"]);
  await happens(() => void hook.latest().add());
  await happens(() => void hook.latest().add());
  expect(hook.latest().chosen).toHaveLength(4);
  await happens(() => hook.latest().change(3, take("draft")));
  expect(hook.latest().problem).toContain("choose another");
  await happens(() => hook.latest().remove(3));
  expect(hook.latest().problem).toBeNull();
  await happens(() => hook.latest().remove(2));
  await happens(() => hook.latest().remove(1));
  expect(hook.latest().open).toBe(false);
  expect(hook.latest().chosen).toEqual([]);
  await hook.leave();
});

function Choice({ models }: { models: ModelOption[] }) {
  const state = useVariants(models, plain, take("draft"));
  return (
    <>
      <VariantsButton state={state} />
      <VariantChoice state={state} models={models} stacks={plain} onFirst={vi.fn()} />
    </>
  );
}

test("with the built-in model alone there is nothing to choose from, and the page says so", async () => {
  const page = await draw(<Choice models={[draft]} />);
  await happens(() => page.element.querySelector("button")?.click());
  expect(page.element.textContent).toContain("DRAFT gives the same page each time. Add a model");
  expect(page.element.querySelector("a")?.getAttribute("href")).toBe("/models/new");
  expect(page.element.querySelector("ol")).toBeNull();
  await page.leave();
});

test("at four no more are added, and focus stays where a person can go on", async () => {
  const page = await draw(<Choice models={[draft, kimi]} />);
  const button = (name: string) =>
    [...page.element.querySelectorAll("button")].find(
      (one) => one.textContent === name || one.getAttribute("aria-label") === name,
    );
  await happens(() => button("Variants")?.click());
  for (let press = 0; press < 4; press += 1) await happens(() => button("Add a variant")?.click());
  expect(page.element.querySelectorAll("li")).toHaveLength(4);
  expect(page.element.textContent).toContain("Four at most.");
  await happens(() => button("Remove variant 4")?.click());
  expect(document.activeElement).toBe(button("Add a variant"));
  await happens(() => button("Remove variant 3")?.click());
  await happens(() => button("Remove variant 2")?.click());
  expect(page.element.querySelector("section")).toBeNull();
  expect(document.activeElement).toBe(button("Variants"));
  await page.leave();
});
