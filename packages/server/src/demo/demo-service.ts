import { randomBytes } from "node:crypto";
import { demoPartFailed } from "../errors.ts";
import { type MediaLine, startMediaProgram } from "./media-program.ts";
import type { SupervisedProcess } from "./supervised-process.ts";

/** The reference API with its visitors. */
export interface DemoService {
  readonly apiUrl: string;
  /** Of the agent in the API: who has it may ask it. */
  readonly agentToken: string;
  stop(): Promise<void>;
}

/** Fills the database, or sees that it holds these data already. */
export async function seedDatabase(
  databaseUrl: string,
  scale: number,
  signal: AbortSignal,
  onProgress: (done: number, total: number, what: string) => void,
): Promise<{ readonly isReused: boolean; readonly rows: number }> {
  let outcome = { isReused: false, rows: 0 };
  const words = ["seed", "--scale", String(scale), "--force", "--json"];
  const seeding = startMediaProgram("data", words, databaseUrl, (line) => {
    if (line.kind === "table") {
      onProgress(numberOf(line.done), numberOf(line.total), String(line.table));
    }
    if (line.kind === "finished") {
      outcome = { isReused: line.outcome === "already there", rows: numberOf(line.rows) };
    }
  });
  const onAbort = (): void => void seeding.stop();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await seeding.ended;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  signal.throwIfAborted();
  return outcome;
}

/** Starts the API, then its visitors. `onTrouble` hears of a part that ended by itself. */
export async function startService(
  databaseUrl: string,
  rate: number,
  onTrouble: (error: unknown) => void,
): Promise<DemoService> {
  const agentToken = randomBytes(24).toString("base64url");
  const { api, apiUrl } = await startApi(databaseUrl, agentToken);
  const traffic = startMediaProgram(
    "traffic",
    ["traffic", "--url", apiUrl, "--rate", String(rate)],
    databaseUrl,
    () => undefined,
  );
  api.ended.catch(onTrouble);
  traffic.ended.catch(onTrouble);
  return {
    apiUrl,
    agentToken,
    stop: async () => {
      await traffic.stop();
      await api.stop();
    },
  };
}

async function startApi(
  databaseUrl: string,
  agentToken: string,
): Promise<{ readonly api: SupervisedProcess; readonly apiUrl: string }> {
  let announce: (url: string) => void = () => undefined;
  const announced = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const onLine = (line: MediaLine): void => {
    if (typeof line.listening === "string") announce(line.listening);
  };
  const words = ["api", "--port", "0"];
  const api = startMediaProgram("API", words, databaseUrl, onLine, agentToken);
  const endedEarly = api.ended.then(() => {
    throw demoPartFailed("API", "", "it ended before it listened");
  });
  return { api, apiUrl: await Promise.race([announced, endedEarly]) };
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
