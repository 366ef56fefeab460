import { readFileSync } from "node:fs";
import { MediaError } from "../errors.ts";

/** The help texts lie beside this file. */
export function printHelp(name: "help" | "seed-help" | "api-help" | "traffic-help"): void {
  process.stdout.write(readFileSync(new URL(`./${name}.txt`, import.meta.url), "utf8"));
}

/** The number behind a flag; the fields of an options type stay absent where the flag is. */
export function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new MediaError("MEDIA_BAD_OPTION", `--${flag} is ${JSON.stringify(text)}; give a number`);
}

/** @throws MediaError `MEDIA_DATABASE_MISSING` */
export function readDatabaseUrl(flag: string | undefined): string {
  const url = flag ?? process.env.DATABASE_URL;
  if (url !== undefined && url !== "") return url;
  throw new MediaError(
    "MEDIA_DATABASE_MISSING",
    "no database is named; set DATABASE_URL or add --database postgresql://…",
  );
}
