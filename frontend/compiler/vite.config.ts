import { defineConfig } from "vite";

/** The compilers of the stacks: a page that the workers open in the browser they render with. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  // it runs in a browser, and is made for none: Vue's packages look for this name
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: "../dist/compiler",
    emptyOutDir: true,
    target: "es2023",
    chunkSizeWarningLimit: 4000, // kB: all of it is on the same disk
    rolldownOptions: { output: { entryFileNames: "compiler.js" } },
  },
});
