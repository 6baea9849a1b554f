import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const names = (...globals) => Object.fromEntries(globals.map((name) => [name, "readonly"]));

export default defineConfig(
  globalIgnores(["dist", "src/protocol/api.ts", "src/protocol/events.ts"]), // built, and generated
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/no-deprecated": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unnecessary-condition": "error",
      // `const { [key]: _gone, ...rest }` is how an object is copied without a key.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  { files: ["public/*.js"], languageOptions: { globals: names("document", "localStorage") } },
  { files: ["compiler/marking/*.js"], languageOptions: { globals: names("document") } },
  { files: ["scripts/*.mjs"], languageOptions: { globals: names("URL", "console", "process") } },
);
