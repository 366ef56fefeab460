import { ChangingGauges } from "./changing-gauges.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/**
 * What keeps the process alive, and what it waits for, by type. It is what Node counts: handles and timers that are
 * unref'd are not among them (idle sockets of a keep-alive agent, this agent's own timers); each ref'd timer is one `Timeout`.
 * File descriptors count them all.
 */
export function handlesSampler({ registry }: SamplerContext): Sampler {
  const handles = new ChangingGauges(
    registry.gauge({
      name: "streamgate_process_handles",
      help: "What keeps the process alive, by type; timers are Timeout.",
      labelNames: ["type"],
    }),
  );
  const requests = new ChangingGauges(
    registry.gauge({
      name: "streamgate_process_requests",
      help: "Operations under way in the process, by type.",
      labelNames: ["type"],
    }),
  );
  return {
    name: "handles",
    intervalMs: 1_000,
    sample: () => {
      const counted = countResources(process.getActiveResourcesInfo());
      handles.set(counted.handles);
      requests.set(counted.requests);
      return counted;
    },
    stop: () => undefined,
  };
}

/** Operations are named `…Req`, `…ReqWrap`, `FSReqCallback`, `ConnectWrap`, `WriteWrap`, `ShutdownWrap` by Node; the rest are handles. */
const REQUEST = /Req|^(Connect|Write|Shutdown|TCPConnect|PipeConnect)Wrap$/;

/** Counts by type. */
export function countResources(resources: readonly string[]): {
  readonly handles: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, number>>;
} {
  const counts = new Map<string, number>();
  for (const type of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  const handles: Record<string, number> = {};
  const requests: Record<string, number> = {};
  for (const [type, count] of counts) (REQUEST.test(type) ? requests : handles)[type] = count;
  return { handles, requests };
}
