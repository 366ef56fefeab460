import type pg from "pg";
import type { ProcessName, Subject } from "./subjects.ts";
import { loadTracers, type Traced } from "./tracers.ts";

/** What a request asks: six different look-ups, so that there is nothing to find fault with. */
const STATEMENTS = [
  "select id, name from people where id = $1",
  "select id, email from people where id = $1 and name is not null",
  "select count(*) from people where id = $1",
  "select id, name, email from people where id >= $1 order by id limit 5",
  "select upper(name) as name from people where id = $1",
  "select exists (select 1 from people where id = $1) as found",
] as const;
const WORKERS = 6;
const KEYS = 1_000;

interface Contender {
  readonly traced: Traced;
  readonly pool: pg.Pool;
}

const [name, url = ""] = process.argv.slice(2);
const contenders = new Map(
  [...(await loadTracers(name as ProcessName))].map(([subject, traced]) => {
    const pool = new traced.driver.Pool({ connectionString: url, max: WORKERS });
    return [subject, { traced, pool }] as const;
  }),
);

/** One worker's requests, one after the other. */
async function work({ traced, pool }: Contender, requests: number): Promise<void> {
  for (let request = 0; request < requests; request += 1) {
    await traced.runRequest(async () => {
      for (const [index, statement] of STATEMENTS.entries()) {
        await pool.query(statement, [((request * 7 + index) % KEYS) + 1]);
      }
    });
  }
}

/** Microseconds of CPU a statement. */
async function portion(subject: Subject, requests: number): Promise<number> {
  const contender = contenders.get(subject);
  if (contender === undefined) throw new Error(`there is no ${subject} in this process`);
  // What the one before left behind is not this one's to clear away.
  globalThis.gc?.({ type: "minor", execution: "sync" });
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: WORKERS }, () => work(contender, requests)));
  const { user, system } = process.cpuUsage(before);
  contender.traced.rest();
  // Node.js stops following courses in a turn of its own.
  await new Promise((resolve) => setImmediate(resolve));
  return (user + system) / (requests * WORKERS * STATEMENTS.length);
}

process.on("message", ({ subject, requests }: { subject: Subject; requests: number }) => {
  void portion(subject, requests).then((us) => process.send?.(us));
});
process.on("disconnect", () => process.exit());
process.send?.(0);
