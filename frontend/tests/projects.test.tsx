// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { importedLine } from "../src/features/compose/references";
import { blockedBecause } from "../src/features/compose/items";
import { ProjectItem } from "../src/features/history/ProjectItem";
import { singleFileNote } from "../src/features/share/ExportMenu";
import { SharedLink } from "../src/features/share/SharedLink";
import type { ProjectSummary, Reference } from "../src/protocol/api";
import { ActionMenu } from "../src/ui/ActionMenu";
import { draw, happens } from "./dom";

afterEach(() => vi.unstubAllGlobals());

const project = (archived = false): ProjectSummary => ({
  id: "one",
  name: "Sign in",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  archived,
  thumbnail_url: null,
  run_id: null,
  state: "finished",
  score: 0.9,
});
const base: Reference = { id: "b", kind: "base", name: "site.zip", size: 9, files: 1, notes: [] };

const press = (element: Element | null, key: string) =>
  happens(() =>
    element?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })),
  );
const find = <Found extends HTMLElement>(selector: string) =>
  document.querySelector<Found>(selector);

async function item(archived = false) {
  const actions = { rename: vi.fn(), duplicate: vi.fn(), archive: vi.fn(), remove: vi.fn() };
  const page = await draw(<ProjectItem project={project(archived)} now={0} actions={actions} />);
  const choose = async (name: string) => {
    await happens(() => find("[aria-haspopup=menu]")?.click());
    await happens(() => find(`[role=menuitem][aria-label=${name}]`)?.click());
  };
  return { actions, page, choose };
}

test("an archived project says so, and is put back by the same menu", async () => {
  const { actions, page, choose } = await item(true);
  expect(page.element.querySelector("small")?.textContent).toMatch(/^Archived · 90\.0\s%/);
  await choose("Unarchive");
  expect(actions.archive).toHaveBeenCalledOnce();
  await page.leave();
});

test.each([
  ["Enter", "Front door", ["Front door"]],
  ["Enter", "  Front door ", ["Front door"]],
  ["Escape", "Front door", []],
  ["Enter", "Sign in", []],
  ["Enter", "   ", []],
])("%s in the field for a name, with %o", async (key, typed, expected) => {
  const { actions, page, choose } = await item();
  await choose("Rename");
  const field = find<HTMLInputElement>(".project-name");
  await happens(() => {
    const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    own?.set?.call(field, typed); // past React, which else takes it for known
    field?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await press(field, key);
  expect(actions.rename.mock.calls.map(([, name]) => name as string)).toEqual(expected);
  expect(find(".project-name")).toBeNull();
  await page.leave();
});

test("a menu of actions is walked by keys, and Esc gives focus back", async () => {
  const chosen = vi.fn();
  const page = await draw(
    <ActionMenu
      label="More"
      icon="more"
      actions={[
        { label: "One", onChoose: vi.fn() },
        { label: "Two", href: "/two" },
        { label: "Three", onChoose: chosen },
      ]}
    />,
  );
  const button = find("[aria-haspopup=menu]");
  await press(button, "ArrowDown");
  expect(document.activeElement?.textContent).toBe("One");
  await press(document.activeElement, "ArrowDown");
  expect(document.activeElement?.getAttribute("href")).toBe("/two");
  await press(document.activeElement, "Escape");
  expect(document.activeElement).toBe(button);
  expect(find("[role=menu]")).toBeNull();
  await press(button, "ArrowDown");
  await press(document.activeElement, "End");
  await happens(() => (document.activeElement as HTMLElement).click());
  expect(chosen).toHaveBeenCalledOnce();
  expect(document.activeElement).toBe(button);
  await page.leave();
});

test("where there is no clipboard the link is selected and the keys are named", async () => {
  vi.stubGlobal("navigator", { userAgent: "" });
  const page = await draw(
    <SharedLink name="Revision 1" url="http://x/s/1/" isNew={false}>
      {null}
    </SharedLink>,
  );
  await happens(() => find("button")?.click());
  expect(page.element.querySelector("[role=alert]")?.textContent).toContain("Ctrl+C");
  await page.leave();
});

test("the one file says how large it is and what it lacks, at most two things whole", () => {
  const exports = { zip_url: "", single_url: "", single_bytes: 2048, repository_url: "" };
  const note = (...left_out: string[]) => singleFileNote({ ...exports, left_out });
  expect(singleFileNote(null)).toBe("Styles, scripts, pictures and fonts in it");
  expect(note()).toBe("Styles, scripts, pictures and fonts in it: 2 KB.");
  expect(note("A.", "B.", "C.", "D.")).toMatch(/2 KB\. A\. B\. 2 more like this\.$/);
});

test("what was imported is told with what it is measured against", () => {
  expect(importedLine([base], [{ is_own: false }])).toBe("You imported site.zip (1 file).");
  expect(importedLine([base], [{ is_own: true }])).toContain("against its own first picture");
});

test("a page that is imported needs no mockup, but its upload's end", () => {
  const sent = (state: string) => [{ upload: { state } }];
  expect(blockedBecause([], sent("ready"), true)).toBeNull();
  expect(blockedBecause([], sent("ready"))).toBe("Add a mockup first");
  expect(blockedBecause([], sent("sending"), true)).toBe("Waiting for the upload");
});
