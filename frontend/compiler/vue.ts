import { NodeTypes, type NodeTransform } from "@vue/compiler-core";
import { compileScript, compileStyle, parse } from "@vue/compiler-sfc";
import type { OnLoadResult, PartialMessage } from "esbuild-wasm";

const COMPONENT = "component";

const NO_SCRIPT = '\n<script setup lang="ts">/* none */</script>';

/** A component of one file as a module; its styles are put into the page by its script. */
export function compileVue(path: string, text: string): OnLoadResult {
  const whole = /<script\b/.test(text) ? text : text + NO_SCRIPT;
  const { descriptor, errors } = parse(whole, { filename: path, sourceMap: false });
  if (errors.length > 0) return { errors: errors.map((error) => message(path, text, error)) };
  const id = `data-v-${hash(path)}`;
  const scoped = descriptor.styles.some((style) => style.scoped === true);
  try {
    const script = compileScript(descriptor, {
      id,
      inlineTemplate: true,
      genDefaultAs: COMPONENT,
      templateOptions: {
        scoped,
        transformAssetUrls: { includeAbsolute: false },
        compilerOptions: { nodeTransforms: [markPlace(path)] },
      },
    });
    const styles = descriptor.styles.map((style) => {
      const { code, errors } = compileStyle({
        source: style.content,
        filename: path,
        id,
        scoped: style.scoped === true,
      });
      if (errors[0] !== undefined) throw errors[0];
      return `sheet.append(${JSON.stringify(code)});`;
    });
    const sheet = styles.length > 0 ? 'const sheet = document.createElement("style");' : "";
    const shown = styles.length > 0 ? "document.head.append(sheet);" : "";
    const scope = scoped ? `${COMPONENT}.__scopeId = ${JSON.stringify(id)};` : "";
    return {
      contents: [
        'import "mockwright/vue-marks";',
        script.content,
        scope,
        sheet,
        ...styles,
        shown,
        `export default ${COMPONENT};`,
      ].join("\n"),
      loader: "ts",
    };
  } catch (error) {
    return { errors: [message(path, text, error)] };
  }
}

/**
 * Gives each element and component its place in `ref_key`, which Vue keeps beside what it draws and
 * writes nowhere. One with a `ref` has that name there already, and stays without.
 */
function markPlace(path: string): NodeTransform {
  return (node) => {
    if (node.type !== NodeTypes.ELEMENT) return;
    if (node.props.some(({ name, loc }) => name === "ref" || /^:ref\b/.test(loc.source))) return;
    const { line, column } = node.loc.start;
    node.props.push({
      type: NodeTypes.ATTRIBUTE,
      name: "ref_key",
      nameLoc: node.loc,
      value: { type: NodeTypes.TEXT, content: `${path}\n${line}\n${column}`, loc: node.loc },
      loc: node.loc,
    });
  };
}

interface Located {
  loc?: { start: { line: number; column: number } };
}

function message(path: string, text: string, error: unknown): PartialMessage {
  const told = error instanceof Error ? error.message : String(error);
  const start = (error as Located).loc?.start;
  if (start === undefined || typeof start.line !== "number") {
    return { text: told.split("\n")[0] ?? "", location: { file: path } };
  }
  const lineText = text.split("\n")[start.line - 1] ?? "";
  return {
    text: told.split("\n")[0] ?? "",
    location: { file: path, line: start.line, column: Math.max(0, start.column - 1), lineText },
  };
}

/** FNV-1a, 32 bits: which component a rule is of. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (value >>> 0).toString(36);
}
