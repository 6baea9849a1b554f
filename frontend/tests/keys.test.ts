import { expect, test } from "vitest";
import { commandFor, KEY_LIST } from "../src/state/keys";

const press = (
  key: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", true>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test.each([
  ["p", "tab-preview"],
  ["C", "tab-compare"],
  ["d", "tab-code"],
  ["[", "revision-previous"],
  ["]", "revision-next"],
  ["3", "mode-3"],
  ["?", "help"],
  ["Escape", "escape"],
  ["0", "zoom-fit"],
])("%s means %s", (key, command) => {
  expect(commandFor(press(key), false)).toBe(command);
});

test("Ctrl and ⌘ with Enter generate, even while typing", () => {
  expect(commandFor(press("Enter", { ctrlKey: true }), true)).toBe("generate");
  expect(commandFor(press("Enter", { metaKey: true }), true)).toBe("generate");
});

test("letters are letters while typing", () => {
  expect(commandFor(press("c"), true)).toBeNull();
  expect(commandFor(press("?"), true)).toBeNull();
});

test("the browser's own shortcuts stay its own", () => {
  expect(commandFor(press("c", { ctrlKey: true }), false)).toBeNull();
  expect(commandFor(press("p", { metaKey: true }), false)).toBeNull();
  expect(commandFor(press("d", { altKey: true }), false)).toBeNull();
});

test("each single key that the overlay lists does something", () => {
  const single = KEY_LIST.filter(({ keys }) => !keys.includes("⌘ / Ctrl")); // the editor's own
  const listed = single
    .flatMap(({ keys }) => keys)
    .filter((key) => key.length === 1 && !"…←→↑↓".includes(key));
  for (const key of listed)
    expect(commandFor(press(key === "−" ? "-" : key), false), key).not.toBeNull();
});

test("Ctrl or ⌘ with Z undoes and with Shift redoes, but not while typing", () => {
  expect(commandFor(press("z", { ctrlKey: true }), false)).toBe("undo");
  expect(commandFor(press("Z", { metaKey: true, shiftKey: true }), false)).toBe("redo");
  expect(commandFor(press("z", { ctrlKey: true }), true)).toBeNull();
  expect(commandFor(press("z"), false)).toBeNull();
});
