// Several takes on one brief: which ones may be asked for together, and how those that were stand.
import type { ModelOption, NewVariant, ProjectRun, StackOption } from "../protocol/api";

export const MOST_VARIANTS = 4;

/** A take as the composer holds it: all of it is chosen. */
export type Variant = Required<NewVariant>;

/**
 * Another take beside those that are chosen: a model not among them yet, else one that answers
 * otherwise each time, else one in another stack; none where every one would be the same page again.
 */
export function nextVariant(
  chosen: readonly Variant[],
  models: readonly ModelOption[],
  stacks: readonly StackOption[],
): Variant | null {
  const [first] = chosen;
  const stack = first?.stack ?? "";
  const used = chosen.map(({ model }) => model);
  const isReady = ({ state }: ModelOption) => state === "ready";
  const other = models.filter(({ id }) => !used.includes(id));
  const again = models.filter((one) => used.includes(one.id) && !one.deterministic);
  const next = other.find(isReady) ?? again[0] ?? other[0];
  if (next) return { model: next.id, thinking: "", temperature: null, stack };
  const unused = stacks.find(({ id }) => chosen.every((one) => one.stack !== id));
  return first && unused ? { ...first, stack: unused.id } : null;
}

/** Why these cannot be asked for together; null where they can. */
export function sameBecause(
  chosen: readonly Variant[],
  models: readonly ModelOption[],
): string | null {
  const seen = new Set<string>();
  for (const { model, stack } of chosen) {
    const card = models.find(({ id }) => id === model);
    if (!card?.deterministic) continue;
    const key = `${model} ${stack}`;
    if (seen.has(key))
      return `${card.label} gives the same page each time: choose another model or stack.`;
    seen.add(key);
  }
  return null;
}

const openedAt = ({ queued_at, chosen_at }: ProjectRun) =>
  Math.max(Date.parse(queued_at), chosen_at === null ? 0 : Date.parse(chosen_at));

/** The run that a project opens with: the one last put to work or chosen. */
export const openedRun = (runs: readonly ProjectRun[]): ProjectRun | undefined =>
  runs.toSorted((a, b) => openedAt(a) - openedAt(b)).at(-1);

/** The runs of a group, as they were asked for. */
export const variantsOf = (runs: readonly ProjectRun[], group: string | null): ProjectRun[] =>
  group === null
    ? []
    : runs
        .filter((run) => run.group === group)
        .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));

/** The one of a group that the person continues with. */
export const chosenOf = (variants: readonly ProjectRun[]): ProjectRun | undefined =>
  variants
    .filter(({ chosen_at }) => chosen_at !== null)
    .sort((a, b) => openedAt(a) - openedAt(b))
    .at(-1);

/** The group that a project opens with: several variants of which none is chosen yet. */
export function groupToChooseFrom(runs: readonly ProjectRun[]): string | null {
  const group = openedRun(runs)?.group ?? null;
  const variants = variantsOf(runs, group);
  return variants.length > 1 && !chosenOf(variants) ? group : null;
}

/** How a variant stands, as its tile has heard. */
export interface Standing {
  score: number | null;
  active: boolean;
}

/** The best first; those still at work, and those without a page, follow as they were asked for. */
export function ranked<Run extends { id: string }>(
  runs: readonly Run[],
  standings: Readonly<Record<string, Standing>>,
): Run[] {
  const worth = ({ id }: Run) => {
    const standing = standings[id];
    return standing && !standing.active ? (standing.score ?? -1) : -1;
  };
  return runs.toSorted((a, b) => worth(b) - worth(a));
}

/** The variant of the highest score so far, where there are several to be better than. */
export function bestOf(standings: Readonly<Record<string, Standing>>): string | null {
  const scored = Object.entries(standings).filter(([, { score }]) => score !== null);
  if (scored.length < 2) return null;
  const [best, second] = scored.sort(([, a], [, b]) => (b.score ?? 0) - (a.score ?? 0));
  return best && best[1].score !== second?.[1].score ? best[0] : null;
}
