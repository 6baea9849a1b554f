// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { Activity } from "../src/features/timeline/Activity";
import { Preview } from "../src/features/preview/Preview";
import type { Project } from "../src/protocol/api";
import type { Rect } from "../src/protocol/events";
import { foundWords } from "../src/state/found";
import { emptyView, type Found, type RunView } from "../src/state/view";
import { draw } from "./dom";
import { noInspector, noSelection, sha, snapshot } from "./kit";

const rect = (y: number): Rect => ({ x: 10, y, width: 100, height: 20 });
const rects = (count: number) => Array.from({ length: count }, (_, place) => rect(30 * place));
const found = (changes: Partial<Found> = {}): Found => ({
  mockup_index: 0,
  complete: true,
  texts: [],
  boxes: [],
  rules: [],
  pictures: [],
  ...changes,
});

test("what is found is counted in words, and nothing is said of what there is none of", () => {
  const all = found({ texts: rects(24), boxes: rects(6), rules: rects(1), pictures: rects(2) });
  expect(foundWords([all])).toBe("Found 24 pieces of text, 6 boxes, 1 line and 2 pictures.");
  expect(foundWords([found({ boxes: rects(1) })])).toBe("Found 1 box.");
  expect(foundWords([found()])).toBe("Found an empty page.");
  expect(foundWords([])).toBe("");
});

test("as long as a mockup is read, it says so", () => {
  const reading = found({ complete: false, texts: rects(2) });
  expect(foundWords([reading])).toBe("Found 2 pieces of text. Reading on…");
  expect(foundWords([found({ texts: rects(1), pictures: rects(1) }), reading])).toBe(
    "Found 3 pieces of text and 1 picture. Reading on…",
  );
  expect(foundWords([found({ complete: false })])).toBe("Found no text yet. Reading on…");
});

const project: Project = {
  id: "project",
  name: "Two mockups",
  created_at: "2026-01-01T00:00:00Z",
  archived: false,
  assets: ["one", "two"].map((name) => ({
    id: name,
    name,
    width: 800,
    height: 600,
    scale: 2,
    content_url: `/api/assets/${name}/content`,
    thumbnail_url: "",
    sha256: sha("a"),
    format: "png",
    notes: [],
    role: "auto",
    is_own: false,
  })),
  references: [],
  recording_id: null,
  runs: [],
};
const running: RunView = {
  ...emptyView,
  state: "running",
  mockups: ["one", "two"].map((asset_id) => ({
    asset_id,
    sha256: sha("a"),
    width: 800,
    height: 600,
    scale: 2,
    role: "page",
    page: null,
  })),
};

async function shown(view: RunView, page = 0) {
  const drawn = await draw(
    <Preview
      tabs={null}
      pages={null}
      project={project}
      run={snapshot(view)}
      shown={null}
      page={page}
      status={{ tone: "working", text: "Looking at the mockup", hint: "", action: "stop" }}
      look={{ width: "mockup", zoom: "fit", scripts: false }}
      onLook={vi.fn()}
      selection={noSelection()}
      inspector={noInspector()}
      onSelecting={vi.fn()}
      onLine={vi.fn()}
    />,
  );
  const outlines = drawn.element.querySelector("svg.found");
  return {
    size: outlines?.getAttribute("viewBox"),
    counts: Object.fromEntries(
      ["text", "box", "rule", "picture"].map((kind) => [
        kind,
        outlines?.querySelectorAll(`.found-${kind}`).length ?? 0,
      ]),
    ),
    read: outlines?.querySelectorAll(".read").length ?? 0,
    words: drawn.element.querySelector('[role="status"]')?.textContent,
    leave: drawn.leave,
  };
}

test("what is found is outlined on its own mockup, in its CSS pixels", async () => {
  const one = found({ texts: rects(3), boxes: rects(2), rules: rects(1), pictures: rects(1) });
  const view = { ...running, found: [one] };
  const first = await shown(view);
  expect(first.size).toBe("0 0 400 300");
  expect(first.counts).toEqual({ text: 3, box: 2, rule: 1, picture: 1 });
  expect(first.read).toBe(3);
  expect(first.words).toContain("Found 3 pieces of text, 2 boxes, 1 line and 1 picture.");
  await first.leave();
  const second = await shown(view, 1);
  expect(second.size).toBeUndefined();
  expect(second.words).toContain("The first version appears here.");
  await second.leave();
});

test("text that is not read yet looks different, and the same place is drawn once", async () => {
  const twice = found({ complete: false, texts: [rect(0), rect(0), rect(30)] });
  const reading = await shown({ ...running, found: [twice] });
  expect(reading.counts).toMatchObject({ text: 2 });
  expect(reading.read).toBe(0);
  await reading.leave();
});

test("the outlines go where a render takes the mockup's place", async () => {
  const rendered: RunView["steps"][number] = {
    id: "a",
    kind: "render",
    agent: "main",
    state: "done",
    started_at: "2026-01-01T00:00:00Z",
    seconds: 1,
    arguments: '{"page": "index.html"}',
    text: "",
    screenshot: { kind: "image", sha256: sha("b"), width: 800, height: 600 },
    score: null,
    problems: [],
    selection: null,
  };
  const view = { ...running, found: [found({ texts: rects(1) })], steps: [rendered] };
  const page = await shown(view);
  expect(page.counts).toMatchObject({ text: 0 });
  await page.leave();
});

test("before the first step the activity says what is found", async () => {
  const view = { ...running, found: [found({ boxes: rects(2) })] };
  const page = await draw(
    <Activity run={snapshot(view)} runs={[]} models={[]} references="" waiting={[]} footer={null}>
      {null}
    </Activity>,
  );
  expect(page.element.textContent).toContain("Found 2 boxes.");
  await page.leave();
});
