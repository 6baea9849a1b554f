import { Menu } from "../../ui/Menu";
import type { Role } from "./items";

const ROLES = [
  { value: "auto", label: "Page or width: auto", note: "Or a state: told from words and pixels" },
  { value: "page", label: "Another page" },
  { value: "width", label: "Page 1, other width" },
  { value: "state", label: "Page 1, other state" },
] satisfies { value: Role; label: string; note?: string }[];

interface RoleMenuProps {
  name: string;
  role: Role;
  onChoose: (role: Role) => void;
  align?: "start" | "end";
  up?: boolean;
}

/** What a mockup after the first is to that one. */
export function RoleMenu({ name, role, ...rest }: RoleMenuProps) {
  return <Menu label={`What ${name} shows`} value={role} choices={ROLES} {...rest} />;
}
