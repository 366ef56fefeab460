import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";

/**
 * Writes what was made; with `--check` among the words of the call only says what would be another, and fails.
 *
 * @param files text by path
 * @param remedy what makes them anew: `run npm run contract`
 */
export function writeOrCheck(files, root, remedy) {
  for (const [file, text] of files) {
    if (!process.argv.includes("--check")) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } else if (read(file) !== text) {
      console.error(`${relative(root, file)} is not what it is made from; ${remedy}`);
      process.exitCode = 1;
    }
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
