import type { PlatformConfiguration } from "../platform/platform-configuration.ts";
import type { Collector } from "./collector.ts";

const EVERY_MS = 15_000;
const TIMEOUT_MS = 5_000;
/** Of an answer to a question whose answer is one number. */
const LONGEST_ANSWER = 100_000;

/** Sees whether a Prometheus answers, with a question that all that speak its language can answer. */
export function prometheusCollector({
  url,
  token,
}: NonNullable<PlatformConfiguration["prometheus"]>): Collector {
  const address = new URL("api/v1/query?query=vector(1)", url.endsWith("/") ? url : `${url}/`);
  return {
    source: { id: "prometheus", kind: "prometheus", name: address.host, everyMs: EVERY_MS },
    definition: JSON.stringify(["prometheus", url, token ?? null]),
    runs: "everywhere",
    timeoutMs: TIMEOUT_MS,
    read: async ({ signal }) => {
      const response = await fetch(address, {
        signal,
        redirect: "error",
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`it answers with ${response.status}`);
      }
      if (!saysSuccess(await textOf(response)))
        throw new Error("it answers, but not as a Prometheus");
      return undefined;
    },
    rest: async () => undefined,
  };
}

async function textOf(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > LONGEST_ANSWER) throw new Error("its answer does not end");
  }
  return text;
}

function saysSuccess(text: string): boolean {
  try {
    return (JSON.parse(text) as { readonly status?: unknown } | null)?.status === "success";
  } catch {
    return false;
  }
}
