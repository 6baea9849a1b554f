import { useId } from "react";
import type { Prompt } from "../../state/arena";
import { Button, IconButton } from "../../ui/Button";

interface PromptsProps {
  prompts: readonly Prompt[]; // at least one
  most: number;
  onChange: (prompts: readonly Prompt[]) => void;
}

/** What models that read words are told: each makes a page for every prompt. */
export function Prompts({ prompts, most, onChange }: PromptsProps) {
  const hint = useId();
  const several = prompts.length > 1;
  const change = (place: number, changes: Partial<Prompt>) =>
    onChange(prompts.map((one, at) => (at === place ? { ...one, ...changes } : one)));
  return (
    <fieldset className="arena-prompts">
      <legend>Prompts</legend>
      <ol>
        {prompts.map(({ label, text }, place) => (
          <li key={place}>
            {several && (
              <input
                type="text"
                aria-label={`Name of prompt ${place + 1}`}
                aria-describedby={hint}
                placeholder={`prompt ${place + 1}`}
                maxLength={60}
                value={label}
                onChange={(event) => change(place, { label: event.target.value })}
              />
            )}
            <textarea
              aria-label={several ? `Prompt ${place + 1}` : "Anything to add?"}
              placeholder="Anything to add, for models that read words?"
              rows={2}
              value={text}
              onChange={(event) => change(place, { text: event.target.value })}
            />
            {several && (
              <IconButton
                icon="close"
                label={`Remove prompt ${place + 1}`}
                onClick={() => onChange(prompts.filter((_, at) => at !== place))}
              />
            )}
          </li>
        ))}
      </ol>
      <div>
        <Button
          disabled={prompts.length >= most}
          onClick={() => onChange([...prompts, { label: "", text: "" }])}
        >
          Add a prompt
        </Button>
        <small id={hint}>
          {several
            ? "A column for each, under its name: the same name in another round is held against it."
            : "With several, a model makes a page for each."}
        </small>
      </div>
    </fieldset>
  );
}
