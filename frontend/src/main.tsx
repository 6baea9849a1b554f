import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/start.css";
import "./styles/studio.css";
import "./styles/timeline.css";
import "./styles/steps.css";
import "./styles/stage.css";
import "./styles/inspector.css";
import "./styles/widths.css";
import "./styles/help.css";
import "./styles/models.css";
import "./styles/versions.css";
import "./styles/projects.css";
import "./styles/arena.css";
import "./styles/variants.css";
import "./styles/replay.css";
import "./styles/narrow.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { watchWindow } from "./state/inbox";
import { Boundary } from "./ui/Boundary";

watchWindow();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Boundary>
        <App />
      </Boundary>
    </StrictMode>,
  );
}
