import { useEffect } from "react";
import { studioSearch } from "../../state/address";
import type { Choice } from "../../state/selection";
import type { SelectionState } from "../select/useSelection";
import type { Tab } from "./Stage";

/** Keeps the address as what is shown. It makes no steps to go back by. */
export function useStudioAddress(tab: Tab, choice: Choice | null, selection: SelectionState) {
  const version = choice && choice.among === undefined ? choice.number : null;
  const { word, selected } = selection;
  const { page, selector } = (word !== null && selected?.on) || { page: "", selector: "" };
  useEffect(() => {
    const element = selector ? { page, selector } : null;
    const search = studioSearch(location.search, { tab, version, element });
    if (search !== location.search)
      history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
  }, [tab, version, page, selector]);
}
