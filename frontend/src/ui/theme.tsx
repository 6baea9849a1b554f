import { useState } from "react";
import { Menu } from "./Menu";
import { Icon, type IconName } from "./Icon";

type Theme = "system" | "light" | "dark";

const KEY = "mockwright.theme"; // public/theme.js reads it before the first paint
const ICONS: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

function storedTheme(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function ThemeMenu() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (next: Theme) => {
    setTheme(next);
    if (next === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage is closed to us: the choice holds until the page is left.
    }
  };
  return (
    <Menu
      label="Theme"
      align="end"
      value={theme}
      shown={<Icon name={ICONS[theme]} />}
      choices={[
        { value: "system", label: "As the system" },
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
      ]}
      onChoose={choose}
    />
  );
}
