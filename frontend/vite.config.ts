import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { helpTopics } from "./help-docs.ts";

const server = process.env["MOCKWRIGHT_SERVER"] ?? "http://127.0.0.1:8000";

const COMPRESSED = /\.(?:js|css|svg)$/;

/** Writes scripts and styles compressed beside themselves, for the server to choose from. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const written = Object.values(bundle)
        .filter(({ fileName }) => COMPRESSED.test(fileName))
        .map(async (file) => {
          const path = join(dir, file.fileName);
          const data = Buffer.from(file.type === "chunk" ? file.code : file.source);
          await writeFile(`${path}.gz`, await promisify(gzip)(data));
          await writeFile(`${path}.br`, await promisify(brotliCompress)(data));
        });
      await Promise.all(written);
    },
  };
}

export default defineConfig({
  base: "/static/",
  // the page is served at many addresses, so its links are whole and the server sets a path before them;
  // scripts and styles name each other relatively, wherever that is
  experimental: {
    renderBuiltUrl: (file, { hostType }) =>
      hostType === "html" ? `/static/${file}` : { relative: true },
  },
  plugins: [react(), helpTopics(), precompress()],
  build: { target: "es2023", assetsInlineLimit: 0, reportCompressedSize: true },
  server: { proxy: { "/api": server, "/ws": { target: server, ws: true } } },
  test: { environment: "node", include: ["tests/**/*.test.{ts,tsx}"] },
});
