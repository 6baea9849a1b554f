// Who made a revision, and from what, as a person reads it.
import type { ModelRef } from "../../protocol/events";
import type { RunView, ViewRevision } from "../../state/view";

/** What a person calls a model: of an endpoint, the name that it was asked for by. */
export function modelLabel({ id, settings }: ModelRef): string {
  if (id === "draft") return "Draft model";
  const name = settings["model"];
  return typeof name === "string" && name ? name : id;
}

export const authorOf = ({ author, model }: ViewRevision): string =>
  author === "person" ? "You" : modelLabel(model);

/** What a revision began as; empty where it was nothing, or nobody noted it. */
export function originOf(view: RunView, { number, made_from, restored }: ViewRevision): string {
  if (made_from !== null) return restored ? `same as v${made_from}` : `from v${made_from}`;
  if (number === 1 && view.branched_from)
    return `branched from v${view.branched_from.number} of another try`;
  return number === 1 ? "from the mockup" : "";
}
