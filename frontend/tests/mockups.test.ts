import { expect, test } from "vitest";
import type { MockupRef } from "../src/protocol/events";
import { pageFile, roleWords, shortName } from "../src/state/mockups";
import { sha } from "./kit";

const mockup = (role: MockupRef["role"], page: string | null = null): MockupRef => ({
  asset_id: "a",
  sha256: sha("a"),
  width: 780,
  height: 1688,
  scale: 2,
  role,
  page,
});

test.each([
  [mockup("page"), 0, "index.html", "page 1", ""],
  [mockup("page"), 1, "page-2.html", "page 2", ""],
  [undefined, 1, "page-2.html", "page 2", ""],
  [mockup("width", "index.html"), 1, "index.html", "390 px", "page 1 at another width"],
  [mockup("state", "page-3.html"), 2, "page-3.html", "state 3", "page 1 in another state"],
] as const)("a mockup is named by what it shows", (one, place, file, name, words) => {
  expect([pageFile(one, place), shortName(one, place), roleWords(one)]).toEqual([
    file,
    name,
    words,
  ]);
});
