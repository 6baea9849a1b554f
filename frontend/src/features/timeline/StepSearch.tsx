import { useEffect, useLayoutEffect, useState, type RefObject } from "react";
import type { RunView } from "../../state/view";
import { IconButton } from "../../ui/Button";
import { foundIn } from "./search";
import type { Search } from "./StepList";

/** Looks for words in the steps of a run, and goes from one that has them to the next. */
export function useStepSearch({ steps }: RunView) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0); // of those found
  const places = words.trim() ? foundIn(steps, words) : [];
  const turn = places.length === 0 ? 0 : ((at % places.length) + places.length) % places.length;
  const search: Search = { words: words.trim(), places, current: places[turn] ?? null };
  return {
    search,
    turn,
    typed: words,
    type: (next: string) => {
      setWords(next);
      setAt(0);
    },
    step: (by: 1 | -1) => setAt(turn + by),
  };
}

type StepSearchState = ReturnType<typeof useStepSearch>;

/** Enter goes on to the next, Shift+Enter back, Esc ends it. */
export function StepSearch({ search, turn, typed, type, step }: StepSearchState) {
  const { places, words } = search;
  const told = places.length === 0 ? "Not found" : `${turn + 1} of ${places.length}`;
  return (
    <search className="step-search">
      <input
        type="search"
        aria-label="Search the steps"
        placeholder="Search the steps"
        value={typed}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
            step(event.shiftKey ? -1 : 1);
            event.preventDefault();
          } else if (event.key === "Escape" && typed) {
            type("");
            event.preventDefault();
          }
        }}
      />
      <output>{words && told}</output>
      {places.length > 1 && (
        <>
          <IconButton icon="up" label="Previous found" onClick={() => step(-1)} />
          <IconButton icon="down" label="Next found" onClick={() => step(1)} />
        </>
      )}
    </search>
  );
}

const MARK = "found-words";

/** Brings the step to see into sight, and marks the words wherever they are drawn. */
export function useFoundMarks(list: RefObject<HTMLElement | null>, search: Search): void {
  const { words, current } = search;
  useEffect(() => {
    if (current === null) return;
    list.current?.querySelector(`[data-step="${current}"]`)?.scrollIntoView({ block: "center" });
  }, [list, current, words]);
  useLayoutEffect(() => {
    if (!("highlights" in CSS)) return; // the step has a mark of its own
    if (words && list.current)
      CSS.highlights.set(MARK, new Highlight(...ranges(list.current, words)));
    return () => void CSS.highlights.delete(MARK);
  });
}

function ranges(root: HTMLElement, words: string): Range[] {
  const wanted = words.toLowerCase();
  const found: Range[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode as Text;
    const text = node.data.toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      if (at + wanted.length > node.length) break; // letters that are longer in lower case
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      found.push(range);
    }
  }
  return found;
}
