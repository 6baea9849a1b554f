// The mockups of the composer, as plain data: what was dropped and what became of it.
import type { Asset, NewMockup, UploadLimits } from "../../protocol/api";
import type { Address } from "../../state/dragged";

export type Upload =
  | { state: "sending"; share: number }
  | { state: "ready"; asset: Asset }
  | { state: "refused"; reason: string; hint: string; retry: boolean };

export interface Item {
  key: string;
  name: string;
  file: File | null; // null for what the server already has: an example, a further page
  upload: Upload;
  scale: number;
  role: Role; // what it is to the first one
}

export type Role = NonNullable<NewMockup["role"]>;

export type ItemAction =
  | { do: "add"; items: Item[] }
  | { do: "progress"; key: string; share: number }
  | { do: "ready"; key: string; asset: Asset }
  | { do: "pages"; key: string; items: Item[]; limits: UploadLimits } // of the PDF at `key`
  | { do: "refuse"; key: string; reason: string; hint: string; retry: boolean }
  | { do: "scale"; key: string; scale: number }
  | { do: "role"; key: string; role: Role }
  | { do: "move"; key: string; by: -1 | 1 }
  | { do: "remove"; key: string };

export function changeItems(items: readonly Item[], action: ItemAction): Item[] {
  const update = (key: string, changes: Partial<Item>) =>
    items.map((item) => (item.key === key ? { ...item, ...changes } : item));
  switch (action.do) {
    case "add":
      return [...items, ...action.items];
    case "progress":
      return update(action.key, { upload: { state: "sending", share: action.share } });
    case "ready":
      return update(action.key, {
        upload: { state: "ready", asset: action.asset },
        scale: action.asset.scale,
      });
    case "pages":
      return withPages(items, action.key, action.items, action.limits);
    case "refuse": {
      const { key, reason, hint, retry } = action;
      return update(key, { upload: { state: "refused", reason, hint, retry } });
    }
    case "scale":
      return update(action.key, { scale: action.scale });
    case "role":
      return update(action.key, { role: action.role });
    case "move":
      return move(items, action.key, action.by);
    case "remove":
      return items.filter((item) => item.key !== action.key);
    default:
      return action satisfies never;
  }
}

function move(items: readonly Item[], key: string, by: -1 | 1): Item[] {
  const from = items.findIndex((item) => item.key === key);
  const to = from + by;
  const moved = items[from];
  if (!moved || to < 0 || to >= items.length) return [...items];
  const rest = items.filter((item) => item.key !== key);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}

/** The further pages of a PDF behind its first, as many as there is room for. */
function withPages(
  items: readonly Item[],
  key: string,
  pages: readonly Item[],
  limits: UploadLimits,
): Item[] {
  let taken = counted(items).length;
  const judged = pages.map((page): Item => {
    const refusal = refusalOf({ size: 1 }, taken, limits);
    if (refusal) return { ...page, upload: { state: "refused", ...refusal, retry: false } };
    taken += 1;
    return page;
  });
  return items.flatMap((item) => (item.key === key ? [item, ...judged] : [item]));
}

/** Items that count: a refused file takes no place. */
export const counted = (items: readonly Item[]): Item[] =>
  items.filter((item) => item.upload.state !== "refused");

export interface ReadyItem {
  asset: Asset;
  scale: number;
  role: Role;
}

export function readyItems(items: readonly Item[]): ReadyItem[] {
  return items.flatMap((item) =>
    item.upload.state === "ready"
      ? [{ asset: item.upload.asset, scale: item.scale, role: item.role }]
      : [],
  );
}

export const readyItem = (key: string, asset: Asset): Item => ({
  key,
  name: asset.name,
  file: null,
  upload: { state: "ready", asset },
  scale: asset.scale,
  role: "auto",
});

const COUNTS = ["no", "one", "two", "three", "four", "five"];

/** Why a file cannot be sent, known before sending it; null if it can. */
export function refusalOf(
  file: { size: number },
  taken: number,
  limits: UploadLimits,
): { reason: string; hint: string } | null {
  if (taken >= limits.max_images) {
    return {
      reason: `A project takes up to ${COUNTS[limits.max_images] ?? limits.max_images} images.`,
      hint: "Remove one to make room.",
    };
  }
  if (file.size === 0) return { reason: "The file is empty (0 bytes).", hint: "Export it again." };
  if (file.size > limits.max_bytes) {
    const allowed = Math.floor(limits.max_bytes / (1024 * 1024));
    const size = Math.ceil(file.size / (1024 * 1024));
    return {
      reason: `The file is ${size} MB; up to ${allowed} MB is taken.`,
      hint: "Save it as PNG or WebP at its own size.",
    };
  }
  return null;
}

/** What to do where a browser gave no picture, but an address. */
export const refusalOfAddress = (kind: Address["kind"]): { reason: string; hint: string } =>
  kind === "picture"
    ? {
        reason: "The browser gave only the picture’s address.",
        hint: "Save the picture or copy it (right click, Copy image) and paste it here.",
      }
    : {
        reason: "This is the address of a page, not a picture.",
        hint: "Take a screenshot of the page and paste it here.",
      };

/** Why Generate has to wait, or null if it does not. */
export function blockedBecause(
  items: readonly Item[],
  others: readonly { upload: { state: string } }[] = [],
  importing = false, // a page, which needs no mockup
): string | null {
  const isSending = ({ upload }: { upload: { state: string } }) => upload.state === "sending";
  if (items.some(isSending) || others.some(isSending)) return "Waiting for the upload";
  if (!importing && readyItems(items).length === 0) return "Add a mockup first";
  return null;
}
