import { join } from "node:path";
import { visualizer } from "rollup-plugin-visualizer";
import { defineConfig, type UserConfig } from "vite";

/**
 * Three builds: `vite build` for browsers, `vite build --ssr` for the server that renders first, `vite build --mode service-worker` for the
 * worker, which must be one file of its own at the root. `--mode report` draws what is in which chunk: dist/report/index.html.
 */
export default defineConfig(({ isSsrBuild, mode }) => ({
  root: import.meta.dirname,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { conditions: ["source"] },
  ssr: { noExternal: true, resolve: { conditions: ["source"] } },
  plugins: mode === "report" ? [visualizer({ filename: REPORT, gzipSize: true })] : [],
  build: isSsrBuild ? SERVER : (BUILDS[mode] ?? CLIENT),
}));

const SERVER = {
  outDir: "dist/server",
  ssr: true,
  target: "node20",
  // One file: a server that runs is not touched by a build or an upgrade beside it.
  rolldownOptions: {
    input: "src/server/index.ts",
    output: { entryFileNames: "index.js", codeSplitting: false },
  },
};

const CLIENT = {
  outDir: "dist/client",
  target: "es2022",
  // The first that know light-dark(): it is kept as it is written.
  cssTarget: ["chrome123", "firefox120", "safari17.5"],
  manifest: true,
  modulePreload: { polyfill: false },
  rolldownOptions: { input: "src/client.tsx" },
};

const REPORT = join(import.meta.dirname, "dist", "report", "index.html");

const WORKER = {
  outDir: "dist/client",
  emptyOutDir: false,
  target: "es2022",
  rolldownOptions: {
    input: "src/service-worker.ts",
    output: { entryFileNames: "service-worker.js" },
  },
};

const BUILDS: Readonly<Record<string, UserConfig["build"]>> = {
  "service-worker": WORKER,
  report: { ...CLIENT, outDir: "dist/report/client" },
};
