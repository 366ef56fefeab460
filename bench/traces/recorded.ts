import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@streamgate/core";
import { type Trace, traceOf } from "./trace.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const NAMES = ["web07", "web12"] as const;
const MOST_BYTES = 2 ** 28;
const BYTES_A_KEY = 4;

/** The recorded traces of the data folder; where it, or `xz`, is missing, none, and `tell` hears why. */
export function recordedTraces(tell: (line: string) => void): readonly Trace[] {
  const folder = join(process.env.STREAMGATE_DATA ?? join(ROOT, "../shared/data"), "cache-traces");
  return NAMES.flatMap((name) => {
    const file = join(folder, `cache2k_${name}.trace.xz`);
    if (!existsSync(file)) {
      tell(`no recorded trace ${file}: going on without it`);
      return [];
    }
    try {
      return [traceOf(name, keysOf(file), { isReal: true })];
    } catch (error) {
      tell(`cannot unpack ${file}, going on without it: ${messageOf(error)}`);
      return [];
    }
  });
}

function* keysOf(file: string): Generator<number> {
  const content = execFileSync("xz", ["--decompress", "--stdout", file], { maxBuffer: MOST_BYTES });
  for (let at = 0; at + BYTES_A_KEY <= content.length; at += BYTES_A_KEY) {
    yield content.readInt32BE(at);
  }
}
