import { expect, test } from "vitest";
import {
  blockedBecause,
  changeItems,
  readyItem,
  readyItems,
  refusalOf,
  type Item,
} from "../src/features/compose/items";
import type { Asset } from "../src/protocol/api";
import { sha } from "./kit";

const limits = { max_images: 2, max_bytes: 20 * 1024 * 1024, max_side: 8000, formats: ["PNG"] };
const asset = (id: string, scale = 1): Asset => ({
  id,
  sha256: sha("a"),
  name: `${id}.png`,
  width: 100,
  height: 100,
  format: "PNG",
  scale,
  notes: [],
  content_url: "",
  thumbnail_url: "",
});
const sending = (key: string): Item => ({
  key,
  name: key,
  file: null,
  upload: { state: "sending", share: 0 },
  scale: 1,
  role: "auto",
});
const ready = (key: string): Item => ({
  ...sending(key),
  upload: { state: "ready", asset: asset(key) },
});

test("the server's guess of the pixel ratio is preselected", () => {
  const [item] = changeItems([sending("a")], { do: "ready", key: "a", asset: asset("a", 2) });
  expect(item?.scale).toBe(2);
});

test("the chosen pixel ratio is what is sent", () => {
  const items = changeItems([ready("a")], { do: "scale", key: "a", scale: 3 });
  expect(readyItems(items)).toEqual([{ asset: asset("a"), scale: 3, role: "auto" }]);
});

test("mockups are sent in the order they stand", () => {
  const items = changeItems([ready("a"), ready("b"), ready("c")], { do: "move", key: "c", by: -1 });
  expect(readyItems(items).map((one) => one.asset.id)).toEqual(["a", "c", "b"]);
});

test("the first mockup cannot move further up", () => {
  const items = [ready("a"), ready("b")];
  expect(changeItems(items, { do: "move", key: "a", by: -1 })).toEqual(items);
});

test("a refused file leaves the others as they were", () => {
  const items = changeItems([ready("a"), sending("b")], {
    do: "refuse",
    key: "b",
    reason: "Not a picture.",
    hint: "",
    retry: false,
  });
  expect(readyItems(items)).toHaveLength(1);
  expect(blockedBecause(items)).toBeNull();
});

test("an upload under way holds Generate back", () => {
  expect(blockedBecause([ready("a"), sending("b")])).toBe("Waiting for the upload");
});

test("an empty composer says what is missing", () => {
  expect(blockedBecause([])).toBe("Add a mockup first");
});

test.each([
  [{ size: 0 }, 0, "empty"],
  [{ size: 100 * 1024 * 1024 }, 0, "100 MB"],
  [{ size: 10 }, 2, "up to two images"],
])("a file that cannot be taken is refused before it is sent", (file, taken, words) => {
  expect(refusalOf(file, taken, limits)?.reason).toContain(words);
});

test("a file within the limits is sent", () => {
  expect(refusalOf({ size: 20 * 1024 * 1024 }, 1, limits)).toBeNull();
});

test("what a mockup shows is chosen by the person and sent along", () => {
  const items = changeItems([ready("a"), ready("b")], { do: "role", key: "b", role: "width" });
  expect(readyItems(items).map(({ role }) => role)).toEqual(["auto", "width"]);
});

test("the pages of a PDF stand behind its first, and those without room are refused", () => {
  const pages = [2, 3].map((number) => readyItem(`p${number}`, asset(`page ${number}`)));
  const room = { ...limits, max_images: 3 };
  const items = changeItems([ready("pdf"), ready("b")], {
    do: "pages",
    key: "pdf",
    items: pages,
    limits: room,
  });
  expect(items.map(({ key }) => key)).toEqual(["pdf", "p2", "p3", "b"]);
  expect(items.map(({ upload }) => upload.state)).toEqual(["ready", "ready", "refused", "ready"]);
});

test("a PDF that was removed brings no pages", () => {
  const pages = [readyItem("p2", asset("page 2"))];
  expect(changeItems([ready("b")], { do: "pages", key: "pdf", items: pages, limits })).toEqual([
    ready("b"),
  ]);
});
