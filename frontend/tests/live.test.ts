import { expect, test } from "vitest";
import type { DeltaFrame } from "../src/protocol/events";
import type { TransientEvent } from "../src/protocol/frames";
import { addDelta, nothingLive, dropRecorded } from "../src/state/live";
import { envelopes, sha } from "./kit";

const delta = (event: TransientEvent, after_seq = 1): DeltaFrame => ({
  kind: "delta",
  after_seq,
  agent: "main",
  event,
});

test("a file grows as it is written and begins anew on start", () => {
  const piece = (text: string, start: boolean) =>
    delta({ type: "file_delta", path: "index.html", text, start });
  const live = [piece("<p>", true), piece("one", false), piece("<h1>", true)].reduce(
    addDelta,
    nothingLive,
  );
  expect(live.files).toEqual({ "index.html": "<h1>" });
});

test("a written file is no longer a draft, the others stay", () => {
  const drafts = { ...nothingLive, files: { "a.css": "x", "b.css": "y" } };
  const file = { path: "a.css", sha256: sha("a"), size: 1 };
  const [written] = envelopes([{ type: "file_written", file, changed: [] }]);
  expect(written && dropRecorded(drafts, written).files).toEqual({ "b.css": "y" });
});

test("the end of a turn takes the text that its event repeats", () => {
  const thinking = addDelta(nothingLive, delta({ type: "reasoning_delta", text: "Two columns" }));
  expect(thinking.reasoning).toBe("Two columns");
  const [ended] = envelopes(
    [
      {
        type: "turn_finished",
        served_model: "",
        turn: 1,
        text: "",
        reasoning: "Two columns",
        calls: [],
        usage: {
          input_tokens: 0,
          output_tokens: 0,
          cached_tokens: 0,
          cost: null,
          context_tokens: null,
        },
      },
    ],
    2,
  );
  expect(ended && dropRecorded(thinking, ended)).toMatchObject({ text: "", reasoning: "" });
});

test("a delta from before the end of its turn is late and says nothing", () => {
  const settled = { ...nothingLive, clearedAt: 9 };
  expect(addDelta(settled, delta({ type: "text_delta", text: "late" }, 8)).text).toBe("");
  expect(addDelta(settled, delta({ type: "text_delta", text: "new" }, 9)).text).toBe("new");
});

test("what is waited for is told until anything is heard, or the turn is over", () => {
  const waiting = addDelta(nothingLive, delta({ type: "waiting", text: "Asking again in 4 s" }));
  expect(waiting.waiting).toBe("Asking again in 4 s");
  const heard = [
    delta({ type: "text_delta", text: "a" }),
    delta({ type: "reasoning_delta", text: "a" }),
    delta({ type: "file_delta", path: "a", text: "a", start: true }),
  ];
  expect(heard.map((one) => addDelta(waiting, one).waiting)).toEqual(["", "", ""]);
  const ends = envelopes([{ type: "turn_started", turn: 1 }]);
  expect(ends.map((one) => dropRecorded(waiting, one).waiting)).toEqual([""]);
});
