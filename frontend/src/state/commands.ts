// Which plain commands a person may mean, while they type.

const MOST = 4;
const ABOUT_SELECTED = ["green", "bigger", "round corners", "remove"]; // need no name of an element

/**
 * Examples that begin with the words so far, or hold them; else those that begin with the last of
 * them, as of “make the button gr”. None once one is written out.
 */
export function suggested(
  words: string,
  examples: readonly string[],
  hasSelected: boolean,
): readonly string[] {
  const typed = words.trim().toLowerCase();
  if (typed === "") return hasSelected ? ABOUT_SELECTED : examples.slice(0, MOST);
  const all = hasSelected ? [...ABOUT_SELECTED, ...examples] : examples;
  const like = (one: string) => one.toLowerCase();
  if (all.some((one) => like(one) === typed)) return [];
  const begins = all.filter((one) => like(one).startsWith(typed));
  const holds = all.filter((one) => !begins.includes(one) && like(one).includes(typed));
  const found = [...begins, ...holds];
  return (found.length > 0 ? found : ofLastWords(typed, all)).slice(0, MOST);
}

const LEAST = 3; // characters that say what is meant

/** Those that begin with as many of the last words as any begins with. */
function ofLastWords(typed: string, all: readonly string[]): readonly string[] {
  const words = typed.split(/\s+/);
  for (let first = 1; first < words.length; first += 1) {
    const last = words.slice(first).join(" ");
    const found = all.filter((one) => one.toLowerCase().startsWith(last));
    if (last.length >= LEAST && found.length > 0) return found;
  }
  return [];
}
