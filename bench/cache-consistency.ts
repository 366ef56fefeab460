// How often does a cache give a value that was invalidated before, in random interleavings over real processes and a failing Redis?
//
// STREAMGATE_BENCH_SCHEDULES (103000; those that a kill cuts short do not count) and STREAMGATE_BENCH_RIVAL_SCHEDULES (3000) set the length, STREAMGATE_BENCH_SEED the plans,
// STREAMGATE_BENCH_WORKERS (3) the processes, and STREAMGATE_BENCH_SUBJECTS (all) the caches, by the names of the files in
// cache-consistency/subjects, with commas.
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ourPhases, rivalPhases } from "./cache-consistency/phases.ts";
import { rowsOf, verdictOf } from "./cache-consistency/rows.ts";
import type { Subject } from "./cache-consistency/subject.ts";
import type { Tally } from "./cache-consistency/tally.ts";
import { Trial } from "./cache-consistency/trial.ts";
import type { Bench } from "./contract.ts";

const OURS = "streamgate";
const SUBJECTS = [
  OURS,
  "bentocache",
  "cacheable",
  "cache-manager",
  "async-cache-dedupe",
  "layered-loader",
] as const;
const PATIENCE_MS = 10_000;
const PROBES = 500;

export const bench: Bench = {
  async measure(tell) {
    const schedules = numberFrom("SCHEDULES", 103_000);
    const rivalSchedules = numberFrom("RIVAL_SCHEDULES", 3_000);
    const seed = numberFrom("SEED", randomInt(1_000_000));
    const wanted = process.env.STREAMGATE_BENCH_SUBJECTS?.split(",") ?? SUBJECTS;
    tell(`seed ${seed}`);
    const results: { readonly subject: Subject; readonly tally: Tally }[] = [];
    let probedMs: readonly number[] = [];
    for (const name of wanted) {
      const subjectModule = join(
        import.meta.dirname,
        "cache-consistency",
        "subjects",
        `${name}.ts`,
      );
      const { subject } = (await import(subjectModule)) as { readonly subject: Subject };
      for (const remark of subject.remarks) tell(`${subject.name}: ${remark}`);
      const trial = await Trial.begin({
        subject,
        subjectModule,
        workers: numberFrom("WORKERS", 3),
        seed,
        patienceMs: PATIENCE_MS,
        tell,
      });
      try {
        if (name === OURS) probedMs = await trial.probe(PROBES, "probed");
        const phases = name === OURS ? ourPhases(schedules) : rivalPhases(rivalSchedules);
        for (const phase of phases) await trial.run(phase);
      } finally {
        await trial.end();
      }
      for (const logs of trial.tally.examples.values())
        for (const line of logs.slice(0, name === OURS ? 2 : 0).flat()) tell(line);
      results.push({ subject, tally: trial.tally });
    }
    return {
      versions: { node: process.version, ...versionsOf(SUBJECTS.filter((name) => name !== OURS)) },
      rows: rowsOf(results, probedMs),
      verdict: verdictOf(results),
    };
  },
};

function numberFrom(name: string, fallback: number): number {
  const text = process.env[`STREAMGATE_BENCH_${name}`];
  return text === undefined || text === "" ? fallback : Number(text);
}

function versionsOf(packages: readonly string[]): Record<string, string> {
  const { resolve } = createRequire(import.meta.url);
  const versionOf = (name: string): string => {
    const folder = resolve.paths(name)?.map((path) => join(path, name, "package.json")) ?? [];
    for (const file of folder) {
      try {
        return String(JSON.parse(readFileSync(file, "utf8")).version);
      } catch {
        // The next folder up.
      }
    }
    return "unknown";
  };
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
}
