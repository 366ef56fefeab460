// Builds the dashboard for browsers and for the server, and lays compressed copies beside what browsers load.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const dashboard = join(dirname(fileURLToPath(import.meta.url)), "..", "packages", "dashboard");
const configFile = join(dashboard, "vite.config.ts");

await build({ configFile });
await build({ configFile, mode: "service-worker" });
await build({ configFile, build: { ssr: true } });

const client = join(dashboard, "dist", "client");
nameBuild();
for (const entry of readdirSync(client, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css|svg|webmanifest)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const content = readFileSync(file);
  const quality = constants.BROTLI_MAX_QUALITY;
  writeFileSync(
    `${file}.br`,
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
  );
  writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}

/** The service worker carries the name of the build, so that browsers see another one as a new version. */
function nameBuild() {
  const manifest = readFileSync(join(client, ".vite", "manifest.json"));
  const name = createHash("sha256").update(manifest).digest("hex").slice(0, 12);
  const worker = join(client, "service-worker.js");
  writeFileSync(worker, readFileSync(worker, "utf8").replace("__BUILD__", name));
}
