import { once } from "node:events";
import { lineOf, startMain } from "./run-main.ts";

/** The answer of an API, and what it said of its cache. */
interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

/** One API process of its own. */
export interface ApiProcess {
  readonly url: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  send(
    method: "POST" | "PUT",
    path: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>;
  stop(): Promise<void>;
}

export async function startApiProcess(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ApiProcess> {
  const child = startMain(["api", "--port", "0", "--pool-size", "4", ...words], environment);
  const ended = once(child, "close");
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const line = await lineOf(child, (text) => text.includes("listening")).catch((cause: unknown) => {
    throw new Error(`the API did not start: ${errors}`, { cause });
  });
  const { listening: url } = JSON.parse(line) as { listening: string };
  return {
    url,
    get: async (path, headers = {}) => answerOf(await fetch(`${url}${path}`, { headers })),
    send: async (method, path, body, headers = {}) =>
      answerOf(
        await fetch(`${url}${path}`, {
          method,
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
      ),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function answerOf(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, body, text, headers: response.headers };
}
