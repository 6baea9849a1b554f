// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { useViewport } from "../src/features/compare/useViewport";
import { MockupTile } from "../src/features/compose/MockupTile";
import { CopyButton } from "../src/features/files/Code";
import { ModelNote } from "../src/features/compose/ModelNote";
import { PlanList } from "../src/features/timeline/PlanList";
import { Stage, type StageProps } from "../src/features/studio/Stage";
import type { ModelOption } from "../src/protocol/api";
import { ApiError } from "../src/protocol/client";
import type { Envelope, RegionScore, Score } from "../src/protocol/events";
import { reduce } from "../src/state/reduce";
import { emptyView, type ViewRevision } from "../src/state/view";
import { IconLink } from "../src/ui/Button";
import { Failure } from "../src/ui/Failure";
import { draw, happens } from "./dom";
import { Segments, Tabs } from "../src/ui/Tabs";
import { difference, noInspector, noSelection, noVersions, revision, sha, snapshot } from "./kit";

afterEach(() => vi.unstubAllGlobals());

const one = <Found extends HTMLElement>(element: HTMLElement, selector: string): Found => {
  const found = element.querySelector<Found>(selector);
  if (!found) throw new Error(`Nothing is ${selector}`);
  return found;
};

test("a copy says where there is no clipboard, and then offers itself again", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { userAgent: "" }); // as over plain HTTP
  const page = await draw(<CopyButton text="code" />);
  const button = one(page.element, "button");
  await happens(() => button.click());
  expect(button.textContent).toBe("Not allowed here");
  await happens(() => vi.runAllTimers());
  expect(button.textContent).toBe("Copy");
  await page.leave();
  vi.useRealTimers();
});

test("the picture of a file is let go with its tile", async () => {
  const made = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:one");
  const gone = vi.spyOn(URL, "revokeObjectURL");
  const item = {
    key: "1",
    name: "one.png",
    file: new File(["picture"], "one.png"),
    upload: { state: "sending", share: 0 } as const,
    scale: 1,
    role: "auto" as const,
  };
  const rest = { place: 0, total: 1, change: vi.fn(), onRemove: vi.fn(), onRetry: null };
  const page = await draw(<MockupTile item={item} {...rest} />);
  await page.show(
    <MockupTile item={{ ...item, upload: { state: "sending", share: 0.5 } }} {...rest} />,
  );
  expect(one<HTMLImageElement>(page.element, "img").src).toBe("blob:one");
  expect(made).toHaveBeenCalledOnce();
  expect(gone).not.toHaveBeenCalled();
  await page.leave();
  expect(gone).toHaveBeenCalledExactlyOnceWith("blob:one");
});

function Pane() {
  const [{ view, paneRef }, stageRef] = useViewport({ width: 100, height: 10_000 }, false);
  return (
    <div ref={stageRef}>
      <div className="pane" ref={paneRef}>
        {view.y}
      </div>
    </div>
  );
}

test("a page moves with a held pointer, and not with one that was let go unseen", async () => {
  const page = await draw(<Pane />);
  const pane = one(page.element, ".pane");
  pane.setPointerCapture = vi.fn();
  const pointer = (type: string, clientY: number, buttons: number) =>
    happens(() =>
      pane.dispatchEvent(
        new PointerEvent(type, { bubbles: true, pointerId: 1, isPrimary: true, clientY, buttons }),
      ),
    );
  await pointer("pointerdown", 500, 1); // at the least zoom a pixel of the screen is ten of the page
  await pointer("pointermove", 400, 1);
  expect(pane.textContent).toBe("1000");
  await pointer("pointermove", 300, 0); // no pointerup came: it happened elsewhere
  await pointer("pointermove", 200, 0);
  expect(pane.textContent).toBe("1000");
  await page.leave();
});

const picture = { kind: "image", sha256: sha("a"), width: 10, height: 10 } as const;
const region: RegionScore = {
  name: "header",
  rect: { x: 0, y: 0, width: 10, height: 10 },
  score: 0.991,
};

/** A revision of one page with what its score tells. */
function told(number: number, total: number, tells: Partial<Score>): ViewRevision {
  const plain = revision(number, total);
  const result = { mockup_index: 0, page: "index.html", screenshot: picture, heat_map: picture };
  return { ...plain, pages: [{ ...result, score: { ...plain.score, ...tells } }] };
}

const stage = (...revisions: ViewRevision[]): StageProps => ({
  project: {
    id: "p",
    name: "Page",
    created_at: "",
    archived: false,
    assets: [],
    references: [],
    recording_id: null,
    runs: [],
  },
  run: snapshot({ ...emptyView, revisions, best_revision: 1 }),
  shown: revisions[0] ?? null,
  page: 0,
  onPage: () => {},
  status: { tone: "working", text: "", hint: "", action: "stop" },
  selection: noSelection(),
  inspector: noInspector(),
  onSelecting: vi.fn(),
  tab: "compare",
  onTab: vi.fn(),
  versions: noVersions(),
  onChoose: vi.fn(),
  editing: {
    edits: null,
    active: true,
    saving: false,
    error: null,
    change: vi.fn(),
    discard: vi.fn(),
    save: vi.fn(),
    onChoose: vi.fn(),
  },
});

test("the outline of a region goes with the revision that it is of", async () => {
  const revisions = [told(1, 0.5, { regions: [region] }), told(2, 0.5, {})];
  const props = stage(...revisions);
  const page = await draw(<Stage {...props} />);
  await happens(() => one(page.element, ".region").focus());
  expect(page.element.querySelectorAll(".outline")).toHaveLength(2);
  await page.show(<Stage {...props} shown={revisions[1] ?? null} />);
  expect(page.element.querySelectorAll(".outline")).toHaveLength(0);
  await page.leave();
});

test("differences have names, the worst first, and the rest of many is a press away", async () => {
  const differences = Array.from({ length: 8 }, (_, place) =>
    difference({ item: `text ‘${place}’`, expected: "34 px", got: "18 px" }),
  );
  const props = stage(told(1, 0.5, { differences, regions: [region] }));
  const page = await draw(<Stage {...props} />);
  const chips = () => [...page.element.querySelectorAll<HTMLElement>(".differences .region")];
  expect(chips().map((chip) => chip.textContent)).toEqual(
    [0, 1, 2, 3, 4, 5].map((place) => `‘${place}’ size 18 px, mockup 34 px`),
  );
  expect(page.element.textContent).not.toContain("header");
  const rest = one(page.element, ".show-all");
  expect([rest.textContent, rest.getAttribute("aria-expanded")]).toEqual(["Show all 8", "false"]);
  await happens(() => rest.click());
  expect(chips()).toHaveLength(8);
  expect([rest.textContent, rest.getAttribute("aria-expanded")]).toEqual(["Show fewer", "true"]);
  await page.leave();
});

test("a chosen difference opens the comparison and tells its element", async () => {
  const chosen = difference({ item: "text ‘$9’", selector: ".price > b", cost: 0.02 });
  const props = stage(told(1, 0.5, { differences: [chosen] }), told(2, 0.4, {}));
  const page = await draw(<Stage {...props} tab="preview" />);
  const detail = () => one(page.element, ".difference-detail").textContent;
  expect(page.element.querySelector(".show-all")).toBeNull();
  expect(detail()).not.toContain(".price > b");
  await happens(() => one(page.element, ".region").click());
  expect(props.onTab).toHaveBeenCalledExactlyOnceWith("compare");
  expect(one(page.element, ".region").getAttribute("aria-pressed")).toBe("true");
  expect(detail()).toBe("‘$9’ size differs · costs 2.0 points · drawn by .price > b");
  await page.leave();
});

test("lines of the page on the stage that could not be read are told below its score", async () => {
  const page = await draw(<Stage {...stage(told(1, 0.5, { unread_lines: 2 }))} />);
  expect(one(page.element, ".unread-lines").textContent).toContain("2 lines could not be read");
  await page.show(<Stage {...stage(told(1, 0.5, {}))} />);
  expect(page.element.querySelector(".unread-lines")).toBeNull();
  await page.leave();
});

test("a record without differences keeps its worst regions, in percent", async () => {
  const page = await draw(<Stage {...stage(told(1, 0.5, { regions: [region] }))} />);
  expect(one(page.element, "[aria-label='Worst regions']").textContent).toBe("header 99.1\u00a0%");
  await page.leave();
});

test("a recorded run of before the differences is drawn", async () => {
  const file = `${import.meta.dirname}/../../tests/data/recorded/draft-sign-in.json`;
  const record = JSON.parse(readFileSync(file, "utf8")) as { envelopes: Envelope[] };
  const view = record.envelopes.reduce(reduce, emptyView);
  const shown = view.revisions.at(-1) ?? null;
  const page = await draw(<Stage {...stage()} run={snapshot(view)} shown={shown} />);
  expect(one(page.element, ".score-strip").textContent).toContain("score99.8\u00a0%");
  await page.leave();
});

test("what a person changed themselves is called neither better nor worse", async () => {
  const revisions = [told(1, 0.981, {}), { ...told(2, 0.977, {}), author: "person" as const }];
  const page = await draw(<Stage {...stage(...revisions)} shown={revisions[1] ?? null} />);
  const change = one(page.element, ".change.same");
  expect(change.textContent).toContain("−0.4 against v1");
  expect(one(change, ".unseen").textContent).toBe(
    "0.4 points further from the mockup than revision 1",
  );
  await page.leave();
});

test("a revision that got worse says so, and tells on demand what the number means", async () => {
  const revisions = [told(1, 0.981, {}), told(2, 0.977, {})];
  const page = await draw(<Stage {...stage(...revisions)} shown={revisions[1] ?? null} />);
  const change = one(page.element, ".change.worse");
  expect(change.textContent).toContain("−0.4 worse than v1");
  expect(one(change, ".unseen").textContent).toBe("0.4 points worse than revision 1");
  expect(page.element.querySelector(".best-mark")).toBeNull();
  const about = one(page.element, "[aria-label='About this score']");
  await happens(() => about.click());
  const words = one(page.element, "[role=dialog]");
  expect(document.activeElement).toBe(words);
  expect(words.textContent).toContain("below 92\u00a0% a person sees a difference");
  expect(words.textContent).toContain("Revision 1 is the best so far");
  const escape = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
  await happens(() => words.dispatchEvent(escape));
  expect(page.element.querySelector("[role=dialog]")).toBeNull();
  expect(document.activeElement).toBe(about);
  await happens(() => about.click());
  await happens(() => document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));
  expect(page.element.querySelector("[role=dialog]")).toBeNull();
  await page.leave();
});

test("the best of several is marked where it is shown", async () => {
  const page = await draw(<Stage {...stage(told(1, 0.981, {}), told(2, 0.977, {}))} />);
  expect(one(page.element, ".best-mark").title).toContain("highest score of 2 revisions");
  expect(one(page.element, ".sparkline button:last-child").getAttribute("aria-label")).toBe(
    "Revision 2, score 97.7\u00a0%, worse than the one before",
  );
  await page.leave();
});

test("arrows select along a row, around its ends; down and up only in a radio group", async () => {
  const names = [
    { name: "a", label: "A" },
    { name: "b", label: "B" },
  ] as const;
  const select = vi.fn();
  const page = await draw(
    <>
      <Tabs label="Tabs" tabs={names} selected="a" onSelect={select} panelId="panel" />
      <Segments label="Segments" options={names} selected="b" onSelect={select} />
    </>,
  );
  const press = async (role: string, key: string) => {
    select.mockClear();
    const row = one(page.element, `[role=${role}]`);
    await happens(() => row.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
    return select.mock.lastCall?.[0] as unknown;
  };
  expect(await press("tablist", "ArrowLeft")).toBe("b");
  expect(document.activeElement?.textContent).toBe("B");
  expect(await press("tablist", "ArrowDown")).toBeUndefined();
  expect(await press("radiogroup", "ArrowDown")).toBe("a");
  expect(document.activeElement?.getAttribute("role")).toBe("radio");
  await page.leave();
});

test("a link is a link once it has an address, and until then nothing that can be pressed", async () => {
  const page = await draw(<IconLink icon="download" label="Download" href={undefined} />);
  expect(page.element.querySelector("a")).toBeNull();
  expect(one<HTMLButtonElement>(page.element, "button[aria-label=Download]").disabled).toBe(true);
  await page.show(<IconLink icon="download" label="Download" href="/zip" download />);
  expect(one<HTMLAnchorElement>(page.element, "a[aria-label=Download]").download).toBe("");
  expect(page.element.querySelector("button")).toBeNull();
  await page.leave();
});

test("a plan shows how far it is, and folds once all is done", async () => {
  const steps = [
    { text: "Hero", state: "done" },
    { text: "Cards", state: "doing" },
  ] as const;
  const page = await draw(<PlanList steps={steps} />);
  const plan = () => one<HTMLDetailsElement>(page.element, "details");
  expect(plan().textContent).toContain("1 of 2 done");
  expect(plan().open).toBe(true);
  const marks = [...plan().querySelectorAll("[role=img]")].map((mark) =>
    mark.getAttribute("aria-label"),
  );
  expect(marks).toEqual(["done", "under way"]);
  await page.show(<PlanList steps={steps.map(({ text }) => ({ text, state: "done" }))} />);
  expect(plan().open).toBe(false);
  await page.show(<PlanList steps={[]} />);
  expect(page.element.querySelector("details")).toBeNull();
  await page.leave();
});

test("a score says what it was not measured by", async () => {
  const dark = { reason: "A dark page", mockup_index: 0, aspect: "colours", region: null } as const;
  const page = await draw(<Stage {...stage({ ...told(1, 0.9, {}), without: [dark] })} />);
  expect(page.element.textContent).toContain("meant to differ: A dark page");
  await page.show(<Stage {...stage(told(1, 0.9, {}))} />);
  expect(page.element.textContent).not.toContain("meant to differ");
  await page.leave();
});

test("a model that reads words and cannot do the work is marked beside the composer", async () => {
  const can = { reads_pictures: true, reads_words: true, uses_tools: true };
  const named = { id: "m", label: "M", device: "", context_tokens: null, note: "Mine" };
  const known = { ...named, deterministic: false };
  const card: ModelOption = { ...known, ...can, state: "ready", silent_since: null };
  const page = await draw(<ModelNote card={card} prompt="" hasReferences={false} />);
  const marked = () => one(page.element, ".model-note").classList.contains("marked");
  expect(marked()).toBe(false);
  await page.show(
    <ModelNote card={{ ...card, reads_pictures: false }} prompt="" hasReferences={false} />,
  );
  expect(marked()).toBe(true);
  await page.show(
    <ModelNote card={{ ...card, uses_tools: false }} prompt="" hasReferences={false} />,
  );
  expect(marked()).toBe(true);
  await page.leave();
});

test("where there is nothing a person is led away, and what failed is tried again", async () => {
  const answer = (status: number) =>
    new ApiError("not_found", "Nothing is here.", "Go back.", status);
  const retry = vi.fn();
  const page = await draw(<Failure error={answer(404)} onRetry={retry} />);
  expect(page.element.querySelector("button")).toBeNull();
  expect(page.element.querySelector("a")?.getAttribute("href")).toBe("/projects");
  await page.show(<Failure error={answer(503)} onRetry={retry} />);
  await happens(() => page.element.querySelector("button")?.click());
  expect(retry).toHaveBeenCalledOnce();
  await page.leave();
});
