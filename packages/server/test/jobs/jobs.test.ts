import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import type { JobRequest, JobTools, StoredJob } from "../../src/jobs/job.ts";
import { pageOfJobs } from "../../src/jobs/job-pages.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";

let postgres: TestPostgres;
let url: string;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  url = await postgres.createDatabase("store");
  const store = await openPostgresStore({
    locate: async () => url,
    serverPid: null,
    close: async () => undefined,
  });
  await store.close();
});
afterAll(() => postgres?.stop());
beforeEach(() => postgres.query("truncate streamgate.jobs", undefined, "store"));

/** An instance whose work lasts until the test ends it. */
interface Instance {
  readonly jobs: Jobs;
  readonly tables: StorePool;
  /** What it works on, by job. */
  readonly working: Map<
    string,
    {
      readonly job: StoredJob;
      readonly tools: JobTools;
      readonly end: (outcome: string | Error) => void;
    }
  >;
  readonly begun: string[];
  readonly log: string[];
  changes: number;
}

const instances: Instance[] = [];

function instance(name: string, mostAtOnce?: number): Instance {
  const tables = openStorePool(async () => url);
  const working: Instance["working"] = new Map();
  const begun: string[] = [];
  const log: string[] = [];
  const made: Instance = {
    tables,
    working,
    begun,
    log,
    changes: 0,
    jobs: openJobs({
      tables,
      instance: name,
      lookEveryMs: 50,
      ...(mostAtOnce === undefined ? {} : { mostAtOnce }),
      work: (job, tools) =>
        new Promise((resolve, reject) => {
          begun.push(job.id);
          const end = (outcome: string | Error): void => {
            working.delete(job.id);
            if (typeof outcome === "string") resolve(outcome);
            else reject(outcome);
          };
          working.set(job.id, { job, tools, end });
          tools.signal.addEventListener("abort", () => end(tools.signal.reason as Error));
        }),
      onChange: () => {
        made.changes += 1;
      },
      log: (line) => log.push(line),
    }),
  };
  instances.push(made);
  return made;
}

afterEach(async () => {
  for (const one of instances.splice(0)) {
    await one.jobs.stop();
    await one.tables.close();
  }
});

const prove = (target: string, finding = "f1"): JobRequest => ({
  kind: "prove",
  target,
  finding,
  requestedBy: "Ann",
});

async function ended(
  jobs: Jobs,
  id: string,
): Promise<NonNullable<Awaited<ReturnType<Jobs["find"]>>>> {
  await until(async () => ((await jobs.find(id))?.endedAt ?? null) !== null);
  const job = await jobs.find(id);
  if (job === undefined) throw new Error("the job is gone");
  return job;
}

describe("jobs", () => {
  test("are done by one instance, whichever was asked, and all see how they go", async () => {
    const [one, other] = [instance("one"), instance("other")];
    const job = await one.jobs.request(prove("shop"));
    await until(() => one.working.size + other.working.size === 1);
    const worker = one.working.size === 1 ? one : other;
    worker.working.get(job.id)?.tools.tell("prove: copying public.orders", 0.4);
    for (const { jobs } of [one, other])
      await until(() => jobs.current()[0]?.activity === "prove: copying public.orders");
    worker.working.get(job.id)?.end("Proven.");
    const done = await ended(one.jobs, job.id);
    expect(done).toMatchObject({
      state: "done",
      outcome: "Proven.",
      progress: 1,
      activity: "",
      problem: null,
    });
    expect([...one.begun, ...other.begun]).toEqual([job.id]);
    await until(() => one.jobs.current().length === 0 && other.jobs.current().length === 0);
    expect(Math.min(one.changes, other.changes)).toBeGreaterThan(0);
  });

  test("asked for by a hundred at once are one job", async () => {
    const [one, other] = [instance("one"), instance("other")];
    const asked = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? one : other).jobs.request(prove("shop")),
      ),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  });

  test("may be asked for again when they have ended", async () => {
    const one = instance("one");
    const first = await one.jobs.request(prove("shop"));
    await until(() => one.working.has(first.id));
    one.working.get(first.id)?.end(new Error("the lab ran out of disk"));
    expect(await ended(one.jobs, first.id)).toMatchObject({
      state: "failed",
      problem: "the lab ran out of disk",
    });
    const second = await one.jobs.request(prove("shop"));
    expect(second.id).not.toBe(first.id);
  });

  test("on one target are done one after the other, on others at the same time, and never too many", async () => {
    const [one, other] = [instance("one", 1), instance("other", 1)];
    const asked: string[] = [];
    for (const request of [prove("a"), prove("a", "f2"), prove("b"), prove("c")])
      asked.push((await one.jobs.request(request)).id);
    await until(() => one.working.size + other.working.size === 2);
    const targets = [...one.working.values(), ...other.working.values()].map(
      ({ job }) => job.target,
    );
    expect(targets.toSorted()).toEqual(["a", "b"]);
    const working = (): [string, { readonly end: (outcome: string) => void }][] => [
      ...one.working,
      ...other.working,
    ];
    for (let done = 0; done < asked.length; ) {
      await until(() => working().length > 0);
      expect(one.working.size).toBeLessThanOrEqual(1);
      for (const [, { end }] of working()) {
        end("done");
        done += 1;
      }
    }
    for (const id of asked) expect((await ended(one.jobs, id)).state).toBe("done");
    expect([...one.begun, ...other.begun].toSorted()).toEqual(asked.toSorted());
  });

  test("that wait can be cancelled, and never begin", async () => {
    const one = instance("one", 1);
    const first = await one.jobs.request(prove("shop"));
    const second = await one.jobs.request(prove("shop", "f2"));
    expect(await one.jobs.cancel(second.id, "Ann")).toMatchObject({
      state: "interrupted",
      problem: "cancelled by Ann",
    });
    await until(() => one.working.has(first.id));
    one.working.get(first.id)?.end("done");
    await ended(one.jobs, first.id);
    expect(one.begun).toEqual([first.id]);
    expect(await one.jobs.cancel(second.id, "Ann")).toBeUndefined();
  });

  test("that run elsewhere can be cancelled from any instance", async () => {
    const one = instance("one");
    const job = await one.jobs.request(prove("shop"));
    await until(() => one.working.has(job.id));
    const other = instance("other");
    await other.jobs.cancel(job.id, "Bob");
    expect(await ended(other.jobs, job.id)).toMatchObject({
      state: "interrupted",
      problem: "cancelled by Bob",
    });
    expect(one.working.size).toBe(0);
  });

  test("of an instance that stops are interrupted, and what waits is left to the others", async () => {
    const one = instance("one");
    const running = await one.jobs.request(prove("shop"));
    await until(() => one.working.has(running.id));
    const waiting = await one.jobs.request(prove("shop", "f2"));
    await one.jobs.stop();
    const other = instance("other");
    expect(await ended(other.jobs, running.id)).toMatchObject({
      state: "interrupted",
      problem: "StreamGate was stopped",
    });
    await until(() => other.working.has(waiting.id));
  });

  test("whose instance lost its sessions are taken for cut short by others, and end there too", async () => {
    const one = instance("one");
    const job = await one.jobs.request({ ...prove("shop"), kind: "apply" });
    await until(() => one.working.has(job.id));
    const other = instance("other");
    await postgres.query(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = $1)",
      ["store"],
    );
    expect(await ended(other.jobs, job.id)).toMatchObject({
      state: "interrupted",
      problem: "one that did it has gone",
    });
    await until(() => !one.working.has(job.id));
    // What an apply left half done is cleaned up by the next turn.
    await until(() =>
      [...one.working.values(), ...other.working.values()].some(
        ({ job: next }) => next.kind === "observe",
      ),
    );
  });

  test("wait while the store is away, and go on when it is back", async () => {
    const one = instance("one");
    const good = url;
    const job = await one.jobs.request(prove("shop"));
    await until(() => one.working.has(job.id));
    url = "postgresql://nobody@127.0.0.1:1/nothing";
    await until(() => one.log.some((line) => line.includes("wait for the store")));
    one.working.get(job.id)?.end("Proven.");
    url = good;
    expect(await ended(one.jobs, job.id)).toMatchObject({ state: "done", outcome: "Proven." });
  });

  test("are listed in pages, each once, the latest first", async () => {
    const one = instance("one", 1);
    for (let index = 0; index < 7; index += 1) await one.jobs.request(prove("shop", `f${index}`));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await pageOfJobs(one.jobs, {
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.items.map(({ finding }) => finding ?? ""));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(["f6", "f5", "f4", "f3", "f2", "f1", "f0"]);
    await expect(pageOfJobs(one.jobs, { after: "nonsense" })).rejects.toMatchObject({
      status: 400,
    });
  });
});
