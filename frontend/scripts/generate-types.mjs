// Writes src/protocol/events.ts and api.ts from the JSON Schemas beside them, which
// `python -m webapp.studio.contract` writes from the event contract and the API.
// With --check it writes nothing and fails if a file is not what it would write.
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const folder = new URL("../src/protocol/", import.meta.url);
const read = (name) => readFile(new URL(name, folder), "utf8").catch(() => "");
const definitionsIn = async (name) => JSON.parse(await read(name)).$defs;

const eventDefinitions = await definitionsIn("events.schema.json");
const apiDefinitions = await definitionsIn("api.schema.json");

const banner = (source) => `// Generated from ${source} by \`npm run generate\`. Do not edit.`;
const files = {
  "events.ts": await typesOf(
    eventDefinitions,
    banner("webapp/studio/events.py and live/frames.py"),
  ),
  "api.ts": await apiTypes(),
};

/** The API's types; what they share with the events is imported from there. */
async function apiTypes() {
  const shared = new Set();
  const definitions = JSON.parse(JSON.stringify(apiDefinitions), (key, value) => {
    const name = value?.$ref?.split("/").at(-1);
    if (!(name in eventDefinitions)) return value;
    shared.add(name);
    return { tsType: name };
  });
  const names = [...shared].sort().join(", ");
  const imports = `import type { ${names} } from "./events";`;
  return typesOf(definitions, `${banner("webapp/studio/schemas.py")}\n${imports}`);
}

async function typesOf(allDefinitions, bannerComment) {
  // A default beside a $ref would make the compiler write the same type twice.
  const bareReferences = (key, value) =>
    value !== null && typeof value === "object" && "$ref" in value ? { $ref: value.$ref } : value;
  const definitions = JSON.parse(JSON.stringify(allDefinitions, bareReferences));
  const source = await compile(
    { title: "Protocol", type: "object", additionalProperties: false, $defs: definitions },
    "Protocol",
    { bannerComment, unreachableDefinitions: true, additionalProperties: false, format: true },
  );
  return source
    .replace(/export interface Protocol \{\}\n+/, "")
    .replace(
      /\/\*\*\n \* This interface was referenced by `Protocol`'s JSON-Schema\n \* via the `definition` "[^"]+"\.\n \*\/\n/g,
      "",
    )
    .replace(
      / \*\n \* This interface was referenced by `Protocol`'s JSON-Schema\n \* via the `definition` "[^"]+"\.\n/g,
      "",
    );
}

for (const [name, types] of Object.entries(files)) {
  if (!process.argv.includes("--check")) {
    await writeFile(new URL(name, folder), types);
  } else if ((await read(name)) !== types) {
    console.error(`src/protocol/${name} is stale: run \`npm run generate\` in frontend/.`);
    process.exitCode = 1;
  }
}
