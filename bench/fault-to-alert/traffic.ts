import { Agent, get } from "node:http";

/** Requests at a fixed rate, whatever becomes of them. */
export interface Traffic {
  readonly counts: { sent: number; failed: number };
  stop(): void;
}

const TIMEOUT_MS = 5_000;

export function startTraffic(port: number, requestsPerSecond: number): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const counts = { sent: 0, failed: 0 };
  const startedMs = performance.now();
  const send = (): void => {
    counts.sent += 1;
    const request = get({ port, host: "127.0.0.1", path: `/${counts.sent}`, agent }, (response) => {
      if ((response.statusCode ?? 0) >= 500) counts.failed += 1;
      response.resume();
    });
    request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error("time-out")));
    request.on("error", () => {
      counts.failed += 1;
    });
  };
  // A timer that comes late makes good for what it missed, up to a second of it.
  const timer = setInterval(
    () => {
      const due = Math.floor(((performance.now() - startedMs) / 1_000) * requestsPerSecond);
      const missed = Math.min(due - counts.sent, requestsPerSecond);
      for (let count = 0; count < missed; count += 1) send();
    },
    Math.min(1_000 / requestsPerSecond, 100),
  );
  return {
    counts,
    stop: () => {
      clearInterval(timer);
      agent.destroy();
    },
  };
}
