import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Finding } from "@streamgate/core";
import { createRegistry, type ProcessReport, serializeReport } from "@streamgate/telemetry";

/** A process that says what a test wants it to have seen: real requests are counted, at ten a second. */
export interface FakeProcess {
  readonly url: string;
  /** Of the requests from now on, 0 to 1. */
  failShare(share: number): void;
  report(findings: readonly Finding[]): void;
  deploy(release: string): void;
  stop(): Promise<void>;
}

const REQUESTS_A_TICK = 10;
const TICK_MS = 100;

export async function startFakeProcess(service: string): Promise<FakeProcess> {
  const registry = createRegistry();
  const durations = registry.histogram({
    name: "http_server_request_duration_seconds",
    help: "Time to answer",
    unit: "seconds",
    labelNames: ["http_request_method", "http_route", "http_response_status_code"] as const,
  });
  let failing = 0;
  let release = "1";
  let startedAtMs = Date.now();
  let findings: readonly Finding[] = [];
  const timer = setInterval(() => {
    for (let count = 0; count < REQUESTS_A_TICK; count += 1)
      durations.with("GET", "/", count < failing * REQUESTS_A_TICK ? "500" : "200").record(0.01);
  }, TICK_MS);
  const server = createServer((_, response) => {
    const report: ProcessReport = {
      version: 1,
      identity: {
        service,
        instance: `${service}-1`,
        release,
        pid: 1,
        host: "test",
        startedAtMs,
      },
      takenAtMs: Date.now(),
      families: registry.collect(),
      findings,
      failures: [],
    };
    response.end(serializeReport(report));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    failShare: (share) => {
      failing = share;
    },
    report: (some) => {
      findings = some;
    },
    deploy: (next) => {
      release = next;
      startedAtMs = Date.now();
    },
    stop: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
