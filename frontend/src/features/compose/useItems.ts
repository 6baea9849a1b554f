import { useCallback, useEffect, useReducer, useRef } from "react";
import type { Asset, Example, UploadLimits } from "../../protocol/api";
import { api, uploadAsset } from "../../protocol/client";
import { nameOf, type Address } from "../../state/dragged";
import { forget, keep, readKept } from "../../state/kept";
import { refusedBecause } from "./refused";
import {
  changeItems,
  counted,
  readyItem,
  refusalOf,
  refusalOfAddress,
  type Item,
  type Role,
} from "./items";

const UNSENT_KEY = "mockwright.draft"; // uploaded mockups survive a reload of the start page

let lastKey = 0;
const newKey = () => `item-${(lastKey += 1)}`;

/** The composer's mockups with their uploads running behind them. */
export function useItems(limits: UploadLimits) {
  const [items, change] = useReducer(changeItems, [], restore);
  const uploads = useRef(new Map<string, AbortController>());

  useEffect(() => keepReady(items), [items]);
  useEffect(() => {
    const running = uploads.current;
    return () => running.forEach((stop) => stop.abort()); // left: nobody waits for them
  }, []);

  const fail = useCallback((key: string, error: unknown) => {
    change({ do: "refuse", key, ...refusedBecause(error) });
  }, []);

  const send = useCallback(
    (key: string, file: File) => {
      const stop = new AbortController();
      uploads.current.set(key, stop);
      change({ do: "progress", key, share: 0 });
      uploadAsset(file, (share) => change({ do: "progress", key, share }), stop.signal).then(
        ({ pages, ...asset }) => {
          change({ do: "ready", key, asset });
          const items = pages.map((page) => readyItem(newKey(), page));
          if (items.length > 0) change({ do: "pages", key, items, limits });
        },
        (error: unknown) => fail(key, error),
      );
    },
    [fail, limits],
  );

  const addFiles = (files: readonly File[]) => {
    let taken = counted(items).length;
    const added = files.map((file): Item => {
      const refusal = refusalOf(file, taken, limits);
      if (!refusal) taken += 1;
      return {
        key: newKey(),
        name: file.name || "pasted image",
        file,
        upload: refusal
          ? { state: "refused", ...refusal, retry: false }
          : { state: "sending", share: 0 },
        scale: 1,
        role: "auto",
      };
    });
    change({ do: "add", items: added });
    for (const { key, file, upload } of added) {
      if (file && upload.state === "sending") send(key, file);
    }
  };

  const addAddress = ({ kind, url }: Address) => {
    const upload = { state: "refused", ...refusalOfAddress(kind), retry: false } as const;
    const item = { key: newKey(), name: nameOf(url), file: null, upload, scale: 1 };
    change({ do: "add", items: [{ ...item, role: "auto" }] });
  };

  const addExample = (example: Example) => {
    const refusal = refusalOf({ size: 1 }, counted(items).length, limits);
    const key = newKey();
    const upload = refusal
      ? ({ state: "refused", ...refusal, retry: false } as const)
      : ({ state: "sending", share: 0 } as const);
    const { title: name, scale } = example;
    const item: Item = { key, name, file: null, upload, scale, role: "auto" };
    change({ do: "add", items: [item] });
    if (refusal) return;
    api.takeExample(example.name).then(
      (asset) => change({ do: "ready", key, asset }),
      (error: unknown) => fail(key, error),
    );
  };

  const remove = (key: string) => {
    uploads.current.get(key)?.abort();
    change({ do: "remove", key });
  };

  return { items, change, addFiles, addAddress, addExample, remove, send };
}

interface KeptItem {
  name: string;
  asset: Asset;
  scale: number;
  role: Role;
}

const keepReady = (items: readonly Item[]) =>
  keep(
    UNSENT_KEY,
    items.flatMap(({ name, upload, scale, role }): KeptItem[] =>
      upload.state === "ready" ? [{ name, asset: upload.asset, scale, role }] : [],
    ),
  );

const restore = (): Item[] =>
  (readKept<KeptItem[]>(UNSENT_KEY) ?? []).map(({ name, asset, scale, role }) => ({
    key: newKey(),
    name,
    file: null,
    upload: { state: "ready", asset },
    scale,
    role,
  }));

export const forgetUnsent = () => forget(UNSENT_KEY);
