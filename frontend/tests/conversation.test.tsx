// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { OtherRuns } from "../src/features/timeline/OtherRuns";
import { StudioHeader } from "../src/features/studio/StudioHeader";
import { useProjectRuns } from "../src/features/studio/useProjectRuns";
import type { Project, ProjectRun } from "../src/protocol/api";
import { api, ApiError } from "../src/protocol/client";
import { around, conversationOf } from "../src/state/conversation";
import { emptyView } from "../src/state/view";
import { draw, happens, run as runHook } from "./dom";
import { envelopes, noVersions, projectRun, revision, snapshot } from "./kit";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const run = projectRun;

const project = (...runs: ProjectRun[]): Project => ({
  id: "project",
  name: "Shop",
  created_at: "2026-01-01T00:00:00Z",
  archived: false,
  assets: [],
  references: [],
  recording_id: null,
  runs,
});

test("tries are numbered as they were asked for, and the one last at work comes last", () => {
  const again = run("a", 1, { queued_at: "2026-01-01T00:05:00Z" });
  const talk = conversationOf([run("c", 3), again, run("b", 2)]);
  expect(talk.map(({ number, run: { id } }) => `${number}${id}`)).toEqual(["2b", "3c", "1a"]);
  const { before, own, after } = around(talk, "c");
  expect([before, [own], after].map((part) => part.map((one) => one?.run.id))).toEqual([
    ["b"],
    ["c"],
    ["a"],
  ]);
});

test("a run that the project does not know yet comes after all others", () => {
  const talk = conversationOf([run("a", 1)]);
  expect(around(talk, "new")).toEqual({ before: talk, own: null, after: [] });
});

test("another try tells its words at once and its steps when it is opened", async () => {
  const events = envelopes([
    {
      type: "message_received",
      message_id: 1,
      text: "and larger",
      revision: null,
      selection: null,
    },
  ]);
  const read = vi.spyOn(api, "events").mockResolvedValue({ events, last_seq: 1 });
  const one = run("a", 1, { prompt: "dark", messages: ["and larger"], score: 0.954, revisions: 2 });
  const page = await draw(<OtherRuns tries={[{ number: 1, run: one }]} models={[]} />);
  const words = () =>
    [...page.element.querySelectorAll(".prompt")].map(({ textContent }) => textContent);
  expect(words()).toEqual(["dark", "and larger"]);
  expect(page.element.querySelector("summary")?.textContent).toBe(
    "Ended · 2 revisions · 95.4\u00a0%",
  );
  expect(page.element.textContent).toContain("A model that was removed");
  expect(page.element.querySelector("a")?.getAttribute("href")).toBe("/p/project?run=a");
  expect(read).not.toHaveBeenCalled();
  await happens(() => page.element.querySelector("details")?.setAttribute("open", ""));
  await happens(() => page.element.querySelector("details")?.dispatchEvent(new Event("toggle")));
  expect(read).toHaveBeenCalled();
  expect(words()).toEqual(["dark", "and larger"]); // the message is a step now
  await page.leave();
});

test("steps that cannot be read are said, and can be asked for again", async () => {
  const refused = new ApiError("unavailable", "The database cannot be reached.", "Wait.", 503);
  vi.spyOn(api, "events").mockRejectedValueOnce(refused);
  const page = await draw(<OtherRuns tries={[{ number: 1, run: run("a", 1) }]} models={[]} />);
  await happens(() => page.element.querySelector("details")?.setAttribute("open", ""));
  await happens(() => page.element.querySelector("details")?.dispatchEvent(new Event("toggle")));
  expect(page.element.textContent).toContain("The database cannot be reached.");
  await page.leave();
});

test("the run on the stage has ended in the menu of runs as soon as it has", async () => {
  const told = project(run("other", 1, { state: "failed" }), run("run", 2, { state: "running" }));
  const nothing = () => undefined;
  const header = (view: typeof emptyView) => (
    <StudioHeader
      project={told}
      name="Shop"
      onName={nothing}
      run={snapshot(view)}
      shown={null}
      active={false}
      following
      versions={noVersions()}
      onCompare={nothing}
      onChoose={nothing}
      onFollow={nothing}
      onHelp={nothing}
    />
  );
  const page = await draw(header({ ...emptyView, state: "running" }));
  await happens(() => page.element.querySelector<HTMLElement>("[aria-label^=Run]")?.click());
  const notes = () =>
    [...page.element.querySelectorAll(".menu-item small")].map(({ textContent }) => textContent);
  expect(notes()).toEqual(["At work", "Failed"]);
  const revisions = [revision(1, 0.954)];
  await page.show(header({ ...emptyView, state: "finished", revisions, result_revision: 1 }));
  expect(notes()).toEqual(["95.4\u00a0%", "Failed"]);
  await page.leave();
});

test("runs beside the one on the stage are read anew as long as one is at work", async () => {
  vi.useFakeTimers();
  const working = project(run("mine", 2, { state: "running" }), run("a", 1, { state: "running" }));
  const ended = project(run("mine", 2, { state: "running" }), run("a", 1));
  const read = vi
    .spyOn(api, "project")
    .mockRejectedValueOnce(new ApiError("unreachable", "It does not answer.", "Wait.", 0))
    .mockResolvedValueOnce(working)
    .mockResolvedValue(ended);
  const hook = await runHook(() => useProjectRuns(working, "mine"));
  const pass = async () => {
    await happens(() => vi.advanceTimersByTime(3000));
    return hook.latest().find(({ id }) => id === "a")?.state;
  };
  expect(await pass()).toBe("running");
  expect(await pass()).toBe("running");
  expect(await pass()).toBe("finished");
  await pass();
  expect(read).toHaveBeenCalledTimes(3);
  await hook.leave();
});
