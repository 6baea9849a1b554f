// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { holdsWords } from "../src/state/inbox";

const copied = (text: string, ...names: string[]) =>
  ({
    getData: (type: string) => (type === "text/plain" ? text : ""),
    files: names.map((name) => new File(["x"], name)),
  }) as unknown as DataTransfer;

test.each([
  ["cells of a table", copied("Header\t#1d4ed8\nText\tblack", "image.png"), true],
  ["one cell", copied("Header", "image.png"), true],
  ["a picture alone", copied("", "image.png"), false],
  ["blanks beside a picture", copied(" \n", "image.png"), false],
  ["a file by its name", copied("shot.png", "shot.png"), false],
  ["a file by its path", copied("/home/me/shot.png", "shot.png"), false],
  ["words that end with a file's name", copied("as in\nshot.png", "shot.png"), true],
])("%s: words or not", (_, data, words) => {
  expect(holdsWords(data)).toBe(words);
});
