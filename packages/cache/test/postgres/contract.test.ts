import { tierContract } from "@streamgate/cache/contract";
import { afterAll, beforeAll, describe, test } from "vitest";
import {
  type PostgresMajor,
  startTestPostgres,
  type TestPostgres,
} from "../../../../test/support/postgres.ts";
import { tierUnderTest, type ViewOptions } from "./storage.ts";

const KINDS: readonly { name: string; major: PostgresMajor; options: ViewOptions }[] = [
  { name: "18, logged tables", major: 18, options: {} },
  {
    name: "14, unlogged tables, prepared statements",
    major: 14,
    options: { isUnlogged: true, isPrepared: true },
  },
];

describe.each(KINDS)("the tier on PostgreSQL $name", ({ major, options }) => {
  let server: TestPostgres;

  beforeAll(async () => {
    server = await startTestPostgres({ major, hasStatementCounters: false });
  });

  afterAll(() => server?.stop());

  for (const rule of tierContract) {
    test(`keeps the contract: ${rule.name}`, () => rule.run(() => tierUnderTest(server, options)));
  }
});
