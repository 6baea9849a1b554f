// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { StepList } from "../src/features/timeline/StepList";
import { excerptOf, foundIn } from "../src/features/timeline/search";
import { aboutGroup, entriesOf, type Entry, type Group } from "../src/state/groups";
import { emptyView, type RunView, type Step } from "../src/state/view";
import { draw, happens } from "./dom";
import { revision } from "./kit";

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;

const step = (place: number, changes: Partial<Step> = {}): Step => ({
  id: `call ${place}`,
  kind: "write_file",
  agent: "main",
  state: "done",
  started_at: at(place),
  seconds: 0.1,
  arguments: JSON.stringify({ path: `page-${place}.html` }),
  text: "",
  screenshot: null,
  score: null,
  problems: [],
  selection: null,
  ...changes,
});

const steps = (...kinds: string[]): Step[] =>
  kinds.map((kind, place) => step(place, { kind, text: kind === "message" ? "Make it dark" : "" }));

const made = (number: number, total: number, after: number, second: number) => ({
  ...revision(number, total),
  steps: after,
  at: at(second),
});

const view = (changes: Partial<RunView>): RunView => ({
  ...emptyView,
  state: "finished",
  started_at: at(0),
  ...changes,
});

const told = (entry: Entry): string =>
  entry.kind === "spoken"
    ? entry.placed.step.kind
    : `v${entry.revision?.number ?? "-"}: ${entry.steps.map(({ place }) => place).join(" ")}`;

const twoVersions = view({
  steps: steps("write_file", "compare", "message", "read_file", "compare", "finish"),
  revisions: [made(1, 0.9, 2, 4), made(2, 0.954, 5, 16)],
});

test("steps stand under the revision that they led to, and what was said between", () => {
  expect(entriesOf(twoVersions).map(told)).toEqual(["v1: 0 1", "message", "v2: 3 4", "finish"]);
});

test("words in the midst of the work part what led to one revision", () => {
  const entries = entriesOf(
    view({
      steps: steps("write_file", "message", "edit_file", "compare"),
      revisions: [made(1, 0.9, 4, 9)],
    }),
  );
  expect(entries.map(told)).toEqual(["v-: 0", "message", "v1: 2 3"]);
  expect(entries[0]).toMatchObject({ towards: 1, after: null });
});

test("what was done for an answer leads to no revision that came later", () => {
  const entries = entriesOf(
    view({
      steps: steps("compare", "read_file", "finish", "message", "edit_file", "compare"),
      revisions: [made(1, 0.9, 1, 3), made(2, 0.9, 6, 9)],
    }),
  );
  expect(entries.map(told)).toEqual(["v1: 0", "v-: 1", "finish", "message", "v2: 4 5"]);
  expect(entries[1]).toMatchObject({ towards: null, after: 1 });
});

test("nor to one that the person made", () => {
  const own = { ...made(1, 0.9, 1, 3), author: "person" as const };
  const [first] = entriesOf(
    view({ steps: steps("read_file", "message"), revisions: [{ ...own, steps: 2 }] }),
  );
  expect(first).toMatchObject({ revision: null, towards: null });
});

test("what a model thought last stands with its answer, and is no group", () => {
  const entries = entriesOf(
    view({
      steps: steps("thought", "compare", "read_file", "thought", "finish"),
      revisions: [made(1, 0.9, 2, 4)],
    }),
  );
  expect(entries.map(told)).toEqual(["v1: 0 1", "v-: 2", "thought", "finish"]);
});

test("steps without a revision of their own are named by those around them", async () => {
  const record = view({
    steps: steps("write_file", "message", "compare", "read_file", "finish"),
    revisions: [made(1, 0.9, 3, 4)],
  });
  const page = await draw(<StepList view={record} runId="run" label="Steps" />);
  const [first, , last] = heads(page.element);
  expect(first?.text).toContain("Towards v1");
  expect(last?.text).toContain("After v1");
  expect(page.element.querySelector(".about-group")?.textContent).toBe("No version came of it.");
  await page.leave();
});

test("a revision that took no step of the run stands by itself", () => {
  const entries = entriesOf(view({ revisions: [made(1, 0.9, 0, 1), made(2, 0.9, 0, 2)] }));
  expect(entries.map(told)).toEqual(["v1: ", "v2: "]);
});

test("a group took from the end of the one before, or from what was said, to its revision", () => {
  const groups = entriesOf(twoVersions).filter((one) => one.kind === "group");
  expect(groups.map(({ seconds }) => seconds)).toEqual([4, 14]);
  const late = view({
    ...twoVersions,
    revisions: [{ ...made(1, 0.9, 2, 0), at: "2026-01-02T00:00:00Z" }],
  });
  expect(entriesOf(late).find((one) => one.kind === "group")?.seconds).toBeNull();
});

test("what the numbers of a group mean is said in it", () => {
  const [, , second] = entriesOf(twoVersions);
  expect(aboutGroup(second as Group)).toBe(
    "95.4\u00a0% tells how like the mockup it is. 5.4 points better than revision 1. " +
      "14 s and 2 steps led to it; the time beside a step is its own.",
  );
});

const heads = (element: HTMLElement) =>
  [...element.querySelectorAll<HTMLElement>("h3 > button")].map((head) => ({
    text: head.textContent,
    open: head.getAttribute("aria-expanded"),
    press: () => happens(() => head.click()),
  }));

test("done groups are folded and open at a press; what was said is always there", async () => {
  const page = await draw(<StepList view={twoVersions} runId="run" label="Steps" />);
  expect(heads(page.element).map(({ open }) => open)).toEqual(["false", "false"]);
  const cards = () =>
    [...page.element.querySelectorAll("[data-step]")].map((card) => card.getAttribute("data-step"));
  expect(cards()).toEqual(["2", "5"]);
  await heads(page.element)[1]?.press();
  expect(cards()).toEqual(["2", "3", "4", "5"]);
  expect(page.element.querySelector(".about-group")?.textContent).toContain("5.4 points better");
  await heads(page.element)[1]?.press();
  expect(cards()).toEqual(["2", "5"]);
  await page.leave();
});

test("the group under way is open, and folds as its revision is there", async () => {
  const working = view({ state: "running", steps: steps("write_file", "compare") });
  const page = await draw(<StepList view={working} runId="run" label="Steps" />);
  expect(heads(page.element).map(({ text, open }) => [text, open])).toEqual([
    ["Working on v12 steps", "true"],
  ]);
  expect(page.element.querySelector(".about-group")).toBeNull(); // what comes of it is not known
  await page.show(
    <StepList view={{ ...working, revisions: [made(1, 0.9, 2, 4)] }} runId="run" label="Steps">
      <li>Thinking</li>
    </StepList>,
  );
  expect(heads(page.element).map(({ open }) => open)).toEqual(["false", "true"]);
  expect(page.element.textContent).toContain("Thinking");
  await page.leave();
});

test("steps after which a run ended without a version stay open", async () => {
  const failed = view({ state: "failed", steps: steps("write_file", "read_file") });
  const page = await draw(<StepList view={failed} runId="run" label="Steps" />);
  expect(heads(page.element).map(({ text, open }) => [text, open])).toEqual([
    ["No version2 steps1.0 s", "true"],
  ]);
  await page.leave();
});

test("what is looked for opens its group, and the others say how much they have", async () => {
  const search = { words: "page", places: [0, 3, 4], current: 3 };
  const page = await draw(
    <StepList view={twoVersions} runId="run" label="Steps" search={search} />,
  );
  expect(heads(page.element).map(({ open }) => open)).toEqual(["false", "true"]);
  expect([...page.element.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual([
    "1 found",
    "2 found",
  ]);
  const sought = page.element.querySelector(".found-step");
  expect(sought?.getAttribute("data-step")).toBe("3");
  await page.leave();
});

test("words are found in thoughts, messages, calls and their answers, whatever their case", () => {
  const said = [
    step(0, { kind: "thought", text: "The RULE that owns it" }),
    step(1, { kind: "message", text: "as a rule" }),
    step(2, { arguments: JSON.stringify({ edits: [{ search: "a", replace: "ruler {}" }] }) }),
    step(3, { kind: "render", problems: ["rule.css did not load"] }),
    step(4),
  ];
  expect(foundIn(said, " rule ")).toEqual([0, 1, 2, 3]);
  expect(foundIn(said, "  ")).toEqual([]);
});

test("words that only a call has are shown with what stands around them", () => {
  const content = `${"a".repeat(100)} padding-left: 12px ${"b".repeat(100)}`;
  const call = step(0, { arguments: JSON.stringify({ path: "style.css", content }) });
  const around = "a".repeat(47);
  expect(excerptOf(call, "Padding-Left: 12px")).toBe(
    `…${around} padding-left: 12px ${"b".repeat(47)}…`,
  );
  expect(excerptOf(call, "style.css")).toBe(""); // the card says it
  expect(excerptOf(call, "margin")).toBe("");
});
