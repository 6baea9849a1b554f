// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { KEPT, useKeptFrames } from "../src/features/preview/useKeptFrames";
import { happens, run } from "./dom";

const page = (number: number) => ({ url: `http://preview/${number}/index.html`, number });
const around = (number: number) => [page(number - 1), page(number + 1)];

const studio = async (number: number) => {
  const hook = await run(() => useKeptFrames(page(number), around(number)));
  return {
    latest: hook.latest,
    numbers: () => hook.latest().frames.map((one) => one.number),
    show: (next: number) => hook.again(() => useKeptFrames(page(next), around(next))),
    load: (which: number) => happens(() => hook.latest().tellLoaded(page(which).url)),
    leave: hook.leave,
  };
};

test("the versions beside the one on the stage are fetched once that is there", async () => {
  const { numbers, latest, load, leave } = await studio(5);
  expect(numbers()).toEqual([5]);
  expect(latest().isThere).toBe(false);
  await load(5);
  expect(numbers()).toEqual([4, 5, 6]);
  expect(latest().isThere).toBe(true);
  await leave();
});

test("a version that was fetched is there at once, and the one before stays", async () => {
  const { numbers, latest, show, load, leave } = await studio(5);
  await load(5);
  await load(6);
  await show(6);
  expect(latest().isThere).toBe(true);
  expect(numbers()).toEqual([5, 6, 7]);
  await show(9);
  expect(latest().isThere).toBe(false);
  expect(numbers()).toEqual([5, 6, 9]);
  await leave();
});

test("of the versions seen before only the last are kept, in the order of their numbers", async () => {
  const { numbers, show, leave } = await studio(20);
  const seen = [10, 30, 5, 15];
  for (const number of seen) await show(number);
  expect(numbers()).toEqual(seen.slice(-KEPT).toSorted((a, b) => a - b));
  await leave();
});

test("a frame that loads once more went elsewhere by itself", async () => {
  const { latest, leave } = await studio(5);
  let again = true;
  await happens(() => (again = latest().tellLoaded(page(5).url)));
  expect(again).toBe(false);
  await happens(() => (again = latest().tellLoaded(page(5).url)));
  expect(again).toBe(true);
  await leave();
});
