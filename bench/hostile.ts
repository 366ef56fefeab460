// Does the served platform stand 10,000 hostile requests without a failure, a leak, a crash, or memory that grows?
import { readFile } from "node:fs/promises";
import { seededRandom } from "@streamgate/core";
import { attack, openSlowConnections } from "../test/support/hostile/attack.ts";
import type { AttackedApi } from "../test/support/hostile/attack-message.ts";
import { until } from "../test/support/until.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { serveProgram } from "./hostile/served-program.ts";
import { libraryVersions } from "./support/versions.ts";

const REQUESTS = 12_000;
/** Of these the memory of a server that has warmed up is made. */
const WARM_UP = 1_500;
const SLOW_CONNECTIONS = 400;
const MOST_MEMORY = 500e6;
const MOST_GROWTH = 150e6;
const TOKENS = 24;
const MEGA = 1e6;
/** `STREAMGATE_BENCH_SEED` makes other requests. */
const SEED = Number(process.env.STREAMGATE_BENCH_SEED ?? 5);

export const bench: Bench = {
  async measure(tell) {
    const served = await serveProgram();
    try {
      const { port } = served.url;
      const api = JSON.parse(
        await readFile(new URL(import.meta.resolve("@streamgate/contract/openapi.json")), "utf8"),
      ) as AttackedApi;
      const tokens = await makeTokens(served.url, served.firstToken);
      const setup = { api, tokens, port: Number(port), random: seededRandom(SEED) };
      const secrets = {
        texts: [served.firstToken, ...tokens],
        folders: [served.dataFolder, process.cwd()],
      };
      tell(`warming up with ${WARM_UP} requests, seed ${SEED}`);
      const warm = await attack(setup, WARM_UP, secrets);
      const memoryBefore = await served.memoryBytes();
      const slow = openSlowConnections(setup.port, SLOW_CONNECTIONS, tokens[0] ?? "");
      tell(`${REQUESTS} requests beside ${SLOW_CONNECTIONS} slow connections`);
      let memoryMost = memoryBefore;
      const noteMemory = async (): Promise<void> => {
        memoryMost = Math.max(memoryMost, await served.memoryBytes());
      };
      const watching = setInterval(() => void noteMemory(), 200);
      const report = await attack(setup, REQUESTS, secrets, {
        onProgress: (done) => {
          if (done % 2_000 === 0)
            tell(`${done} of ${REQUESTS}; memory at most ${(memoryMost / MEGA).toFixed(0)} MB`);
        },
      });
      await until(() => slow.open === 0, 60_000).catch(() => undefined);
      clearInterval(watching);
      const slowLeft = slow.open;
      slow.end();
      const memoryAfter = await served.memoryBytes();
      const wrong = [...warm.wrong, ...report.wrong];
      for (const { why, request, answer } of wrong.slice(0, 10))
        tell(`${why}\n--- request\n${request}\n--- answer\n${answer}`);
      const stands = served.isAlive() && (await isWell(served.url, served.firstToken));
      const unexpected = (served.said().match(/^request [0-9a-f-]{36}: .*$/gm) ?? []).length;
      const statuses = [...report.byStatus].sort(([one], [other]) => one - other);
      tell(`answers: ${statuses.map(([status, times]) => `${status} × ${times}`).join(", ")}`);
      const growth = memoryAfter - memoryBefore;
      return {
        versions: await libraryVersions(["fastify"]),
        rows: [
          ...[...report.byKind].map(([kind, times]) => row(kind, "requests", "", times)),
          row("StreamGate", "failures and leaks", "", wrong.length),
          row("StreamGate", "said that a part is not there (503)", "", report.notThere),
          row("StreamGate", "errors in its log", "", unexpected),
          row("StreamGate", "slow connections left after their time", "", slowLeft),
          row("StreamGate", "memory before", "MB", memoryBefore / MEGA),
          row("StreamGate", "memory at most", "MB", memoryMost / MEGA),
          row("StreamGate", "memory after", "MB", memoryAfter / MEGA),
        ],
        verdict: {
          goal: "at least 10,000 hostile requests: no 5xx, no leak, no crash, no slow connection held for ever, memory below 500 MB",
          value: `${WARM_UP + report.requests} requests and ${SLOW_CONNECTIONS} slow connections, seed ${SEED}: ${wrong.length} failures or leaks, ${stands ? "no crash" : "it no longer answers"}, ${slowLeft} held, ${(memoryMost / MEGA).toFixed(0)} MB at most, ${(growth / MEGA).toFixed(0)} MB more than before`,
          met:
            wrong.length === 0 &&
            stands &&
            slowLeft === 0 &&
            memoryMost < MOST_MEMORY &&
            growth < MOST_GROWTH,
        },
      };
    } finally {
      await served.stop();
    }
  },
};

/** Rate limits are counted for each: several attackers get further. */
async function makeTokens(url: URL, firstToken: string): Promise<readonly string[]> {
  const made: string[] = [];
  for (let index = 0; index < TOKENS; index += 1) {
    const response = await fetch(new URL("/api/v1/tokens", url), {
      method: "POST",
      headers: { authorization: `Bearer ${firstToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: `attacker ${index}`, scopes: ["act"] }),
    });
    made.push(((await response.json()) as { readonly token: string }).token);
  }
  return made;
}

async function isWell(url: URL, token: string): Promise<boolean> {
  const response = await fetch(new URL("/api/v1/session", url), {
    headers: { authorization: `Bearer ${token}` },
  });
  const { principal } = (await response.json()) as {
    readonly principal: { readonly kind: string } | null;
  };
  return response.status === 200 && principal?.kind === "token";
}

function row(subject: string, metric: string, unit: string, value: number): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio: 1 };
}
