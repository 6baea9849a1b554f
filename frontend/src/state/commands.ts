// Which plain commands a person may mean, while they type.

const MOST = 4;
const ABOUT_SELECTED = ["green", "bigger", "round corners", "remove"]; // need no name of an element

/** Examples that begin with the words so far, or hold them; none once one is written out. */
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
  return [...begins, ...holds].slice(0, MOST);
}
