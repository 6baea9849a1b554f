import { useEffect, useEffectEvent, useRef, useState, type RefObject } from "react";
import type { Rect } from "../../protocol/events";
import type { Command } from "../../state/keys";
import { useCommands } from "../../ui/hooks";
import { parseTold, type Asked, type Look, type Pointed, type Unsaved } from "./picker";
import { usePort } from "./usePort";

export interface PickerProps {
  frame: RefObject<HTMLIFrameElement | null>;
  word: string; // that the preview's script knows
  zoom: number;
  selected: Pointed | null;
  look?: Look | null; // how it would look
  unsaved?: Unsaved; // of the page's files
  chosen?: { selector: string } | null; // from elsewhere; new with each choice
  onSelect: (element: Pointed | null) => void;
  onLeave: () => void;
}

const WALKS: Partial<Record<Command, Asked>> = {
  up: { walk: "parent" },
  down: { walk: "child" },
  left: { walk: "previous" },
  right: { walk: "next" },
};

const PLAIN: Look = { style: "", text: null, picture: null };

/** The rings around what is pointed at and what is selected, over the frame of the page. */
export function Picker(props: PickerProps) {
  const { frame, word, zoom, selected, look, unsaved, chosen, onSelect, onLeave } = props;
  const [hovered, setHovered] = useState<Pointed | null>(null);
  const early = useRef<Asked[]>([]); // asked before the page was there

  const hear = (data: unknown) => {
    const told = parseTold(data);
    if (told?.type === "escape") onLeave();
    else if (told?.type === "hover") setHovered(told.element);
    else if (told?.type === "moved" && !selected)
      return; // it was on its way as that was cleared
    else if (told) {
      setHovered(null);
      onSelect(told.element);
    }
  };
  const port = usePort({ frame, word, by: "picker" }, hear, (offered) => {
    if (selected) offered.postMessage({ select: selected.selector } satisfies Asked);
    if (look) offered.postMessage({ look } satisfies Asked);
    if (unsaved) offered.postMessage({ unsaved } satisfies Asked);
    for (const asked of early.current.splice(0)) offered.postMessage(asked);
  });

  const wasSelected = useRef(selected !== null);
  useEffect(() => {
    if (wasSelected.current && !selected) port.current?.postMessage({ clear: true });
    wasSelected.current = selected !== null;
  }, [selected, port]);

  const drawn = JSON.stringify(look);
  const draw = useEffectEvent(() =>
    port.current?.postMessage({ look: look ?? PLAIN } satisfies Asked),
  );
  useEffect(() => draw(), [drawn]);
  const choose = useEffectEvent(() => {
    if (chosen) port.current?.postMessage({ choose: chosen.selector } satisfies Asked);
  });
  useEffect(() => choose(), [chosen]);
  const rewrite = useEffectEvent(() => {
    if (unsaved) port.current?.postMessage({ unsaved } satisfies Asked);
  });
  useEffect(() => rewrite(), [unsaved]);

  useCommands((command) => {
    const walk = WALKS[command];
    if (walk && port.current) port.current.postMessage(walk);
    else if (walk) early.current.push(walk);
    else if (command === "escape") onLeave();
    return walk !== undefined || command === "escape";
  }, "part");

  return (
    <div className="rings" aria-hidden="true">
      {hovered && hovered.selector !== selected?.selector && (
        <Ring element={hovered} zoom={zoom} kind="hovered" />
      )}
      {selected && <Ring element={selected} zoom={zoom} kind="selected" />}
    </div>
  );
}

interface RingProps {
  element: Pointed;
  zoom: number;
  kind: "hovered" | "selected";
}

function Ring({ element: { tag, rect }, zoom, kind }: RingProps) {
  return (
    <div className={`ring ${kind}`} style={placed(rect, zoom)}>
      <span className={rect.y * zoom < 22 ? "inside" : ""}>
        {tag} {Math.round(rect.width)}×{Math.round(rect.height)}
      </span>
    </div>
  );
}

const placed = ({ x, y, width, height }: Rect, zoom: number) => ({
  insetInlineStart: x * zoom,
  insetBlockStart: y * zoom,
  inlineSize: width * zoom,
  blockSize: height * zoom,
});
