import { useId, type InputHTMLAttributes, type ReactNode } from "react";

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
}

/** A text field with its label above and what helps to fill it in below. */
export function Field({ label, hint, className = "", ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        {...rest}
      />
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
