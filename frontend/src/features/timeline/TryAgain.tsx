import { useState, type ReactNode } from "react";
import type { ModelOption, NewRun, ProjectAsset, StackOption } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { useKept } from "../../ui/hooks";
import type { Variant } from "../../state/variants";
import { useVariants } from "../variants/useVariants";
import { VariantChoice, VariantsButton } from "../variants/VariantChoice";
import { RoleMenu } from "../compose/RoleMenu";
import { WordsForm } from "./WordsForm";

interface TryAgainProps {
  runId: string;
  prompt: string;
  model: ModelOption | undefined;
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  asked: Variant; // what this run was asked for: the first of several takes
  mockups: readonly ProjectAsset[];
  onSend: (prompt: string, roles: Roles, variants: readonly Variant[]) => Promise<boolean>;
  note?: ReactNode;
  children?: ReactNode;
}

type Roles = NonNullable<NewRun["roles"]>;

/** Where the words for another try are kept, as long as they are not sent. */
export const againKey = (runId: string) => `mockwright-again-${runId}`;

/** Another run on the same mockups, with new words, and another notion of what they show. */
export function TryAgain(props: TryAgainProps) {
  const { runId, prompt, model, models, stacks, asked, mockups, onSend, note, children } = props;
  const [words, setWords] = useKept(againKey(runId), prompt);
  const [roles, setRoles] = useState<Roles>({}); // those that are chosen anew
  const [sending, setSending] = useState(false);
  const [first, setFirst] = useState(asked);
  const variants = useVariants(models, stacks, first);
  const count = variants.chosen.length;
  const ready = !sending && variants.problem === null;
  const send = async () => {
    setSending(true);
    if (await onSend(words, roles, variants.chosen)) setWords(prompt);
    setSending(false);
  };
  return (
    <WordsForm
      label="Words for another try"
      placeholder="Anything to add for another try?"
      words={words}
      onWords={setWords}
      ready={ready}
      onSubmit={() => void send()}
    >
      {model?.reads_words && mockups.length > 1 && (
        <ul className="mockup-roles" aria-label="What the other mockups show">
          {mockups.map(
            ({ name, role }, place) =>
              place > 0 && (
                <li key={place}>
                  <span title={name}>{name}</span>
                  <RoleMenu
                    name={name}
                    role={roles[place] ?? role}
                    onChoose={(chosen) => setRoles({ ...roles, [place]: chosen })}
                    align="end"
                    up
                  />
                </li>
              ),
          )}
        </ul>
      )}
      <small>
        {words && model && !model.reads_words
          ? `${model.label} follows the picture; words are kept.`
          : note}
      </small>
      <VariantChoice state={variants} models={models} stacks={stacks} onFirst={setFirst} up />
      {children}
      <VariantsButton state={variants} />
      <Button type="submit" disabled={!ready}>
        {sending ? "Starting…" : count > 0 ? `Make ${count} variants` : "Try again"}
      </Button>
    </WordsForm>
  );
}
