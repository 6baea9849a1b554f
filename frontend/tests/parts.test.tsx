// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { useViewport } from "../src/features/compare/useViewport";
import { MockupTile } from "../src/features/compose/MockupTile";
import { CopyButton } from "../src/features/files/Code";
import { Stage, type StageProps } from "../src/features/studio/Stage";
import type { RegionScore } from "../src/protocol/events";
import { emptyView, type ViewRevision } from "../src/state/view";
import { draw, happens } from "./dom";
import { Segments, Tabs } from "../src/ui/Tabs";
import { revision, sha, snapshot } from "./kit";

afterEach(() => vi.unstubAllGlobals());

const one = <Found extends HTMLElement>(element: HTMLElement, selector: string): Found => {
  const found = element.querySelector<Found>(selector);
  if (!found) throw new Error(`Nothing is ${selector}`);
  return found;
};

test("a copy says where there is no clipboard, and then offers itself again", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { userAgent: "" }); // as over plain HTTP
  const page = await draw(<CopyButton text="code" />);
  const button = one(page.element, "button");
  await happens(() => button.click());
  expect(button.textContent).toBe("Not allowed here");
  await happens(() => vi.runAllTimers());
  expect(button.textContent).toBe("Copy");
  await page.leave();
  vi.useRealTimers();
});

test("the picture of a file is let go with its tile", async () => {
  const made = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:one");
  const gone = vi.spyOn(URL, "revokeObjectURL");
  const item = {
    key: "1",
    name: "one.png",
    file: new File(["picture"], "one.png"),
    upload: { state: "sending", share: 0 } as const,
    scale: 1,
  };
  const rest = { place: 0, total: 1, change: vi.fn(), onRemove: vi.fn(), onRetry: null };
  const page = await draw(<MockupTile item={item} {...rest} />);
  await page.show(
    <MockupTile item={{ ...item, upload: { state: "sending", share: 0.5 } }} {...rest} />,
  );
  expect(one<HTMLImageElement>(page.element, "img").src).toBe("blob:one");
  expect(made).toHaveBeenCalledOnce();
  expect(gone).not.toHaveBeenCalled();
  await page.leave();
  expect(gone).toHaveBeenCalledExactlyOnceWith("blob:one");
});

function Pane() {
  const [{ view, paneRef }, stageRef] = useViewport({ width: 100, height: 10_000 });
  return (
    <div ref={stageRef}>
      <div className="pane" ref={paneRef}>
        {view.y}
      </div>
    </div>
  );
}

test("a page moves with a held pointer, and not with one that was let go unseen", async () => {
  const page = await draw(<Pane />);
  const pane = one(page.element, ".pane");
  pane.setPointerCapture = vi.fn();
  const pointer = (type: string, clientY: number, buttons: number) =>
    happens(() =>
      pane.dispatchEvent(
        new PointerEvent(type, { bubbles: true, pointerId: 1, isPrimary: true, clientY, buttons }),
      ),
    );
  await pointer("pointerdown", 500, 1); // at the least zoom a pixel of the screen is ten of the page
  await pointer("pointermove", 400, 1);
  expect(pane.textContent).toBe("1000");
  await pointer("pointermove", 300, 0); // no pointerup came: it happened elsewhere
  await pointer("pointermove", 200, 0);
  expect(pane.textContent).toBe("1000");
  await page.leave();
});

test("the outline of a region goes with the revision that it is of", async () => {
  const region: RegionScore = {
    name: "header",
    rect: { x: 0, y: 0, width: 10, height: 10 },
    score: 0.1,
  };
  const picture = { kind: "image", sha256: sha("a"), width: 10, height: 10 } as const;
  const of = (number: number, regions: RegionScore[]): ViewRevision => {
    const score = { ...revision(number, 0.5).score, regions };
    const result = { mockup_index: 0, page: "index.html", screenshot: picture, heat_map: picture };
    return { ...revision(number, 0.5), pages: [{ ...result, score }] };
  };
  const revisions = [of(1, [region]), of(2, [])];
  const props: StageProps = {
    project: { id: "p", name: "Page", created_at: "", assets: [], runs: [] },
    run: snapshot({ ...emptyView, revisions }),
    shown: revisions[0] ?? null,
    status: { tone: "working", text: "", hint: "", action: "stop" },
    tab: "compare",
    onTab: vi.fn(),
    onChoose: vi.fn(),
  };
  const page = await draw(<Stage {...props} />);
  await happens(() => one(page.element, ".region").focus());
  expect(page.element.querySelectorAll(".outline")).toHaveLength(2);
  await page.show(<Stage {...props} shown={revisions[1] ?? null} />);
  expect(page.element.querySelectorAll(".outline")).toHaveLength(0);
  await page.leave();
});

test("arrows select along a row, around its ends; down and up only in a radio group", async () => {
  const names = [
    { name: "a", label: "A" },
    { name: "b", label: "B" },
  ] as const;
  const select = vi.fn();
  const page = await draw(
    <>
      <Tabs label="Tabs" tabs={names} selected="a" onSelect={select} panelId="panel" />
      <Segments label="Segments" options={names} selected="b" onSelect={select} />
    </>,
  );
  const press = async (role: string, key: string) => {
    select.mockClear();
    const row = one(page.element, `[role=${role}]`);
    await happens(() => row.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
    return select.mock.lastCall?.[0] as unknown;
  };
  expect(await press("tablist", "ArrowLeft")).toBe("b");
  expect(document.activeElement?.textContent).toBe("B");
  expect(await press("tablist", "ArrowDown")).toBeUndefined();
  expect(await press("radiogroup", "ArrowDown")).toBe("a");
  expect(document.activeElement?.getAttribute("role")).toBe("radio");
  await page.leave();
});
