import { useEffect, useRef, useState } from "react";
import type { Asset } from "../../protocol/api";
import { uploadAsset } from "../../protocol/client";
import { nameOf, type Address } from "../../state/dragged";
import { forget, keep, readKept } from "../../state/kept";
import { wordsOf } from "../../ui/Notice";
import { refusalOfAddress } from "../compose/items";

const KEPT = "mockwright.arena.mockups";
export const NAME = "mockwright.arena"; // where the name of one that was not begun is kept

/** Whether mockups or a name wait for an arena that was not begun. */
export const isPrepared = (): boolean =>
  (readKept<Sent[]>(KEPT) ?? []).length > 0 || Boolean(readKept<string>(NAME));

/** A file that was added. Its `assets`, several of a PDF, are null until it is stored. */
interface Sent {
  key: number;
  name: string;
  assets: Asset[] | null;
  problem: string;
}

/** The files that were added, each sent as it comes; a reload loses none that is stored. */
export function useMockups() {
  const [sent, setSent] = useState<readonly Sent[]>(() => readKept<Sent[]>(KEPT) ?? []);
  const next = useRef(Math.max(0, ...sent.map(({ key }) => key + 1)));
  useEffect(() => {
    keep(
      KEPT,
      sent.filter(({ assets }) => assets !== null),
    );
  }, [sent]);

  const put = (name: string, problem = ""): number => {
    const key = next.current;
    next.current += 1;
    setSent((all) => [...all, { key, name, assets: null, problem }]);
    return key;
  };
  const tell = (key: number, changes: Partial<Sent>) =>
    setSent((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));

  return {
    sent,
    addFiles: (files: readonly File[]) => {
      for (const file of files) {
        const key = put(file.name);
        uploadAsset(file, () => {}).then(
          ({ pages, ...first }) => tell(key, { assets: [first, ...pages] }),
          (refusal: unknown) => tell(key, { problem: Object.values(wordsOf(refusal)).join(" ") }),
        );
      }
    },
    addAddress: ({ kind, url }: Address) => {
      const { reason, hint } = refusalOfAddress(kind);
      put(nameOf(url), `${reason} ${hint}`);
    },
    remove: (key: number) => setSent((all) => all.filter((one) => one.key !== key)),
    forget: () => forget(KEPT),
  };
}
