import type { ReactNode } from "react";
import { useCommands } from "../../ui/hooks";

interface WordsFormProps {
  label: string;
  placeholder: string;
  words: string;
  onWords: (words: string) => void;
  ready: boolean;
  onSubmit: () => void;
  about?: ReactNode; // what the words are about
  suggestions?: readonly string[]; // of words, each put in at a press
  children: ReactNode; // what stands below the words, the button that submits among it
}

/** A few words under the activity; ⌘↵ sends them from anywhere on the page. */
export function WordsForm(props: WordsFormProps) {
  const { label, placeholder, words, onWords, ready, onSubmit, about, suggestions, children } =
    props;
  useCommands((command) => {
    if (command === "generate" && ready) onSubmit();
    return command === "generate";
  }, "part");
  return (
    <form
      className="next-words"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSubmit();
      }}
    >
      {about}
      <textarea
        aria-label={label}
        placeholder={placeholder}
        rows={2}
        value={words}
        onChange={(event) => onWords(event.target.value)}
      />
      {suggestions !== undefined && suggestions.length > 0 && (
        <ul className="suggestions" aria-label="For example">
          {suggestions.map((one) => (
            <li key={one}>
              <button type="button" onClick={() => onWords(one)}>
                {one}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div>{children}</div>
    </form>
  );
}
