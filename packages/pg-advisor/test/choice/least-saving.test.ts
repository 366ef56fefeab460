import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { btreeOn } from "../../src/candidates/candidate.ts";
import { leastSavingIn } from "../../src/choice/least-saving.ts";
import { resolveChoiceOptions } from "../../src/choice/options.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

const options = resolveChoiceOptions();

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(`
    create table keywords (id int primary key, user_id int, phrase text, kind text);
    create index on keywords (user_id);
    create index on keywords (kind) where kind <> 'stop'`);
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

/** What an index on these columns must save in a workload of ten seconds an hour. */
function leastOf(...columns: readonly string[]): number {
  const keys = columns.map((column) => ({ column, direction: "asc", nulls: "last" }) as const);
  const table = { schema: "public", name: "keywords" };
  return leastSavingIn(snapshot, 10_000, options)(btreeOn(table, keys));
}

describe("what an index must save at least", () => {
  it("is a share of the workload for what no index serves yet", () => {
    expect(leastOf("phrase")).toBe(50);
    expect(leastOf("phrase", "user_id")).toBe(50);
    expect(leastOf("user_id", "phrase")).toBe(50);
  });

  it("is the fixed time for what one serves and this only refines", () => {
    expect(leastOf("user_id")).toBe(options.minimumSavedMsPerHour);
  });

  it("is the fixed time for sorting by the primary key what one finds", () => {
    expect(leastOf("user_id", "id")).toBe(options.minimumSavedMsPerHour);
  });

  it("is a share beside an index of a part of the rows", () => {
    expect(leastOf("kind")).toBe(50);
  });
});
