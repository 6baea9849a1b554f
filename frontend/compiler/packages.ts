import reactDom from "../node_modules/react-dom/cjs/react-dom.production.js?raw";
import reactDomClient from "../node_modules/react-dom/cjs/react-dom-client.production.js?raw";
import jsxDevRuntime from "./marking/jsx-dev-runtime.js?raw";
import marks from "./marking/marks.js?raw";
import vueMarks from "./marking/vue-marks.js?raw";
import jsxRuntime from "../node_modules/react/cjs/react-jsx-runtime.production.js?raw";
import react from "../node_modules/react/cjs/react.production.js?raw";
import scheduler from "../node_modules/scheduler/cjs/scheduler.production.js?raw";
import vue from "../node_modules/vue/dist/vue.runtime.esm-browser.prod.js?raw";

/** The packages that a project may import, as they are published: nothing is fetched. */
export const PACKAGES: Readonly<Record<string, string>> = {
  react,
  "react/jsx-runtime": jsxRuntime,
  "react-dom": reactDom,
  "react-dom/client": reactDomClient,
  scheduler,
  vue,
  // what elements are marked by
  "react/jsx-dev-runtime": jsxDevRuntime,
  "mockwright/marks": marks,
  "mockwright/vue-marks": vueMarks,
};

/** What a person writes imports of; the rest is for these. */
export const OFFERED = ["react", "react-dom", "vue"];
