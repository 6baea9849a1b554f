// The keyboard, as one table: what the overlay lists is what the keys do.

export type Command =
  | "generate"
  | "escape"
  | "help"
  | "tab-preview"
  | "tab-compare"
  | "tab-code"
  | "select"
  | "up"
  | "down"
  | "left"
  | "right"
  | "undo"
  | "redo"
  | "revision-previous"
  | "revision-next"
  | "mode-1"
  | "mode-2"
  | "mode-3"
  | "mode-4"
  | "mode-5"
  | "zoom-in"
  | "zoom-out"
  | "zoom-fit";

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const PLAIN: Readonly<Record<string, Command>> = {
  Escape: "escape",
  "?": "help",
  p: "tab-preview",
  c: "tab-compare",
  d: "tab-code",
  s: "select",
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  "[": "revision-previous",
  "]": "revision-next",
  "1": "mode-1",
  "2": "mode-2",
  "3": "mode-3",
  "4": "mode-4",
  "5": "mode-5",
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  "0": "zoom-fit",
};

/** Which command a key press means. While typing, only ⌘/Ctrl+Enter and Esc do anything. */
export function commandFor(press: Press, typing: boolean): Command | null {
  const withCommandKey = press.ctrlKey || press.metaKey;
  if (press.key === "Enter" && withCommandKey) return "generate";
  if (withCommandKey && !press.altKey && !typing && press.key.toLowerCase() === "z")
    return press.shiftKey ? "redo" : "undo";
  if (withCommandKey || press.altKey) return null; // the browser's own shortcuts stay its own
  if (typing && press.key !== "Escape") return null;
  return PLAIN[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
}

/** What the overlay shows, in reading order. */
export const KEY_LIST: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["⌘ / Ctrl", "Enter"], does: "Generate, or try again with new words" },
  { keys: ["Esc"], does: "Stop the run; leave what is open or zoomed" },
  { keys: ["P"], does: "Preview" },
  { keys: ["C"], does: "Compare" },
  { keys: ["D"], does: "Code" },
  { keys: ["S"], does: "Select an element of the page, and leave off" },
  { keys: ["↑", "↓", "←", "→"], does: "What is around, in and beside the selected element" },
  { keys: ["⌘ / Ctrl", "S"], does: "Save changed code as a new revision" },
  { keys: ["⌘ / Ctrl", "F"], does: "Find and replace in the code" },
  {
    keys: ["⌘ / Ctrl", "Z"],
    does: "Undo: the result before is the result again; with Shift, redo",
  },
  { keys: ["[", "]"], does: "Previous and next revision" },
  { keys: ["1", "…", "5"], does: "Side by side, swipe, onion skin, blink, heat map" },
  { keys: ["←", "→"], does: "Move the divider or slider that has the focus" },
  { keys: ["+", "−", "0"], does: "Zoom in, zoom out, fit" },
  { keys: ["?"], does: "Help, with this list" },
];
