// A worker: a process with a cache of its own. `node worker-process.ts SETTINGS`, the settings as JSON.
import { messageOf } from "@streamgate/core";
import type { Order, PartReport, Tiding } from "./events.ts";
import { HangWatch } from "./hang-watch.ts";
import { MonotonicStamps } from "./monotonic.ts";
import { planSchedule, type Shape } from "./plan.ts";
import { probe } from "./probe.ts";
import { runPart, type Stage } from "./run-schedule.ts";
import { Source } from "./source.ts";
import type { Subject } from "./subject.ts";
import type { WorkerSettings } from "./worker.ts";

const REPORT_EVERY_MS = 10;

const settings = JSON.parse(process.argv[2] ?? "{}") as WorkerSettings;
const stamps = new MonotonicStamps(BigInt(settings.originNs));
stamps.watchPerformanceClock();

const tell = (tiding: Tiding): void => void process.send?.(tiding);
const unhandled = (error: unknown): void => tell({ tiding: "unhandled", text: textOf(error) });
process.on("unhandledRejection", unhandled);
process.on("uncaughtException", unhandled);
process.on("disconnect", () => process.exit());

const { subject } = (await import(settings.subjectModule)) as { readonly subject: Subject };
const loads: Stage["loads"] = new Map();
const stage: Stage = {
  cache: await subject.open({
    redisPort: settings.redisPort,
    loadByKey: (key) => loads.get(key)?.() ?? Promise.reject(new Error(`no load of ${key}`)),
  }),
  abilities: subject.abilities,
  source: new Source(settings.sourcePort),
  stamps,
  watch: new HangWatch(settings.patienceMs),
  loads,
};

let parts: PartReport[] = [];
const report = (): void => {
  if (parts.length === 0) return;
  tell({ tiding: "parts", parts });
  parts = [];
};
setInterval(report, REPORT_EVERY_MS);

process.on("message", (message) => void obey(message as Order));
tell({ tiding: "ready" });

function textOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  return (stack ?? messageOf(error)).slice(0, 600);
}

/** What fails in here is the harness, not the cache. */
async function obey(order: Order): Promise<void> {
  try {
    if (order.order === "probe") tell({ tiding: "probed", stamps: await probe(stage, order) });
    else await Promise.all(order.numbers.map((number) => run(order.shape, number)));
  } catch (error) {
    tell({ tiding: "broken", text: textOf(error) });
  }
}

async function run(shape: Shape, number: number): Promise<void> {
  const events = await runPart(stage, planSchedule(shape, number), settings.worker);
  parts.push({ number, events });
}
