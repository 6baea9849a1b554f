// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { useItems } from "../src/features/compose/useItems";
import { useLoaded, useNow } from "../src/ui/hooks";
import { happens, run } from "./dom";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A question whose answer the test gives. */
function question() {
  let answer: (text: string) => void = () => {};
  let refuse: (error: Error) => void = () => {};
  const given = new Promise<string>((resolve, reject) => {
    answer = resolve;
    refuse = reject;
  });
  return { ask: () => given, answer, refuse };
}

test("an answer to an older question is dropped", async () => {
  const [first, second] = [question(), question()];
  const hook = await run(() => useLoaded("first", first.ask));
  await hook.again(() => useLoaded("second", second.ask));
  await happens(() => second.answer("new"));
  await happens(() => first.answer("old"));
  expect(hook.latest()[0]).toEqual({ state: "ready", data: "new" });
});

test("what was loaded stays until the next is there", async () => {
  const [first, second] = [question(), question()];
  const hook = await run(() => useLoaded("first", first.ask));
  await happens(() => first.answer("one"));
  await hook.again(() => useLoaded("second", second.ask));
  expect(hook.latest()[0]).toEqual({ state: "ready", data: "one" });
  await happens(() => second.answer("two"));
  expect(hook.latest()[0]).toEqual({ state: "ready", data: "two" });
});

test("a failure is told until it is tried again", async () => {
  const [first, second] = [question(), question()];
  const ask = vi.fn(first.ask);
  const hook = await run(() => useLoaded("key", ask));
  await happens(() => first.refuse(new Error("away")));
  expect(hook.latest()[0]).toEqual({ state: "failed", error: new Error("away") });
  ask.mockImplementation(second.ask);
  await happens(hook.latest()[1]);
  expect(hook.latest()[0]).toEqual({ state: "loading" });
  await happens(() => second.answer("here"));
  expect(hook.latest()[0]).toEqual({ state: "ready", data: "here" });
});

test("a clock goes on while it is asked to, and is right when it starts again", async () => {
  vi.useFakeTimers({ now: 10_000 });
  const hook = await run(() => useNow(1000));
  await happens(() => vi.advanceTimersByTime(2000));
  expect(hook.latest()).toBe(12_000);
  await hook.again(() => useNow(null));
  await happens(() => vi.advanceTimersByTime(5000));
  expect(hook.latest()).toBe(12_000);
  expect(vi.getTimerCount()).toBe(0);
  await hook.again(() => useNow(1000));
  expect(hook.latest()).toBe(17_000);
});

test("uploads end with the page that waits for them", async () => {
  const abort = vi.fn();
  class Request {
    upload = {};
    open = vi.fn();
    send = vi.fn();
    abort = abort;
  }
  vi.stubGlobal("XMLHttpRequest", Request);
  const limits = { max_images: 5, max_bytes: 1000, max_side: 1000, formats: ["PNG"] };
  const hook = await run(() => useItems(limits));
  await happens(() => hook.latest().addFiles([new File(["picture"], "one.png")]));
  expect(hook.latest().items).toMatchObject([{ name: "one.png", upload: { state: "sending" } }]);
  expect(abort).not.toHaveBeenCalled();
  await hook.leave();
  expect(abort).toHaveBeenCalledOnce();
});
