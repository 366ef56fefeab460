import { withoutEnd } from "../workload/text/without-end.ts";
import { fixNotProvable } from "./errors.ts";
import { type LabSession, sqlStateOf } from "./session.ts";
import type { Toggle, Version } from "./toggle.ts";

/** A lab that shows either version, inside a transaction of its own. */
export interface Versions {
  /** Runs `work` in a transaction that sees the version, and rolls it back. */
  inside<Result>(version: Version, work: () => Promise<Result>): Promise<Result>;
  /** The same within a transaction that is already open. */
  within<Result>(version: Version, work: () => Promise<Result>): Promise<Result>;
}

const DEPENDENTS_STILL_EXIST = "2BP01";
const GONE = new Set(["42704", "42P01"]);

/** Tries both versions once, so that what cannot be entered is known before anything is measured. */
export async function openVersions(
  session: LabSession,
  toggle: Toggle,
  summary: string,
): Promise<Versions> {
  await session.execute("begin");
  const scripts = {} as Record<Version, string>;
  try {
    for (const version of ["before", "after"] as const) {
      await session.execute("savepoint version");
      scripts[version] = await findWorkingOrder(session, toggle.enter[version], summary);
      await session.execute("rollback to savepoint version");
    }
  } finally {
    await session.execute("rollback");
  }
  return {
    inside: async (version, work) => {
      await session.execute(`begin; ${scripts[version]}`);
      return finallyRun(session, "rollback", work);
    },
    within: async (version, work) => {
      await session.execute(`savepoint version; ${scripts[version]}`);
      return finallyRun(session, "rollback to savepoint version", work);
    },
  };
}

/** Ends the transaction whatever happens; the first error is the one that is told. */
export async function finallyRun<Result>(
  session: LabSession,
  ending: string,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await session.execute(ending).catch(() => undefined);
    throw error;
  }
  await session.execute(ending);
  return result;
}

/**
 * The order in which statements that take something back succeed: a part that others depend on
 * waits for these, and a part that went with its whole (an index of a partition) is left out.
 */
export async function findWorkingOrder(
  session: LabSession,
  statements: readonly string[],
  summary: string,
): Promise<string> {
  const working: string[] = [];
  let waiting = [...statements];
  let lastProblem: unknown;
  while (waiting.length > 0) {
    const postponed: string[] = [];
    for (const statement of waiting) {
      await session.execute("savepoint part");
      try {
        await session.execute(statement);
        working.push(statement);
      } catch (error) {
        await session.execute("rollback to savepoint part");
        const state = sqlStateOf(error);
        if (state === DEPENDENTS_STILL_EXIST) postponed.push(statement);
        else if (state === undefined || !GONE.has(state))
          throw notEntered(summary, statement, error);
        lastProblem = error;
      }
    }
    if (postponed.length === waiting.length) {
      throw notEntered(summary, postponed.join("; "), lastProblem);
    }
    waiting = postponed;
  }
  return working.map((statement) => withoutEnd(statement)).join("; ");
}

function notEntered(summary: string, statement: string, error: unknown): unknown {
  if (sqlStateOf(error) === undefined) return error;
  const said = error instanceof Error ? error.message : String(error);
  return fixNotProvable(summary, `${statement}: ${said}`);
}
