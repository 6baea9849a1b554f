import { useEffect, useEffectEvent, useState } from "react";
import type { NewSelection } from "../../protocol/api";
import { api } from "../../protocol/client";
import { isNothing, NOTHING, styleOf, type Change, type Scope } from "../../state/inspector";
import { whenRevision, type RunStore } from "../../state/run";
import { useAskBeforeUnload, useLoaded } from "../../ui/hooks";
import type { Look } from "../select/picker";
import type { SelectionState } from "../select/useSelection";
import { isStored } from "../studio/useRunActions";

/** What a person has set of one element, until it is a version. */
interface Pending {
  place: string;
  page: string;
  selector: string;
  scope: Scope;
  change: Change;
}

const placeOf = (on: NewSelection | null) => (on ? `${on.page} ${on.selector}` : "");

/**
 * The selected element as the inspector shows it, and what is set of it: seen on the page at once,
 * a version when the element is left. What is set of another while that is measured waits.
 */
export function useInspector(
  store: RunStore,
  selection: SelectionState,
  shown: number | undefined, // the version on the stage: what is set is of that one
  canChange: boolean,
  onApply: (revision: number) => void,
) {
  const runId = store.read().summary.id;
  const { selected } = selection;
  const on = selection.word !== null && selected?.source ? selected.on : null;
  const place = placeOf(on);
  const key = JSON.stringify(on);
  const [found] = useLoaded(key, async () => ({
    place,
    inspection: on ? await api.inspection(runId, on) : null,
  }));
  const inspection =
    found.state === "ready" && found.data.place === place ? found.data.inspection : null;

  const [pending, setPending] = useState<readonly Pending[]>([]); // the first left, first
  const [scope, setScope] = useState<Scope>("rule");
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [discarded, setDiscarded] = useState(0); // times
  const here = pending.find((one) => one.place === place) ?? null;
  const left = pending.find((one) => one.place !== place) ?? null;
  useAskBeforeUnload(pending.length > 0);

  const put = (change: Change, as: Scope = scope) => {
    if (!on) return;
    setError(null);
    const next = { place, page: on.page, selector: on.selector, scope: as, change };
    const others = pending.filter((one) => one.place !== place);
    setPending(isNothing(change) ? others : [...others, next]);
  };
  const apply = async (one: Pending | null) => {
    if (!one || saving || !canChange || shown === undefined) return;
    const { page, selector, change } = one;
    const { text, attributes, properties, picture } = change;
    setSaving(true);
    setError(null);
    onApply(shown);
    const made = whenRevision(store);
    const done = async () => {
      if (await made) setPending((now) => now.filter((other) => other !== one));
    };
    try {
      const asked = { page, selector, scope: one.scope, text, attributes, properties };
      const body = { ...asked, picture: picture?.id ?? null };
      store.adopt(await api.changeElement(runId, shown, body));
      await done();
    } catch (refusal) {
      if (isStored(refusal)) await done();
      else setError(refusal);
    }
    setSaving(false);
  };
  const leave = useEffectEvent((isEverywhere: boolean) => {
    if (error === null) void apply(left ?? (isEverywhere ? here : null));
  });
  useEffect(() => {
    const timer = setTimeout(() => leave(false));
    return () => clearTimeout(timer);
  }, [place, canChange, saving]);
  useEffect(() => () => leave(true), []);

  return {
    inspection,
    scope: here?.scope ?? scope,
    change: here?.change ?? NOTHING,
    pending: pending.length > 0,
    saving,
    error,
    discarded,
    set: put,
    setScope: (next: Scope) => {
      setScope(next);
      if (here) put(here.change, next);
    },
    apply: () => void apply(here ?? left),
    discard: () => {
      setPending([]);
      setDiscarded(discarded + 1);
      setError(null);
    },
    look: here && inspection && selected ? lookOf(here, inspection, selected.on.selector) : null,
  };
}

function lookOf(
  { change, scope }: Pending,
  inspection: Parameters<typeof styleOf>[1],
  selector: string,
): Look {
  return {
    style: styleOf(change, inspection, scope, selector),
    text: change.text,
    picture: change.picture?.url ?? change.attributes.src ?? null,
  };
}

export type InspectorState = ReturnType<typeof useInspector>;
