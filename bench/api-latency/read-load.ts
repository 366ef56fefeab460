import { Agent, request } from "node:http";

/** What one address answered under load. */
export interface AddressLatency {
  readonly path: string;
  readonly latenciesMs: readonly number[];
  readonly failures: number;
}

export interface ReadLoad {
  readonly url: string;
  readonly paths: readonly string[];
  readonly requestsASecond: number;
  readonly seconds: number;
}

const CONNECTIONS = 64;

/**
 * Asks in turn for each path, so many times a second, whether or not answers come: latencies count from the instant when the request
 * was due, so that a server that stalls is not spared (coordinated omission).
 */
export async function readUnderLoad({
  url,
  paths,
  requestsASecond,
  seconds,
}: ReadLoad): Promise<readonly AddressLatency[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const measured = new Map(
    paths.map((path) => [path, { latenciesMs: [] as number[], failures: 0 }]),
  );
  const total = Math.floor(requestsASecond * seconds);
  const startMs = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueMs = startMs + (index * 1_000) / requestsASecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const path = paths[index % paths.length] ?? "";
    const of = measured.get(path);
    if (of === undefined) continue;
    pending.push(
      ask(`${url}${path}`, agent).then((status) => {
        of.latenciesMs.push(performance.now() - dueMs);
        if (status !== 200) of.failures += 1;
      }),
    );
  }
  await Promise.all(pending);
  agent.destroy();
  return [...measured].map(([path, of]) => ({ path, ...of }));
}

/** Asks for each path once, one after the other: what whoever looks first waits for. @returns how long each took, in ms */
export async function readOnce(url: string, paths: readonly string[]): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const latenciesMs: number[] = [];
  for (const path of paths) {
    const beganMs = performance.now();
    await ask(`${url}${path}`, agent);
    latenciesMs.push(performance.now() - beganMs);
  }
  agent.destroy();
  return latenciesMs;
}

/** @returns the status; 0 where there was none */
function ask(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers: { "accept-encoding": "br, gzip" } }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
      response.once("error", () => resolve(0));
    });
    sent.setTimeout(30_000, () => sent.destroy());
    sent.once("error", () => resolve(0));
    sent.end();
  });
}
