import { useState } from "react";

/** A version's page, as it is asked for. */
export interface FramedPage {
  url: string;
  number: number; // of its revision
}

export const KEPT = 4; // frames of versions seen last, the one on the stage among them

/**
 * The frames to hold: of the version on the stage, of those seen before it, and, once it is there,
 * of those `near` it. So a switch back, or to the next one, shows what is drawn already. They are in
 * the order of their versions: a frame that is moved in the document loads anew.
 */
export function useKeptFrames(shown: FramedPage, near: readonly FramedPage[]) {
  const [recent, setRecent] = useState<readonly FramedPage[]>([shown]);
  const [loaded, setLoaded] = useState<ReadonlySet<string>>(new Set());
  if (recent[0]?.url !== shown.url) {
    setRecent([shown, ...recent.filter(({ url }) => url !== shown.url)].slice(0, KEPT));
  }
  const isThere = loaded.has(shown.url);
  const held = new Map([shown, ...recent, ...(isThere ? near : [])].map((one) => [one.url, one]));
  const frames = [...held.values()].sort((a, b) => a.number - b.number);
  return {
    frames,
    isThere,
    /** Whether it was there before: then it went elsewhere by itself. */
    tellLoaded: (url: string): boolean => {
      setLoaded(new Set([...frames.map((one) => one.url).filter((one) => loaded.has(one)), url]));
      return loaded.has(url);
    },
  };
}
