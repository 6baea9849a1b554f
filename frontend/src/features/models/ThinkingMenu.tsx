import type { RunSummary } from "../../protocol/api";
import { Menu, type Choice } from "../../ui/Menu";

export type Thinking = RunSummary["thinking"];

const CHOICES: readonly Choice<Thinking>[] = [
  { value: "", label: "As set up", note: "As the model is set up under Models." },
  { value: "off", label: "Off", note: "Answers at once." },
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High", note: "Takes the longest." },
];

interface ThinkingMenuProps {
  value: Thinking;
  onChoose: (thinking: Thinking) => void;
  up?: boolean;
  of?: string; // whose, where there are several
}

/** How much the model of one run thinks before it answers. */
export function ThinkingMenu({ value, onChoose, up = false, of = "" }: ThinkingMenuProps) {
  const chosen = CHOICES.find((choice) => choice.value === value);
  return (
    <Menu
      label={of ? `Thinking of ${of}` : "Thinking"}
      value={value}
      shown={
        <>
          <span className="quiet-text">thinking</span> {chosen?.label.toLowerCase()}
        </>
      }
      choices={CHOICES}
      onChoose={onChoose}
      up={up}
    />
  );
}
