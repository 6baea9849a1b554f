import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  children?: ReactNode;
}

export function Button({ kind = "plain", icon, children, className = "", ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button ${kind} ${className}`} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  label: string;
}

export function IconButton({ icon, label, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

interface IconLinkProps {
  icon: IconName;
  label: string;
  href: string | undefined;
  download?: boolean;
  newTab?: boolean;
}

/** A link drawn as an icon button; without an address it is a button that is not available yet. */
export function IconLink({ icon, label, href, download = false, newTab = false }: IconLinkProps) {
  if (href === undefined) return <IconButton icon={icon} label={label} disabled />;
  return (
    <a
      className="icon-button"
      aria-label={label}
      title={label}
      href={href}
      {...(download ? { download: "" } : {})}
      {...(newTab ? { target: "_blank", rel: "noreferrer" } : {})}
    >
      <Icon name={icon} />
    </a>
  );
}
