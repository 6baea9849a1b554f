import type { Preset } from "../../protocol/api";

interface PresetsProps {
  presets: readonly Preset[];
  chosen: Preset | null;
  onChoose: (preset: Preset) => void;
}

/** Servers that people have, to begin with their usual address. */
export function Presets({ presets, chosen, onChoose }: PresetsProps) {
  return (
    <fieldset className="presets">
      <legend>Which server?</legend>
      <div>
        {presets.map((preset) => (
          <label key={preset.id}>
            <input
              type="radio"
              name="preset"
              checked={preset === chosen}
              onChange={() => onChoose(preset)}
            />
            {preset.label}
          </label>
        ))}
      </div>
      <small>
        {chosen ? chosen.hint : "Any other that speaks OpenAI's API: enter its address."}
      </small>
    </fieldset>
  );
}
