// Writes src/protocol/events.ts from src/protocol/schema.json, which
// `python -m webapp.studio.contract` writes from the event contract.
// With --check it writes nothing and fails if the file is not what it would write.
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const folder = new URL("../src/protocol/", import.meta.url);
const target = new URL("events.ts", folder);

const banner =
  "// Generated from webapp/studio/events.py and view.py by `npm run generate`. Do not edit.";

const schema = JSON.parse(await readFile(new URL("schema.json", folder), "utf8"));
// A default beside a $ref would make the compiler write the same type twice.
const bareReferences = (key, value) =>
  value !== null && typeof value === "object" && "$ref" in value ? { $ref: value.$ref } : value;
const definitions = JSON.parse(JSON.stringify(schema.$defs, bareReferences));

const source = await compile(
  { title: "Protocol", type: "object", additionalProperties: false, $defs: definitions },
  "Protocol",
  {
    bannerComment: banner,
    unreachableDefinitions: true,
    additionalProperties: false,
    format: true,
  },
);
const types = source
  .replace(/export interface Protocol \{\}\n+/, "")
  .replace(
    /\/\*\*\n \* This interface was referenced by `Protocol`'s JSON-Schema\n \* via the `definition` "[^"]+"\.\n \*\/\n/g,
    "",
  )
  .replace(
    / \*\n \* This interface was referenced by `Protocol`'s JSON-Schema\n \* via the `definition` "[^"]+"\.\n/g,
    "",
  );

if (process.argv.includes("--check")) {
  const present = await readFile(target, "utf8").catch(() => "");
  if (present !== types) {
    console.error("src/protocol/events.ts is stale: run `npm run generate` in frontend/.");
    process.exit(1);
  }
} else {
  await writeFile(target, types);
}
