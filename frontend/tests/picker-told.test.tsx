// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { Picker } from "../src/features/select/Picker";
import { draw, happens } from "./dom";

const element = {
  selector: "h1",
  tag: "h1",
  text: "Hello",
  rect: { x: 0, y: 0, width: 9, height: 9 },
};

/** What the interface takes for selected after a page has told `type`. */
async function toldOf(type: string, selected: typeof element | null) {
  const onSelect = vi.fn();
  const frame = { current: { contentWindow: window } as unknown as HTMLIFrameElement };
  const picker = { frame, word: "word", zoom: 1, selected, look: null, onSelect, onLeave: vi.fn() };
  await draw(<Picker {...picker} />);
  const port = {
    onmessage: null as ((event: MessageEvent) => void) | null,
    postMessage: vi.fn(),
    close: vi.fn(),
  };
  const offer = new Event("message");
  Object.assign(offer, { data: { picker: "word" }, source: window, ports: [port] });
  await happens(() => window.dispatchEvent(offer));
  await happens(() => port.onmessage?.({ data: { type, ...element } } as MessageEvent));
  return onSelect.mock.calls.length;
}

test("where an element has moved to is no choice of it", async () => {
  expect(await toldOf("select", null)).toBe(1);
  expect(await toldOf("moved", element)).toBe(1);
  expect(await toldOf("moved", null)).toBe(0); // told as the words that cleared it were sent
});
