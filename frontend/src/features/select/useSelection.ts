import { useState } from "react";
import type { NewSelection } from "../../protocol/api";
import { api, ApiError } from "../../protocol/client";
import type { Selection } from "../../protocol/events";
import { useLoaded } from "../../ui/hooks";
import { newWord, type Pointed } from "./picker";

/** The element that a person selected, where it was seen, and where its page's file writes it. */
export interface Selected {
  element: Pointed;
  on: NewSelection;
  source: Selection | null; // null while it is looked up, or where there is a problem
  problem: string;
}

/**
 * Selecting on the stage. `word` is null while nothing is being selected. What is selected is looked
 * up in the revision `shown`: that is the one which the words will be about. `first`: what is
 * selected from the beginning.
 */
export function useSelection(
  runId: string,
  shown: number | undefined,
  first: Pick<NewSelection, "page" | "selector"> | null = null,
) {
  const [word, setWord] = useState<string | null>(() => (first ? newWord() : null));
  const [chosen, setChosen] = useState<Pick<Selected, "element" | "on"> | null>(
    first && { element: notSeenYet(first.selector), on: { ...first, revision: shown ?? 1 } },
  );
  const on = chosen && { ...chosen.on, revision: shown ?? chosen.on.revision };
  const key = JSON.stringify(on);
  const [found] = useLoaded(key, async () => ({
    key,
    source: on ? await api.element(runId, on) : null,
  }));
  const source = found.state === "ready" && found.data.key === key ? found.data.source : null;
  const problem = found.state === "failed" ? wordsOf(found.error) : "";
  return {
    word,
    selected: chosen && on && { element: chosen.element, on, source, problem },
    start: () => setWord(newWord()),
    leave: () => setWord(null),
    select: (element: Pointed | null, revision: number, page: string) =>
      setChosen(element && { element, on: { revision, page, selector: element.selector } }),
    clear: () => setChosen(null),
  };
}

/** An element that the page has not told of yet. */
const notSeenYet = (selector: string): Pointed => ({
  selector,
  tag: "",
  text: "",
  rect: { x: 0, y: 0, width: 0, height: 0 },
});

export type SelectionState = ReturnType<typeof useSelection>;

const wordsOf = (error: unknown) => (error instanceof ApiError ? error.message : String(error));
