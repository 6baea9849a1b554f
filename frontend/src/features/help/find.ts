// Finding words in the help.
import type { Topic } from "../../../help-docs";

/** A section that has all of the words, and what stands around the first of them. */
export interface Hit {
  topic: Topic;
  section: number;
  heading: string;
  excerpt: string;
}

const AROUND = 60; // characters on each side
const MOST = 20; // hits

export function findIn(topics: readonly Topic[], words: string): Hit[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = wanted;
  if (!first) return [];
  const hits = topics.flatMap((topic) =>
    topic.sections.flatMap(({ heading, text }, section) => {
      const low = text.toLowerCase();
      if (!wanted.every((word) => low.includes(word))) return [];
      const at = low.indexOf(first);
      const [from, to] = [Math.max(0, at - AROUND), at + first.length + AROUND];
      const cut = `${from > 0 ? "…" : ""}${text.slice(from, to).trim()}${to < text.length ? "…" : ""}`;
      return [{ topic, section, heading, excerpt: cut }];
    }),
  );
  return hits.slice(0, MOST);
}
