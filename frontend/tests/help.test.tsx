// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import topics from "virtual:help-topics";
import { findIn } from "../src/features/help/find";
import { FirstSteps } from "../src/features/help/FirstSteps";
import { followUpKey } from "../src/features/help/firstSteps";
import { FollowUpHint } from "../src/features/help/FollowUpHint";
import HelpTopics from "../src/features/help/HelpTopics";
import { api } from "../src/protocol/client";
import type { Asset, Config, Project } from "../src/protocol/api";
import { keep, readKept } from "../src/state/kept";
import { emptyView, type Step } from "../src/state/view";
import { draw, happens } from "./dom";
import { revision, snapshot } from "./kit";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
  sessionStorage.clear();
});

test("the documents of a person are in the build, section by section", () => {
  expect(topics.map(({ name }) => name)).toContain("troubleshooting");
  for (const { sections } of topics) {
    expect(sections).not.toHaveLength(0);
    for (const { heading, html } of sections) {
      expect(heading).not.toBe("");
      expect(html).toMatch(/^<h[345]>/);
    }
  }
});

test("links between documents lead to their topics, and to nothing that is not here", () => {
  const page = topics.flatMap(({ sections }) => sections.map(({ html }) => html)).join("");
  const links = [...page.matchAll(/<a ([^>]*)>/g)].map(([, attributes]) => attributes ?? "");
  const led = links.flatMap((link) => /data-topic="([^"]+)"/.exec(link)?.[1] ?? []);
  expect(led).toContain("models");
  expect(topics.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(led)]));
  for (const link of links) expect(link).toMatch(/data-topic=|href="https?:.*target="_blank"/);
});

test("a comment in a shell's lines is no heading", () => {
  const headings = topics.flatMap(({ sections }) => sections.map(({ heading }) => heading));
  expect(headings).toContain("It does not start");
  expect(headings.some((heading) => heading.startsWith("or "))).toBe(false);
});

test("words are found in the sections that have all of them", () => {
  const [hit] = findIn(topics, "disk FULL");
  expect(hit?.topic.name).toBe("troubleshooting");
  expect(hit?.excerpt.toLowerCase()).toContain("disk");
  expect(findIn(topics, "disk zebra")).toEqual([]);
  expect(findIn(topics, " ")).toEqual([]);
});

const type = (field: HTMLInputElement, words: string) =>
  happens(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, words);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

test("help opens at its topic, goes to what is found, and follows links", async () => {
  const page = await draw(<HelpTopics first="keyboard" />);
  const shown = () => page.element.querySelector("[role=region]");
  expect(shown()?.textContent).toContain("Previous and next revision");
  const field = page.element.querySelector("input");
  if (field) await type(field, "disk full");
  const hit = page.element.querySelector<HTMLElement>("[aria-label='Found in the help'] button");
  await happens(() => hit?.click());
  expect(shown()?.getAttribute("aria-label")).toBe("When it does not work");
  if (field) await type(field, "");
  const topicsShown = [...page.element.querySelectorAll<HTMLElement>("nav li button")];
  await happens(() => topicsShown[0]?.click());
  expect(topicsShown[0]?.getAttribute("aria-current")).toBe("page");
  const link = page.element.querySelector<HTMLElement>("a[data-topic=models]");
  await happens(() => link?.click());
  expect(shown()?.getAttribute("aria-label")).toBe("Models of your own");
  await page.leave();
});

const config = {
  examples: [{ name: "login", title: "Sign in", scale: 2 }],
  stacks: [{ id: "html-css" }],
} as unknown as Config;

const button = (element: HTMLElement, words: string) =>
  [...element.querySelectorAll<HTMLElement>("button")].find(
    (one) => one.textContent === words || one.getAttribute("aria-label") === words,
  );

test("the three steps stay away once they are put away", async () => {
  const first = await draw(<FirstSteps config={config} onHelp={() => undefined} />);
  expect(first.element.querySelectorAll("li")).toHaveLength(3);
  await happens(() => button(first.element, "Put the three steps away")?.click());
  expect(first.element.textContent).toBe("");
  await first.leave();
  const second = await draw(<FirstSteps config={config} onHelp={() => undefined} />);
  expect(second.element.textContent).toBe("");
  await second.leave();
});

test("the example is made by the built-in model, its follow-up already typed", async () => {
  vi.spyOn(api, "takeExample").mockResolvedValue({ id: "asset" } as Asset);
  const made = vi
    .spyOn(api, "createProject")
    .mockResolvedValue({ id: "project", runs: [{ id: "run" }] } as unknown as Project);
  const page = await draw(<FirstSteps config={config} onHelp={() => undefined} />);
  await happens(() => button(page.element, "Show me with an example")?.click());
  await vi.waitFor(() => expect(location.pathname).toBe("/p/project"));
  expect(made.mock.calls[0]?.[0]).toMatchObject({
    model: "draft",
    assets: [{ id: "asset", scale: 2 }],
  });
  expect(readKept("mockwright-message-run")).toBe("button green");
  await page.leave();
});

const step = { kind: "edit_by_hand" } as Step;
const made = { ...emptyView, state: "finished" as const, revisions: [revision(1, 0.9)] };

test("who is shown the example is told what to say, and then what came of it", async () => {
  keep(followUpKey("run"), true);
  const page = await draw(<FollowUpHint run={snapshot(emptyView)} active={false} />);
  expect(page.element.textContent).toBe("");
  await page.show(<FollowUpHint run={snapshot(made)} active />);
  expect(page.element.textContent).toBe("");
  await page.show(<FollowUpHint run={snapshot(made)} active={false} />);
  expect(page.element.textContent).toContain("Now say what to change.");
  await page.show(<FollowUpHint run={snapshot({ ...made, steps: [step] })} active={false} />);
  expect(page.element.textContent).toContain("That is a version of your own.");
  await happens(() => button(page.element, "Dismiss")?.click());
  expect(page.element.textContent).toBe("");
  expect(readKept(followUpKey("run"))).toBeNull();
  await page.leave();
});

test("nobody else is told", async () => {
  const page = await draw(<FollowUpHint run={snapshot(made)} active={false} />);
  expect(page.element.textContent).toBe("");
  await page.leave();
});
