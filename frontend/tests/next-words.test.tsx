// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { NextWords } from "../src/features/timeline/NextWords";
import type { RunActions } from "../src/features/studio/useRunActions";
import type { ModelOption, ProjectAsset, ProjectRun } from "../src/protocol/api";
import { emptyView } from "../src/state/view";
import { waitingMessages } from "../src/state/run";
import { draw, happens } from "./dom";
import { noSelection, sha, snapshot } from "./kit";

afterEach(() => sessionStorage.clear());

const option = (id: string, reads_words: boolean): ModelOption => ({
  id,
  label: id.toUpperCase(),
  device: "CPU",
  reads_pictures: true,
  reads_words,
  uses_tools: true,
  deterministic: !reads_words,
  context_tokens: null,
  note: "",
  state: "ready",
  silent_since: null,
});
const draft = option("draft", false); // the snapshot's own
const kimi = option("kimi", true);

const stacks = ["html-css", "react"].map((id) => ({ id, label: id, note: "", has_build: false }));

const mockup = (name: string, role: ProjectAsset["role"] = "auto"): ProjectAsset => ({
  id: name,
  sha256: sha("a"),
  name,
  width: 100,
  height: 100,
  format: "PNG",
  scale: 1,
  notes: [],
  content_url: "",
  thumbnail_url: "",
  role,
  is_own: false,
});
const three = [mockup("desktop"), mockup("phone", "width"), mockup("menu")];

interface Shown {
  active?: boolean;
  sent?: boolean;
  model?: string;
  mockups?: ProjectAsset[];
  revision?: number | null;
  thinking?: ProjectRun["thinking"];
}

async function shown(models: ModelOption[], given: Shown = {}) {
  const { active = false, sent = true, model = "draft", mockups = three.slice(0, 1) } = given;
  const revision = given.revision === undefined ? 2 : given.revision;
  const send = vi.fn(() => Promise.resolve(sent));
  const tryAgain = vi.fn(() => Promise.resolve(sent));
  const command = vi.fn(() => Promise.resolve(sent));
  const tryVariants = vi.fn(() => Promise.resolve(sent));
  const actions = { send, tryAgain, tryVariants, command } as unknown as RunActions;
  const run = snapshot(emptyView);
  run.summary.model = model;
  run.summary.thinking = given.thinking ?? "";
  const page = await draw(
    <NextWords
      run={run}
      models={models}
      stacks={stacks}
      commands={["button green", "headline bigger", "dark mode", "no border", "move up"]}
      mockups={mockups}
      active={active}
      shown={revision}
      selection={noSelection()}
      actions={actions}
    />,
  );
  const button = (name: string) =>
    [...page.element.querySelectorAll("button")].find((one) => one.textContent.includes(name));
  const type = (words: string) =>
    happens(() => {
      const field = page.element.querySelector("textarea");
      const own = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
      own?.set?.call(field, words); // React hears of no change that is made through its own setter
      field?.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const press = (name: string) => happens(() => button(name)?.click());
  const menus = () =>
    [...page.element.querySelectorAll("button")]
      .map((one) => one.getAttribute("aria-label") ?? "")
      .filter((label) => label.startsWith("What "));
  const words = () => page.element.querySelector("textarea")?.value;
  return { page, send, tryAgain, tryVariants, command, button, type, press, words, menus };
}

test("words to a run that has ended go on from the revision on the stage", async () => {
  const { page, send, type, press, words, button } = await shown([draft, kimi], { model: "kimi" });
  expect(page.element.textContent).toContain("Goes on from revision 2");
  expect(button("Send")?.disabled).toBe(true);
  await type("make the header green");
  await press("Send");
  expect(send).toHaveBeenCalledExactlyOnceWith({
    text: "make the header green",
    revision: 2,
    model: "kimi",
  });
  expect(words()).toBe("");
  await page.leave();
});

test("a run of the built-in model is gone on with by one that reads words", async () => {
  const { page, send, type, press, button } = await shown([draft, kimi]);
  expect(button("KIMI")?.getAttribute("aria-label")).toBe("Model: KIMI");
  await type("bigger");
  await press("Send");
  expect(send).toHaveBeenCalledExactlyOnceWith({ text: "bigger", revision: 2, model: "kimi" });
  await page.leave();
});

test("how the model thinks is the run's own until another is chosen for what is said", async () => {
  const { page, send, type, press, button } = await shown([kimi], { model: "kimi" });
  expect(button("thinking")?.textContent).toBe("thinking as set up");
  await press("thinking");
  const items = [...page.element.querySelectorAll<HTMLElement>("[role=menuitemradio]")];
  await happens(() => items.find((one) => one.textContent.startsWith("High"))?.click());
  expect(button("thinking")?.textContent).toBe("thinking high");
  await type("bigger");
  await press("Send");
  expect(send).toHaveBeenCalledExactlyOnceWith({
    text: "bigger",
    revision: 2,
    model: "kimi",
    thinking: "high",
  });
  await page.leave();
});

test("another try is made in several takes, the first as the run was asked for", async () => {
  const given = { model: "kimi", thinking: "high" } as const;
  const { page, tryAgain, tryVariants, press, type } = await shown([draft, kimi], given);
  await press("Start over");
  await type("bigger");
  await press("Variants");
  await press("Make 2 variants");
  const take = { thinking: "", temperature: null, stack: "html-css" };
  expect(tryVariants).toHaveBeenCalledExactlyOnceWith({
    prompt: "bigger",
    roles: {},
    variants: [
      { ...take, model: "kimi", thinking: "high" },
      { ...take, model: "draft" },
    ],
  });
  expect(tryAgain).not.toHaveBeenCalled();
  await page.leave();
});

test("each take of another try has a stack of its own", async () => {
  const { page, tryVariants, press, type } = await shown([draft]);
  await press("Start over");
  await type("bigger");
  await press("Variants"); // the built-in model alone differs by its stack
  const choose = async (name: string, stack: string) => {
    const menu = page.element.querySelector<HTMLElement>(`button[aria-label^="Stack of ${name}:"]`);
    await happens(() => menu?.click());
    const choices = page.element.querySelectorAll<HTMLElement>("[role=menuitemradio]");
    await happens(() => [...choices].find((one) => one.textContent === stack)?.click());
  };
  await choose("variant 1", "react");
  await choose("variant 2", "html-css");
  await press("Make 2 variants");
  const take = { model: "draft", thinking: "", temperature: null };
  expect(tryVariants).toHaveBeenCalledExactlyOnceWith({
    prompt: "bigger",
    roles: {},
    variants: [
      { ...take, stack: "react" },
      { ...take, stack: "html-css" },
    ],
  });
  await page.leave();
});

test("words to a run at work leave its files and its model alone", async () => {
  const { page, send, type, press, button } = await shown([kimi], { active: true, model: "kimi" });
  expect(button("Start over")).toBeUndefined();
  await type("and in German");
  await press("Send now");
  expect(send).toHaveBeenCalledExactlyOnceWith({ text: "and in German" });
  await page.leave();
});

test("words that were not taken stay, after a reload too", async () => {
  const first = await shown([kimi], { model: "kimi", sent: false });
  await first.type("bigger");
  await first.press("Send");
  expect(first.words()).toBe("bigger");
  await first.page.leave();
  const second = await shown([kimi], { model: "kimi" });
  expect(second.words()).toBe("bigger");
  await second.page.leave();
});

test("where no model reads words there are plain commands, and nothing while it works", async () => {
  const { page, button, type, press, words, command } = await shown([draft]);
  expect(button("Send")).toBeUndefined();
  expect(button("Change")?.disabled).toBe(true);
  await press("headline bigger");
  expect(words()).toBe("headline bigger");
  await type("button");
  await press("button green");
  await press("Change");
  expect(command).toHaveBeenCalledExactlyOnceWith(2, { text: "button green" });
  expect(words()).toBe("");
  await page.leave();
  const refused = await shown([draft], { sent: false });
  await refused.type("more like Apple");
  await refused.press("Change");
  expect(refused.words()).toBe("more like Apple");
  await refused.page.leave();
  const working = await shown([draft, kimi], { active: true });
  expect(working.page.element.textContent).toBe("");
  await working.page.leave();
});

test("before there is a revision there is another try alone", async () => {
  const { page, button } = await shown([draft], { revision: null });
  expect(button("Change")).toBeUndefined();
  expect(button("Try again")).toBeDefined();
  expect(button("Back")).toBeUndefined();
  await page.leave();
});

test("another try is one press away, and so is the way back", async () => {
  const { page, press, button, tryAgain } = await shown([kimi], { model: "kimi" });
  await press("Start over");
  await press("Try again");
  expect(tryAgain).toHaveBeenCalledOnce();
  await press("Back");
  expect(button("Send")).toBeDefined();
  await page.leave();
});

test("words for another try that were not taken stay, after a reload too", async () => {
  const first = await shown([kimi], { model: "kimi", sent: false });
  await first.press("Start over");
  await first.type("from the top");
  await first.press("Try again");
  await first.page.leave();
  const second = await shown([kimi], { model: "kimi" });
  expect(second.words()).toBe("from the top");
  await second.press("Try again");
  expect(second.tryAgain).toHaveBeenCalledExactlyOnceWith({ prompt: "from the top", roles: {} });
  await second.page.leave();
  const third = await shown([kimi], { model: "kimi" });
  expect(third.button("Send")).toBeDefined();
  await third.page.leave();
});

test("another try of a run whose model was removed takes one that is there", async () => {
  const { page, press, tryAgain } = await shown([draft], { model: "endpoint:gone" });
  await press("Start over");
  await press("Try again");
  expect(tryAgain).toHaveBeenCalledExactlyOnceWith({ prompt: "", roles: {}, model: "draft" });
  await page.leave();
  const kept = await shown([draft]);
  await kept.press("Start over");
  await kept.press("Try again");
  expect(kept.tryAgain).toHaveBeenCalledExactlyOnceWith({ prompt: "", roles: {} });
  await kept.page.leave();
});

test("another try says anew what a mockup shows, and the others stay", async () => {
  const { page, press, tryAgain, menus } = await shown([kimi], { model: "kimi", mockups: three });
  await press("Start over");
  expect(menus()).toEqual([
    "What phone shows: Page 1, other width",
    "What menu shows: Page or width: auto",
  ]);
  await press("Page or width: auto");
  await press("Page 1, other state");
  expect(menus().at(-1)).toBe("What menu shows: Page 1, other state");
  await press("Try again");
  expect(tryAgain).toHaveBeenCalledExactlyOnceWith({ prompt: "", roles: { 2: "state" } });
  await page.leave();
});

test("what mockups show is asked where there are several and the model heeds it", async () => {
  const one = await shown([kimi], { model: "kimi" });
  await one.press("Start over");
  expect(one.menus()).toEqual([]);
  await one.page.leave();
  const blind = await shown([draft], { mockups: three });
  expect(blind.menus()).toEqual([]);
  await blind.page.leave();
});

test("what was said waits until the run has taken it", () => {
  const run = snapshot({ ...emptyView, messages: [7] });
  run.summary.waiting_messages = [
    { id: 7, text: "taken" },
    { id: 8, text: "waits" },
  ];
  expect(waitingMessages(run).map(({ text }) => text)).toEqual(["waits"]);
});
