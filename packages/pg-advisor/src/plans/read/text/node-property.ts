import type { Properties } from "../../tree/explained-plan.ts";
import { splitList } from "./split-list.ts";

/** Properties whose value is a list of expressions or names. */
const LISTS: ReadonlySet<string> = new Set([
  "Output",
  "Sort Key",
  "Presorted Key",
  "Group Key",
  "Hash Key",
  "Conflict Arbiter Indexes",
  "Params Evaluated",
]);
/** Properties whose text is an expression, however much it looks like a number or several pairs. */
const EXPRESSION =
  /(?:Cond|Filter|Condition|Key|Output|SQL|Call|Sampling|Seed|Order By|Window|Relations)$/;
const LONGEST_PAIRS = 1_000;
const PAIRS = /\s{2,}(?=[A-Z][A-Za-z -]*: )/;

const BLOCK_KINDS = { shared: "Shared", local: "Local", temp: "Temp" } as const;
const IO_KINDS = { ...BLOCK_KINDS, "shared/local": "" } as const;

/** One `Name: value` line below a node, under the names of the JSON form. */
export function readNodeProperty(nodeType: string, name: string, value: string): Properties {
  if (LISTS.has(name)) return { [name]: splitList(value) };
  if (EXPRESSION.test(name) && !name.startsWith("Rows Removed")) return { [name]: value };
  switch (name) {
    case "Buffers":
      return readBuffers(value);
    case "I/O Timings":
      return readIoTimings(value);
    case "WAL":
      return readWal(value);
    case "Heap Blocks":
      return readPairs(value, { exact: "Exact Heap Blocks", lossy: "Lossy Heap Blocks" });
    case "Tuples":
      return readPairs(value, {
        inserted: "Tuples Inserted",
        updated: "Tuples Updated",
        deleted: "Tuples Deleted",
        skipped: "Tuples Skipped",
      });
    case "Full-sort Groups":
    case "Pre-sorted Groups":
      return { [name]: readSortGroups(value) };
    default: {
      const [first = "", ...rest] = value.length > LONGEST_PAIRS ? [value] : value.split(PAIRS);
      const pairs = rest.map((pair): readonly [string, string] => {
        const at = pair.indexOf(": ");
        return [pair.slice(0, at), pair.slice(at + 2)];
      });
      return Object.assign(
        {},
        ...[[name, first] as const, ...pairs].map(([one, its]) => readPair(nodeType, one, its)),
      ) as Properties;
    }
  }
}

function readPair(nodeType: string, name: string, value: string): Properties {
  switch (name) {
    case "Sort Method":
      return { "Sort Method": value };
    case "Memory":
    case "Disk":
      return { "Sort Space Used": kilobytes(value), "Sort Space Type": name };
    case "Buckets":
      return withOriginal("Hash Buckets", value);
    case "Batches":
      return nodeType === "Hash"
        ? withOriginal("Hash Batches", value)
        : { "HashAgg Batches": Number.parseInt(value, 10) };
    case "Memory Usage":
      return { "Peak Memory Usage": kilobytes(value) };
    case "Disk Usage":
    case "Maximum Storage":
      return { [name]: kilobytes(value) };
    case "Hits":
    case "Misses":
    case "Evictions":
    case "Overflows":
      return { [`Cache ${name}`]: Number(value) };
    default:
      return { [name]: plainValue(value) };
  }
}

/** `65536 (originally 1024)` */
function withOriginal(name: string, value: string): Properties {
  const [, now, original] = /^(\d+)(?: \(originally (\d+)\))?/.exec(value) ?? [];
  return { [name]: Number(now ?? 0), [`Original ${name}`]: Number(original ?? now ?? 0) };
}

/** `shared hit=1 read=2, temp read=3 written=4` */
export function readBuffers(value: string): Properties {
  const read: Record<string, number> = {};
  for (const part of value.split(", ")) {
    const [kind = "", ...counts] = part.trim().split(" ");
    if (kind !== "shared" && kind !== "local" && kind !== "temp") continue;
    for (const count of counts) {
      const [word = "", amount] = count.split("=");
      read[`${BLOCK_KINDS[kind]} ${capital(word)} Blocks`] = Number(amount);
    }
  }
  return read;
}

/** `read=0.1` (14), `shared/local read=0.1, temp read=0.2` (15, 16), `shared read=0.1 write=0.2` (from 17 on). */
function readIoTimings(value: string): Properties {
  const read: Record<string, number> = {};
  for (const part of value.split(", ")) {
    const [, kind, times = ""] =
      /^(?:(shared\/local|shared|local|temp) )?(.*)$/.exec(part.trim()) ?? [];
    const prefix = kind === undefined ? "" : IO_KINDS[kind as keyof typeof IO_KINDS];
    for (const [, word = "", amount] of times.matchAll(/(\w+)=([\d.]+)/g)) {
      read[`${prefix === "" ? "" : `${prefix} `}I/O ${capital(word)} Time`] = Number(amount);
    }
  }
  return read;
}

/** `records=1 fpi=2 bytes=3 buffers full=4` */
function readWal(value: string): Properties {
  return readPairs(value, {
    records: "WAL Records",
    fpi: "WAL FPI",
    bytes: "WAL Bytes",
    full: "WAL Buffers Full",
  });
}

function readPairs(value: string, names: Readonly<Record<string, string>>): Properties {
  const read: Record<string, number> = {};
  for (const [, word = "", amount] of value.matchAll(/(\w+)=(\d+)/g)) {
    const name = names[word];
    if (name !== undefined) read[name] = Number(amount);
  }
  return read;
}

/** `1  Sort Method: quicksort  Average Memory: 25kB  Peak Memory: 25kB` */
function readSortGroups(value: string): Properties {
  const methods = /Sort Methods?: (.+?)(?:\s{2,}|$)/.exec(value)?.[1] ?? "";
  const spaces = [...value.matchAll(/Average (Memory|Disk): (\d+)kB\s+Peak \1: (\d+)kB/g)];
  return {
    "Group Count": Number.parseInt(value, 10),
    "Sort Methods Used": methods.split(", ").filter((method) => method !== ""),
    ...Object.fromEntries(
      spaces.map(([, place, average, peak]) => [
        `Sort Space ${place}`,
        { "Average Sort Space Used": Number(average), "Peak Sort Space Used": Number(peak) },
      ]),
    ),
  };
}

export function kilobytes(value: string): number {
  return Number.parseInt(value, 10) || 0;
}

function plainValue(value: string): unknown {
  if (/^-?\d{1,15}(?:\.\d+)?$/.test(value)) return Number(value);
  return value === "true" ? true : value === "false" ? false : value;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
