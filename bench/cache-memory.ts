// Does the memory tier keep to its bound in bytes, and what does an entry cost beside its value?
import { measureInChild } from "./cache-memory/measure-in-child.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { libraryVersions } from "./support/versions.ts";

const BOUND_BYTES = 64 * 1024 * 1024;
const ENTRIES = 200_000;
const MOST_OFF = 0.15;
const MOST_OVERHEAD_BYTES = 120;
const KINDS = ["short strings", "long strings", "objects", "rows", "Buffers"] as const;

export const bench: Bench = {
  async measure(tell) {
    const rows: BenchRow[] = [];
    let worst = 0;
    for (const kind of KINDS) {
      tell(`filling a bound of ${BOUND_BYTES / 1024 ** 2} MB with ${kind}`);
      const grownBytes = await measureInChild({ task: "fill", kind, amount: BOUND_BYTES });
      const share = grownBytes / BOUND_BYTES;
      worst = Math.max(worst, Math.abs(share - 1));
      rows.push(
        row(
          "streamgate",
          `memory taken, bound 64 MB, ${kind}`,
          "MB",
          grownBytes / 1024 ** 2,
          share,
        ),
      );
    }
    let overheadBytes = Number.NaN;
    const subjects = ["streamgate", "lru-cache, ttl", "Map"] as const;
    for (const subject of subjects) {
      tell(`${ENTRIES} entries of ${subject}`);
      const grown = await measureInChild({ task: "overhead", kind: subject, amount: ENTRIES });
      if (subject === "streamgate") overheadBytes = grown / ENTRIES;
      rows.push(
        row(subject, "overhead an entry", "B", grown / ENTRIES, grown / ENTRIES / overheadBytes),
      );
    }
    return {
      versions: await libraryVersions(["lru-cache"]),
      rows,
      verdict: {
        goal: `memory within ${MOST_OFF * 100} % of the bound for every kind; at most ${MOST_OVERHEAD_BYTES} B beside key and value`,
        value: `${(worst * 100).toFixed(1)} % off at worst; ${overheadBytes.toFixed(0)} B`,
        met: worst <= MOST_OFF && overheadBytes <= MOST_OVERHEAD_BYTES,
      },
    };
  },
};

function row(
  subject: string,
  metric: string,
  unit: string,
  value: number,
  ratio: number,
): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio };
}
