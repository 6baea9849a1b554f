import { expect, test } from "vitest";
import { withEdit } from "../src/state/edits";

const edit = (path: string, text: string, revision = 3, newest = 5) => ({
  revision,
  newest,
  path,
  text,
  saved: `saved ${path}`,
});

test("edits of several files are kept together", () => {
  const first = withEdit(null, edit("index.html", "one"));
  expect(withEdit(first, edit("style.css", "two"))).toEqual({
    revision: 3,
    newest: 5,
    files: { "index.html": "one", "style.css": "two" },
  });
});

test("a file that is written as it was is not edited", () => {
  const first = withEdit(null, edit("index.html", "one"));
  const both = withEdit(first, edit("style.css", "two"));
  expect(withEdit(both, edit("style.css", "saved style.css"))).toEqual(first);
  expect(withEdit(first, edit("index.html", "saved index.html"))).toBeNull();
});

test("edits are of one revision", () => {
  const first = withEdit(null, edit("index.html", "one"));
  expect(withEdit(first, edit("style.css", "two", 4, 6))).toEqual({
    revision: 4,
    newest: 6,
    files: { "style.css": "two" },
  });
});

test("what was made since the first letter stays known", () => {
  const first = withEdit(null, edit("index.html", "one"));
  expect(withEdit(first, edit("index.html", "two", 3, 6))?.newest).toBe(5);
});
