import { expect, test, vi } from "vitest";
import { newWord, offeredPort, parseTold } from "../src/features/select/picker";

const rect = { x: 1, y: 2, width: 3, height: 4 };
const element = { selector: "main > p", tag: "p", text: "Hello", rect };

test("a word is new each time and one that the server takes", () => {
  const words = new Set(Array.from({ length: 50 }, newWord));
  expect(words.size).toBe(50);
  for (const word of words) expect(word).toMatch(/^[\w-]{22,64}$/);
});

test("what is pointed at and selected is told", () => {
  expect(parseTold({ type: "hover", ...element })).toEqual({ type: "hover", element });
  expect(parseTold({ type: "select", ...element })).toEqual({ type: "select", element });
  expect(parseTold({ type: "select" })).toEqual({ type: "select", element: null });
  expect(parseTold({ type: "moved", ...element })).toEqual({ type: "moved", element });
  expect(parseTold({ type: "escape" })).toEqual({ type: "escape" });
});

test("what else comes from a page is cut, or not heard", () => {
  const long = parseTold({ ...element, type: "select", text: "a".repeat(999), more: "x" });
  expect(long).toEqual({ type: "select", element: { ...element, text: "a".repeat(80) } });
  for (const told of [
    null,
    "select",
    {},
    { type: "run", ...element },
    { type: "select", ...element, selector: "" },
    { type: "select", ...element, selector: "a".repeat(2001) },
    { type: "select", ...element, selector: ["p"] },
    { type: "select", ...element, tag: 1 },
    { type: "select", ...element, text: null },
    { type: "select", ...element, rect: null },
    { type: "select", ...element, rect: { ...rect, x: Infinity } },
    { type: "select", ...element, rect: { ...rect, height: "4" } },
  ])
    expect(parseTold(told)).toBeNull();
});

test("the channel is taken from the frame that knows the word, and from no other", () => {
  const frame = {} as Window;
  const { port1: port } = new MessageChannel();
  const event = (data: unknown, source: unknown, ports: unknown[] = [port]) =>
    ({ data, source, ports }) as unknown as MessageEvent;
  expect(offeredPort(event({ picker: "word" }, frame), frame, "word")).toBe(port);
  expect(offeredPort(event({ picker: "other" }, frame), frame, "word")).toBeNull();
  expect(offeredPort(event({ picker: "word" }, vi.fn()), frame, "word")).toBeNull();
  expect(offeredPort(event({ picker: "word" }, null), null, "word")).toBeNull();
  expect(offeredPort(event("word", frame), frame, "word")).toBeNull();
  expect(offeredPort(event({ picker: "word" }, frame, []), frame, "word")).toBeNull();
});
