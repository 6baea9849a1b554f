import { useEffect, useRef, useState } from "react";
import type { Reference, ReferenceLimits } from "../../protocol/api";
import { ApiError, uploadReference } from "../../protocol/client";
import { wordsOf } from "../../ui/Notice";
import { kindOf, refusalOfGiven, type Given } from "./given";

const GIVEN_KEY = "mockwright.given"; // what was uploaded survives a reload of the start page

let lastKey = 0;
const newKey = () => `given-${(lastKey += 1)}`;

/** Rules, tokens and a base with their uploads running behind them. */
export function useGiven(limits: ReferenceLimits) {
  const [given, setGiven] = useState(restore);
  const uploads = useRef(new Map<string, AbortController>());

  useEffect(() => keep(given), [given]);
  useEffect(() => {
    const running = uploads.current;
    return () => running.forEach((stop) => stop.abort()); // left: nobody waits for them
  }, []);

  const become = (key: string, upload: Given["upload"]) =>
    setGiven((all) => all.map((one) => (one.key === key ? { ...one, upload } : one)));

  const send = (key: string, file: File) => {
    const stop = new AbortController();
    uploads.current.set(key, stop);
    become(key, { state: "sending", share: 0 });
    uploadReference(file, (share) => become(key, { state: "sending", share }), stop.signal).then(
      (reference) => become(key, { state: "ready", reference }),
      (error: unknown) => {
        const { title, hint } = wordsOf(error);
        const retry = error instanceof ApiError && (error.unreachable || error.status >= 500);
        become(key, { state: "refused", reason: title, hint, retry });
      },
    );
  };

  const add = (files: readonly File[]) => {
    const taken = given.filter(({ upload }) => upload.state !== "refused");
    const added: Given[] = [];
    for (const file of files) {
      const kind = kindOf(file.name, limits);
      if (!kind) continue;
      const refusal = refusalOfGiven({ kind, size: file.size }, taken, limits);
      const one: Given = {
        key: newKey(),
        name: file.name,
        kind,
        size: file.size,
        file,
        upload: refusal
          ? { state: "refused", ...refusal, retry: false }
          : { state: "sending", share: 0 },
      };
      if (!refusal) taken.push(one);
      added.push(one);
    }
    setGiven((all) => [...all, ...added]);
    for (const { key, file, upload } of added) {
      if (file && upload.state === "sending") send(key, file);
    }
  };

  const remove = (key: string) => {
    uploads.current.get(key)?.abort();
    setGiven((all) => all.filter((one) => one.key !== key));
  };

  return { given, add, remove, send };
}

export const readyGiven = (given: readonly Given[]): Reference[] =>
  given.flatMap(({ upload }) => (upload.state === "ready" ? [upload.reference] : []));

function keep(given: readonly Given[]): void {
  try {
    sessionStorage.setItem(GIVEN_KEY, JSON.stringify(readyGiven(given)));
  } catch {
    // Storage is closed to us: a reload then starts empty.
  }
}

function restore(): Given[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(GIVEN_KEY) ?? "[]") as Reference[];
    return kept.map((reference) => ({
      key: newKey(),
      name: reference.name,
      kind: reference.kind,
      size: reference.size,
      file: null,
      upload: { state: "ready", reference },
    }));
  } catch {
    return [];
  }
}

export function forgetGiven(): void {
  try {
    sessionStorage.removeItem(GIVEN_KEY);
  } catch {
    // Nothing was kept either.
  }
}
