import { useEffect, useEffectEvent, useState } from "react";
import type { NewSelection } from "../../protocol/api";
import { api } from "../../protocol/client";
import { isNothing, NOTHING, styleOf, type Change, type Scope } from "../../state/inspector";
import { whenRevision, type RunStore } from "../../state/run";
import { useAskBeforeUnload, useLoaded } from "../../ui/hooks";
import type { Look } from "../select/picker";
import type { SelectionState } from "../select/useSelection";
import { isStored } from "../studio/useRunActions";

/** What a person has set of one element and not left yet. */
interface Pending {
  on: NewSelection;
  scope: Scope;
  change: Change;
}

const placeOf = (on: NewSelection | null) => (on ? `${on.page} ${on.selector}` : "");

/**
 * The selected element as the inspector shows it, and what is set of it: seen on the page at once,
 * a revision when the element is left.
 */
export function useInspector(
  store: RunStore,
  selection: SelectionState,
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

  const [pending, setPending] = useState<Pending | null>(null);
  const [scope, setScope] = useState<Scope>("rule");
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [discarded, setDiscarded] = useState(0); // times
  const here = pending && placeOf(pending.on) === place ? pending : null;
  useAskBeforeUnload(pending !== null);

  const put = (change: Change, as: Scope = scope) => {
    setError(null);
    if (on) setPending(isNothing(change) ? null : { on, scope: as, change });
  };
  const apply = async () => {
    if (!pending || saving || !canChange) return;
    const { page, selector, revision } = here && on ? on : pending.on;
    const { text, attributes, properties, picture } = pending.change;
    setSaving(true);
    setError(null);
    onApply(revision);
    const made = whenRevision(store);
    const done = async () => {
      if (await made) setPending((now) => (now === pending ? null : now));
    };
    try {
      const asked = { page, selector, scope: pending.scope, text, attributes, properties };
      const body = { ...asked, picture: picture?.id ?? null };
      store.adopt(await api.changeElement(runId, revision, body));
      await done();
    } catch (refusal) {
      if (isStored(refusal)) await done();
      else setError(refusal);
    }
    setSaving(false);
  };
  const leave = useEffectEvent((isEverywhere: boolean) => {
    if (pending && (isEverywhere || !here)) void apply();
  });
  useEffect(() => {
    const timer = setTimeout(() => leave(false));
    return () => clearTimeout(timer);
  }, [place, canChange]);
  useEffect(() => () => leave(true), []);

  return {
    inspection,
    scope: here?.scope ?? scope,
    change: here?.change ?? NOTHING,
    pending: pending !== null,
    saving,
    error,
    discarded,
    set: put,
    setScope: (next: Scope) => {
      setScope(next);
      if (here) put(here.change, next);
    },
    apply: () => void apply(),
    discard: () => {
      setPending(null);
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
