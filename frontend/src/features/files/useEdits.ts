import { useState } from "react";
import { api } from "../../protocol/client";
import { withEdit, type Edit, type Edits } from "../../state/edits";
import { forget, keep, readKept } from "../../state/kept";
import { whenRevision, type RunStore } from "../../state/run";
import { isStored } from "../studio/useRunActions";

/** A person's own changes, from the first letter until they are a revision; a reload keeps them. */
export function useEdits(store: RunStore) {
  const runId = store.read().summary.id;
  const key = `edits:${runId}`;
  const [edits, setEdits] = useState(() => readKept<Edits>(key));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const put = (next: Edits | null) => {
    setEdits(next);
    setError(null);
    if (next) keep(key, next);
    else forget(key);
  };
  const save = async () => {
    if (!edits || saving) return;
    setSaving(true);
    setError(null);
    const made = whenRevision(store);
    try {
      store.adopt(await api.editRevision(runId, edits.revision, { files: { ...edits.files } }));
      if (await made) put(null);
    } catch (refusal) {
      if (!isStored(refusal)) setError(refusal);
      else if (await made) put(null);
    }
    setSaving(false);
  };

  return {
    edits,
    saving,
    error,
    save,
    change: (edit: Edit) => put(withEdit(edits, edit)),
    discard: () => put(null),
  };
}

export type EditsState = ReturnType<typeof useEdits>;
