import type { ReactNode } from "react";

interface ButtonProps {
  href: string;
  kind?: string;
  children: ReactNode;
}

export const Button = ({ href, kind = "", children }: ButtonProps) => (
  <a className={`button ${kind}`} href={href}>
    {children}
  </a>
);
