import { useEffect, useRef, useState } from "react";
import type { Reference, ReferenceLimits } from "../../protocol/api";
import { uploadReference } from "../../protocol/client";
import type { Folder } from "../../state/folders";
import { forget, keep, readKept } from "../../state/kept";
import { refusedBecause } from "./refused";
import { kindOf, refusalOfReference, sizeOf, type ReferenceItem } from "./references";

const REFERENCES_KEY = "mockwright.references"; // what was uploaded survives a reload of the start page

let lastKey = 0;
const newKey = () => `reference-${(lastKey += 1)}`;

/** Rules, tokens and a base with their uploads running behind them. */
export function useReferences(limits: ReferenceLimits) {
  const [references, setReferences] = useState(restore);
  const uploads = useRef(new Map<string, AbortController>());

  useEffect(() => keep(REFERENCES_KEY, readyReferences(references)), [references]);
  useEffect(() => {
    const running = uploads.current;
    return () => running.forEach((stop) => stop.abort()); // left: nobody waits for them
  }, []);

  const become = (key: string, upload: ReferenceItem["upload"]) =>
    setReferences((all) => all.map((one) => (one.key === key ? { ...one, upload } : one)));

  const send = (key: string, file: File | Folder) => {
    const stop = new AbortController();
    uploads.current.set(key, stop);
    become(key, { state: "sending", share: 0 });
    uploadReference(file, (share) => become(key, { state: "sending", share }), stop.signal).then(
      (reference) => become(key, { state: "ready", reference }),
      (error: unknown) => become(key, { state: "refused", ...refusedBecause(error) }),
    );
  };

  const add = (files: readonly (File | Folder)[]) => {
    const taken = references.filter(({ upload }) => upload.state !== "refused");
    const added: ReferenceItem[] = [];
    for (const file of files) {
      const kind = file instanceof File ? kindOf(file.name, limits) : "base";
      if (!kind) continue;
      const size = sizeOf(file);
      const refusal = refusalOfReference({ kind, size }, taken, limits);
      const one: ReferenceItem = {
        key: newKey(),
        name: file.name,
        kind,
        size,
        file,
        upload: refusal
          ? { state: "refused", ...refusal, retry: false }
          : { state: "sending", share: 0 },
      };
      if (!refusal) taken.push(one);
      added.push(one);
    }
    setReferences((all) => [...all, ...added]);
    for (const { key, file, upload } of added) {
      if (file && upload.state === "sending") send(key, file);
    }
  };

  const remove = (key: string) => {
    uploads.current.get(key)?.abort();
    setReferences((all) => all.filter((one) => one.key !== key));
  };

  return { references, add, remove, send };
}

export const readyReferences = (items: readonly ReferenceItem[]): Reference[] =>
  items.flatMap(({ upload }) => (upload.state === "ready" ? [upload.reference] : []));

const restore = (): ReferenceItem[] =>
  (readKept<Reference[]>(REFERENCES_KEY) ?? []).map((reference) => ({
    key: newKey(),
    name: reference.name,
    kind: reference.kind,
    size: reference.size,
    file: null,
    upload: { state: "ready", reference },
  }));

export const forgetReferences = () => forget(REFERENCES_KEY);
