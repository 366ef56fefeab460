import { readSnapshot, type Snapshot, type Twin } from "@streamgate/pg-advisor";
import { createManyTables } from "../../test/support/many-tables.ts";
import type { TestPostgres } from "../../test/support/postgres.ts";
import type { BenchRow } from "../contract.ts";
import { type Cost, measureCost } from "../support/cost.ts";
import { privateBytesOf } from "../support/process-cpu.ts";
import type { MakeTwin } from "./make-twin.ts";
import { cpu, rowOf, wall } from "./rows.ts";

const ROUNDS = 5;
const TABLES = [20, 500] as const;

/** Snapshots of databases of few and of many tables. */
export async function snapshotsOfManyTables(postgres: TestPostgres): Promise<readonly Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const count of TABLES) {
    const url = await postgres.createDatabase(`tables_${count}`);
    await createManyTables(postgres, count, `tables_${count}`);
    snapshots.push(await readSnapshot(url, { needsStatements: false }));
  }
  return snapshots;
}

/** Sizes take turns, so that a busy moment of the machine falls on all. */
export async function measureBuilds(
  snapshots: readonly Snapshot[],
  makeTwin: MakeTwin,
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const costs = snapshots.map((): Cost[] => []);
  const residentBytes = snapshots.map((): number[] => []);
  for (let round = 1; round <= ROUNDS; round += 1) {
    tell(`building twins, round ${round} of ${ROUNDS}`);
    for (const [position, snapshot] of snapshots.entries()) {
      let twin: Twin | undefined;
      costs[position]?.push(
        await measureCost(async () => {
          twin = await makeTwin(snapshot);
        }),
      );
      residentBytes[position]?.push(privateBytesOf(twin?.serverPid ?? 0) / 1024 ** 2);
      await twin?.close();
    }
  }
  return TABLES.flatMap((count, position) => {
    const subject = `twin of ${count} tables`;
    const own = costs[position] ?? [];
    const base = costs[0] ?? [];
    return [
      rowOf(subject, "build, CPU", "ms", own.map(cpu), base.map(cpu)),
      rowOf(subject, "build, wall", "ms", own.map(wall), base.map(wall)),
      rowOf(
        subject,
        "server, own memory",
        "MB",
        residentBytes[position] ?? [],
        residentBytes[0] ?? [],
      ),
    ];
  });
}
