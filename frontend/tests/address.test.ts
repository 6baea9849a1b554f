import { expect, test } from "vitest";
import { parseStudio, studioSearch } from "../src/state/address";

test("what is shown is in the address and read from it again", () => {
  const shown = {
    tab: "code",
    version: 3,
    element: { page: "index.html", selector: "main > p:nth-of-type(2)" },
  } as const;
  const search = studioSearch("?run=a", shown);
  expect(parseStudio(search)).toEqual(shown);
  expect(new URLSearchParams(search).get("run")).toBe("a");
});

test("what is as it would be anyway is not", () => {
  const plain = { tab: "preview", version: null, element: null } as const;
  expect(studioSearch("", plain)).toBe("");
  expect(studioSearch("?tab=code&v=2&page=a&select=b&run=c", plain)).toBe("?run=c");
});

test("what is no version, tab or element is left out", () => {
  for (const search of ["?v=0", "?v=x", "?v=1.5", "?tab=all", "?select=p", "?page=index.html"])
    expect(parseStudio(search)).toEqual({ tab: "preview", version: null, element: null });
});
