import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env["MOCKWRIGHT_SERVER"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/static/",
  plugins: [react()],
  build: { target: "es2023", assetsInlineLimit: 0, reportCompressedSize: true },
  server: { proxy: { "/api": server, "/ws": { target: server, ws: true } } },
  test: { environment: "node", include: ["tests/**/*.test.{ts,tsx}"] },
});
