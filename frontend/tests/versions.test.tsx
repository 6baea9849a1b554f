// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { Connections } from "../src/features/versions/Connections";
import { authorOf, originOf } from "../src/features/versions/authors";
import { changedFiles, countLines, textChange } from "../src/features/versions/changedFiles";
import VersionList from "../src/features/versions/VersionList";
import { emptyView, type RunView } from "../src/state/view";
import { draw, happens } from "./dom";
import { noVersions, revision, sha, snapshot } from "./kit";

const file = (path: string, letter: string) => ({ path, sha256: sha(letter), size: 1 });

test("the files that differ are those that are new, gone or other, pages first", () => {
  const before = [file("a.css", "a"), file("index.html", "b"), file("old.js", "c")];
  const after = [file("a.css", "d"), file("index.html", "b"), file("z.html", "e")];
  expect(changedFiles(before, after).map(({ path }) => path)).toEqual([
    "z.html",
    "a.css",
    "old.js",
  ]);
  expect(changedFiles(after, after)).toEqual([]);
});

test.each([
  ["a\nb\nc\n", "a\nB\nc\n", 1, 1],
  ["a\n", "a\nb\nc\n", 2, 0],
  ["a\nb\n", "", 0, 2],
  ["", "a\nb\n", 2, 0],
  ["same\n", "same\n", 0, 0],
])("lines of %j that become %j are counted", (before, after, added, removed) => {
  expect(countLines(before, after)).toEqual({ added, removed });
});

test("a picture has no lines", async () => {
  const read = vi.fn(() => Promise.resolve("text"));
  const change = { path: "a.png", before: file("a.png", "a"), after: file("a.png", "b") };
  expect((await textChange(change, read)).before).toBeNull();
  expect(read).not.toHaveBeenCalled();
  const added = { path: "b.css", before: null, after: file("b.css", "b") };
  expect(await textChange(added, read)).toMatchObject({ before: "", after: "text" });
});

test("who made a version, and from what", () => {
  const asked = {
    id: "endpoint",
    reads_words: true,
    settings: { model: "kimi" },
    prompt_version: "",
  };
  expect(authorOf({ ...revision(1, 1), author: "person" })).toBe("You");
  expect(authorOf(revision(1, 1))).toBe("Draft model");
  expect(authorOf({ ...revision(1, 1), model: asked })).toBe("kimi");
  const branch = { ...emptyView, branched_from: { run_id: "other", number: 4 } };
  expect(originOf(emptyView, revision(1, 1))).toBe("from the mockup");
  expect(originOf(branch, revision(1, 1))).toBe("branched from v4 of another try");
  expect(originOf(emptyView, { ...revision(3, 1), made_from: 2 })).toBe("from v2");
  expect(originOf(emptyView, { ...revision(3, 1), made_from: 1, restored: true })).toBe(
    "same as v1",
  );
  expect(originOf(emptyView, revision(3, 1))).toBe(""); // of before that was noted
});

const view: RunView = {
  ...emptyView,
  state: "finished",
  revisions: [revision(1, 0.5), { ...revision(2, 0.9), words: "button green" }, revision(3, 0.7)],
  best_revision: 2,
  result_revision: 3,
};

const list = (props: Partial<Parameters<typeof VersionList>[0]> = {}) => (
  <VersionList
    run={snapshot(view)}
    shown={revision(3, 0.7)}
    active={false}
    versions={noVersions()}
    onChoose={() => {}}
    onCompare={() => {}}
    onClose={() => {}}
    {...props}
  />
);
const words = (element: Element) =>
  [...element.querySelectorAll("li")].map((one) => one.textContent);

test("versions stand the newest first, with their words and marks", async () => {
  const page = await draw(list());
  const [third, second, first] = words(page.element);
  expect(third).toContain("v3");
  expect(third).toContain("result");
  expect(second).toContain("button green");
  expect(second).toContain("best match");
  expect(first).not.toContain("result");
  await page.leave();
});

test("the version on the stage offers what can be done with it and nothing that says nothing", async () => {
  const use = vi.fn();
  const branch = vi.fn();
  const versions = { ...noVersions(), use, branch, restore: vi.fn() };
  const names = (element: Element) =>
    [...element.querySelectorAll(".version-actions button")].map((one) => one.textContent);
  const page = await draw(list({ versions }));
  expect(names(page.element)).toEqual(["Branch", "Compare with v1", "Code changes", "About"]);
  await page.show(list({ versions, shown: revision(2, 0.9) }));
  const [first, second] = page.element.querySelectorAll<HTMLElement>(".version-actions button");
  expect([first?.textContent, second?.textContent]).toEqual(["Use this version", "Restore"]);
  await happens(() => first?.click());
  expect(use).toHaveBeenCalledWith(2);
  await page.leave();
});

test("while the run is at work the list says why nothing can be used", async () => {
  const page = await draw(list({ active: true, shown: revision(1, 0.5) }));
  expect(page.element.textContent).toContain("The run is at work.");
  const use = page.element.querySelector<HTMLButtonElement>(".version-actions button");
  expect(use?.disabled).toBe(true);
  await page.leave();
});

test.each([
  [{ requests: {} }, "nothing of this run left the service"],
  [{ requests: { "https://api.example": 3 } }, "https://api.example was asked 3 times"],
  [{ requests: {}, output_tokens: 5 }, "did not note whom it asked"],
])("connections are told as far as they are known", async (known, told) => {
  const page = await draw(<Connections view={{ ...view, ...known }} />);
  expect(page.element.textContent).toContain(told);
  await page.leave();
});
