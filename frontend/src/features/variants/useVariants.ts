import { useState } from "react";
import type { ModelOption, StackOption } from "../../protocol/api";
import { nextVariant, sameBecause, type Variant } from "../../state/variants";

/** The takes that a person asks for at once: the composer's own choice is the first of them. */
export function useVariants(
  models: readonly ModelOption[],
  stacks: readonly StackOption[],
  first: Variant,
) {
  const [open, setOpen] = useState(false);
  const [others, setOthers] = useState<readonly Variant[]>([]);
  const all: readonly Variant[] = [first, ...others];
  const next = nextVariant(all, models, stacks);
  const close = () => {
    setOpen(false);
    setOthers([]);
  };
  return {
    open,
    all,
    next,
    chosen: open && others.length > 0 ? all : [], // empty: one page
    problem: open ? sameBecause(all, models) : null,
    toggle: () => {
      if (open) close();
      else {
        setOpen(true);
        setOthers(next ? [next] : []);
      }
    },
    add: () => next && setOthers([...others, next]),
    /** `place` among all, from 1: the first is the composer's. */
    change: (place: number, variant: Variant) =>
      setOthers(others.map((one, at) => (at + 1 === place ? variant : one))),
    remove: (place: number) => {
      const left = others.filter((_, at) => at + 1 !== place);
      if (left.length === 0) close();
      else setOthers(left);
    },
  };
}

export type VariantsState = ReturnType<typeof useVariants>;
