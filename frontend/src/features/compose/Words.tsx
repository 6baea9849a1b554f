import type { ReactNode } from "react";
import type { StackOption } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { Menu } from "../../ui/Menu";

interface WordsProps {
  prompt: string;
  onPrompt: (prompt: string) => void;
  stacks: readonly StackOption[];
  stack: string;
  onStack: (stack: string) => void;
  children: ReactNode; // what else there is to choose
  blocked: string | null; // why Generate has to wait
  action: string; // what the button that generates says
  onGenerate: () => void;
}

const COMMAND_KEY = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl ";

export function Words(props: WordsProps) {
  const { prompt, onPrompt, stacks, stack, onStack, children, blocked, action, onGenerate } = props;
  return (
    <div className="words">
      <textarea
        aria-label="Anything to add?"
        placeholder="Anything to add?"
        rows={2}
        value={prompt}
        onChange={(event) => onPrompt(event.target.value)}
      />
      <div className="words-actions">
        <Menu
          label="Stack"
          value={stack}
          choices={stacks.map(({ id, label, note }) => ({ value: id, label, note }))}
          onChoose={onStack}
        />
        {children}
        {blocked && <span className="blocked">{blocked}</span>}
        <Button
          kind="primary"
          disabled={blocked !== null}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onClick={onGenerate}
        >
          {action} <kbd aria-hidden="true">{COMMAND_KEY}↵</kbd>
        </Button>
      </div>
    </div>
  );
}
