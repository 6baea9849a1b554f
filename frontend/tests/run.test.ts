import { expect, test } from "vitest";
import { reduce } from "../src/state/reduce";
import { readView } from "../src/state/run";
import { emptyView } from "../src/state/view";
import { turns } from "./kit";

/** A server that hands out a run's events, at most `size` at a time. */
function pages(total: number, size: number) {
  const stored = turns(total);
  const asked: number[] = [];
  const fetchPage = (after: number) => {
    asked.push(after);
    return Promise.resolve({ events: stored.slice(after, after + size), last_seq: total });
  };
  return { stored, asked, fetchPage };
}

test("a long run is read page by page, each event once", async () => {
  const { stored, asked, fetchPage } = pages(25, 10);
  expect(await readView(fetchPage)).toEqual(stored.reduce(reduce, emptyView));
  expect(asked).toEqual([0, 10, 20]);
});

test("a run that has just been queued has nothing to read", async () => {
  const { asked, fetchPage } = pages(0, 10);
  expect(await readView(fetchPage)).toEqual(emptyView);
  expect(asked).toEqual([0]);
});

test("events that come while a run is read are read too", async () => {
  const { stored, fetchPage } = pages(12, 10);
  let first = true;
  const view = await readView(async (after) => {
    const page = await fetchPage(after);
    if (!first) return page;
    first = false;
    return { ...page, last_seq: 11 }; // the twelfth came a moment later
  });
  expect(view.seq).toBe(stored.length);
});
