import type { StatusView } from "@streamgate/contract";
import type { HistorySize } from "@streamgate/monitor";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { agentCosts, ownFigures } from "./own-figures.ts";

/** What StreamGate itself is and costs. What the store does not tell at the moment is null. */
export async function statusOf(platform: Platform): Promise<StatusView> {
  const { clock, memory, recent, sources, live, store } = platform;
  const nowMs = clock.now().getTime();
  const health = platform.monitor().health();
  const ownService = new Set(
    platform
      .processes()
      .filter(({ report }) => report.identity.instance.endsWith(`:${process.pid}`))
      .map(({ instance }) => instance),
  );
  const own = ownFigures(
    recent,
    ({ key: { labels } }) =>
      labels.service === "streamgate" &&
      (ownService.size === 0 || ownService.has(labels.instance ?? "")),
    nowMs,
  );
  const [itself, ...children] = memory.parts();
  return {
    version: platform.version,
    startedAt: new Date(platform.startedAtMs).toISOString(),
    instance: platform.instance,
    isLeading: health.alerting.isLeading,
    sources: sources.list(nowMs),
    process: {
      cpu: own.cpu,
      memory: measured(itself?.bytes ?? null, "bytes"),
      eventLoopDelayP99: own.eventLoopDelayP99,
    },
    children: children
      .filter(({ isRunning }) => isRunning)
      .map(({ part, pid, bytes }) => ({ name: part, pid, memory: measured(bytes, "bytes") })),
    agents: agentCosts(recent, nowMs),
    store: {
      address: store.address,
      isEmbedded: platform.isStoreEmbedded,
      schemaVersion: await schemaVersionOf(platform),
      history: historyOf(await sizeOf(platform)),
    },
    viewers: live.listeners,
    requests: own.requests,
    points:
      health.points === undefined
        ? null
        : {
            written: health.points.acknowledged,
            waiting: health.points.waiting,
            dropped: health.points.dropped,
          },
  };
}

/** Zero where the store does not answer. */
async function schemaVersionOf({ tables }: Platform): Promise<number> {
  const [row] = await tables
    .query<{ readonly version: number }>(
      "select max(number)::integer as version from streamgate.migrations",
    )
    .catch(() => []);
  return row?.version ?? 0;
}

async function sizeOf(platform: Platform): Promise<HistorySize | undefined> {
  try {
    return await platform.monitor().history?.size();
  } catch {
    return undefined;
  }
}

function historyOf(size: HistorySize | undefined): StatusView["store"]["history"] {
  if (size === undefined) return null;
  return {
    size: measured(size.bytes, "bytes"),
    limitBytes: size.limitBytes,
    series: size.series,
    tiers: size.tiers.map(({ stepMs, bytes, oldestMs, retentionMs }) => ({
      stepMs,
      bytes,
      oldestAt: oldestMs === undefined ? null : new Date(oldestMs).toISOString(),
      retentionMs,
    })),
  };
}
