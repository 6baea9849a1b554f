import { expect, test } from "vitest";
import { mainFile, shownFiles } from "../src/features/files/shown";
import { nothingLive } from "../src/state/live";
import { emptyView, type RunView, type ViewRevision } from "../src/state/view";
import { revision, sha, snapshot } from "./kit";

const file = (letter: string) => ({ path: "index.html", sha256: sha(letter), size: 10 });
const first: ViewRevision = { ...revision(1, 0.5), files: [file("a")] };
const second: ViewRevision = { ...revision(2, 0.6), files: [file("b")] };
const third: ViewRevision = { ...revision(3, 0.7), files: [file("c")] };
const view: RunView = {
  ...emptyView,
  files: [{ file: file("c"), changed: [{ first: 1, last: 2 }] }],
  revisions: [first, second, third],
};

test("an older revision shows its own files, against the revision before", () => {
  expect(shownFiles(snapshot(view), second)).toMatchObject([
    { file: file("b"), earlier: file("a"), textSoFar: null },
  ]);
});

test("the newest revision shows the work as it stands", () => {
  const writing = { ...snapshot(view), live: { ...nothingLive, files: { "app.js": "let" } } };
  expect(shownFiles(writing, third)).toMatchObject([
    { path: "index.html", changed: [{ first: 1, last: 2 }], textSoFar: null },
    { path: "app.js", file: null, textSoFar: "let" },
  ]);
});

test("the lines to show do not change while nothing about the file does", () => {
  const changed = () => shownFiles(snapshot(view), second)[0]?.changed;
  expect(changed()).toBe(changed()); // a new list would scroll the code back to its first change
});

test("of a project in components the root is read first, else the largest of them", () => {
  const listed = (...paths: string[]) => {
    const files = paths.map((path, place) => ({ path, sha256: sha("a"), size: 10 + place }));
    const project: ViewRevision = { ...revision(1, 0.5), files };
    return mainFile(shownFiles(snapshot({ ...view, revisions: [project, second] }), project));
  };
  const around = ["index.html", "package.json", "vite.config.ts", "src/main.tsx"];
  expect(listed(...around, "src/App.tsx", "src/Card.tsx")?.path).toBe("src/App.tsx");
  expect(listed(...around, "src/App.vue", "src/App.test.tsx")?.path).toBe("src/App.vue");
  expect(listed(...around, "src/Home.jsx")?.path).toBe("src/Home.jsx");
  expect(listed("index.html", "style.css", "script.js")?.path).toBe("index.html");
  expect(listed()).toBeNull();
});
