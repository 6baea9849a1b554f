// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { RunLine } from "../src/features/timeline/RunLine";
import { emptyView } from "../src/state/view";
import { draw } from "./dom";

test.each([
  [null, "3 of 300 steps"],
  [5, "3 of 300 steps · $0.42 of $5.00"],
])(
  "a run at work says what it has spent of its budget, where %s is its cost",
  async (cost, words) => {
    const at = new Date().toISOString();
    const view = {
      ...emptyView,
      state: "running",
      started_at: at,
      spent_steps: 3,
      spent_cost: 0.42,
    };
    const page = await draw(
      <RunLine
        view={view as typeof emptyView}
        status={{ tone: "working", text: "Thinking", hint: "", action: "stop" }}
        queuedAt={at}
        limits={{ steps: 300, seconds: 3600, tokens: 1, cost }}
        busy={false}
        pausing={false}
        waiting=""
        onPause={() => undefined}
        onStop={() => undefined}
        onContinue={() => undefined}
      >
        {null}
      </RunLine>,
    );
    expect(page.element.querySelector(".explained")?.textContent.endsWith(words)).toBe(true);
    await page.leave();
  },
);
