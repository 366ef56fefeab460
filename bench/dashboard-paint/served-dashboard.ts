import { startMortalPostgres } from "../../test/support/mortal-postgres.ts";
import { startWatchedMedia } from "../../test/support/watched-media.ts";
import { startServed } from "../api-latency/served.ts";
import { STORE_SETTINGS } from "../history/store-settings.ts";

/** Every page that the navigation leads to. */
export const PAGES = [
  "/",
  "/recommendations",
  "/routes",
  "/queries",
  "/indexes",
  "/cache",
  "/resources",
  "/incidents",
  "/alerts",
  "/analytics",
  "/status",
] as const;

const VISITORS_A_SECOND = 40;
const PATIENCE_MS = 180_000;
const WARM_UP_MS = 60_000;

interface Listed {
  readonly items: readonly unknown[];
}

/** Runs the work on a dashboard that watches the reference API and its database, once it has something to recommend. */
export async function withServedDashboard<Result>(
  tell: (line: string) => void,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const store = await startMortalPostgres({ isDurable: true, settings: STORE_SETTINGS });
  try {
    const media = await startWatchedMedia(VISITORS_A_SECOND);
    try {
      const served = await startServed(await store.locate(), media);
      try {
        tell("visitors come, StreamGate looks on");
        await sleep(WARM_UP_MS);
        await askForAdvice(served.url);
        await media.stopVisitors();
        return await work(served.url);
      } finally {
        await served.stop();
      }
    } finally {
      await media.stop();
    }
  } finally {
    await store.stop();
  }
}

async function askForAdvice(url: string): Promise<void> {
  await fetch(`${url}/api/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ target: "media" }),
  });
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (performance.now() < deadlineMs) {
    const listed = (await (await fetch(`${url}/api/v1/recommendations`)).json()) as Listed;
    if (listed.items.length >= 3) return;
    await sleep(500);
  }
  throw new Error("nothing was recommended");
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
