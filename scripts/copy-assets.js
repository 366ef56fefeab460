// Copies what the compiler leaves behind (help texts, SQL, styles) from src to dist.
import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isAsset = (path) => statSync(path).isDirectory() || !/\.(ts|tsx)$/.test(path);

for (const group of ["packages", "examples"]) {
  for (const name of readdirSync(join(root, group))) {
    const source = join(root, group, name, "src");
    if (!existsSync(source)) continue;
    cpSync(source, join(root, group, name, "dist"), {
      recursive: true,
      filter: (path) => relative(source, path) === "" || isAsset(path),
    });
  }
}
