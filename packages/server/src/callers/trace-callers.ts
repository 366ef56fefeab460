import { identifyStatement } from "@streamgate/pg-advisor";
import type { KeptTrace } from "@streamgate/telemetry/tracing";
import type { RouteKey } from "../routes/route-id.ts";

/** A route of a service whose requests were seen to call a statement. */
export interface TraceCaller {
  readonly key: RouteKey;
  /** `GET /orders/:id`, or what else the request is called. */
  readonly name: string;
  /** Kept requests that called it. */
  readonly requests: number;
  readonly calls: number;
  readonly totalMs: number;
  readonly lastMs: number;
}

const MOST_TEXTS = 5_000;

/** Fingerprints of texts as agents tell them, each read once. */
export class TracedTexts {
  readonly #fingerprints = new Map<string, string>();

  fingerprintOf(text: string): string {
    const known = this.#fingerprints.get(text);
    if (known !== undefined) return known;
    if (this.#fingerprints.size >= MOST_TEXTS) this.#fingerprints.clear();
    const { fingerprint } = identifyStatement(withParameters(text));
    this.#fingerprints.set(text, fingerprint);
    return fingerprint;
  }
}

/** An agent writes `?` for each literal; a parser reads parameters. Operators that hold a question mark stand between blanks and names. */
function withParameters(text: string): string {
  return text.replaceAll(/(?<=[\s(,=<>[+*/%-])\?(?=[\s),;:\]]|$)/g, "$1");
}

/** Which requests called a statement, of the traces that a service's processes kept. */
export function traceCallers(
  service: string,
  traces: readonly KeptTrace[],
  fingerprint: string,
  texts: TracedTexts,
): readonly TraceCaller[] {
  const byRoute = new Map<string, TraceCaller>();
  for (const { spans } of traces) {
    const [root] = spans;
    if (root === undefined) continue;
    const called = spans.filter(({ attributes }) => {
      const text = attributes["db.query.text"];
      return (
        attributes["db.system.name"] === "postgresql" &&
        typeof text === "string" &&
        texts.fingerprintOf(text) === fingerprint
      );
    });
    if (called.length === 0) continue;
    const key = keyOf(service, root.attributes);
    const name = key.route === "" ? root.name : `${key.method} ${key.route}`.trim();
    const known = byRoute.get(name);
    byRoute.set(name, {
      key,
      name,
      requests: (known?.requests ?? 0) + 1,
      calls: (known?.calls ?? 0) + called.length,
      totalMs: called.reduce((sum, { durationMs }) => sum + durationMs, known?.totalMs ?? 0),
      lastMs: Math.max(root.startMs, known?.lastMs ?? 0),
    });
  }
  return [...byRoute.values()];
}

function keyOf(service: string, attributes: KeptTrace["spans"][number]["attributes"]): RouteKey {
  return {
    service,
    method: String(attributes["http.request.method"] ?? ""),
    route: String(attributes["http.route"] ?? ""),
  };
}
