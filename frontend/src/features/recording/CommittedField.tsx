import { useState, type InputHTMLAttributes } from "react";
import { Field } from "../../ui/Field";

interface CommittedFieldProps extends Omit<
  InputHTMLAttributes<HTMLInputElement>,
  "value" | "onChange"
> {
  label: string;
  value: string;
  onCommit: (value: string) => void;
}

/** A field whose words count once it is left, or with Enter: one change, one step of Undo. */
export function CommittedField({ value, onCommit, ...rest }: CommittedFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed !== null && typed !== value) onCommit(typed);
    setTyped(null);
  };
  return (
    <Field
      {...rest}
      value={typed ?? value}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}
