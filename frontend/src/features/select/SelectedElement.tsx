import type { ReactNode } from "react";
import { IconButton } from "../../ui/Button";
import type { Selected } from "./useSelection";

interface SelectedElementProps {
  selected: Selected;
  onClear: () => void;
  children?: ReactNode;
}

/** What is selected, in one line: its tag, its words, and the lines that write it. */
export function SelectedElement({ selected, onClear, children }: SelectedElementProps) {
  const { element, source, problem } = selected;
  return (
    <div className="selected-element">
      <p role="status" title={element.selector}>
        <code>{element.tag}</code>
        {element.text && <q>{element.text}</q>}
        <small>{source ? linesOf(source) : problem || "…"}</small>
      </p>
      {children}
      <IconButton icon="close" label="Clear selection" onClick={onClear} />
    </div>
  );
}

interface Lines {
  page: string;
  path: string; // of the file that writes it; empty in old records, where it is the page's
  first_line: number;
  last_line: number;
}

/** “index.html, lines 12–14” */
export function linesOf({ page, path, first_line: first, last_line: last }: Lines): string {
  const file = path || page;
  return first === last ? `${file}, line ${first}` : `${file}, lines ${first}–${last}`;
}
