import { Clamped } from "./Clamped";

/** What a person said; of very much the beginning. */
export function Words({ text }: { text: string }) {
  return (
    <blockquote className="prompt">
      <Clamped className="" text={text} lines="twelve" />
    </blockquote>
  );
}
