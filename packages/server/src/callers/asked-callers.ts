import type { WatchedProcess } from "../platform/watched-processes.ts";
import type { TracedTexts } from "./trace-callers.ts";

/** A kind of request in which the tracing of statements found something about a statement. */
export interface AskedCaller {
  readonly service: string;
  /** `GET /orders/:id`. */
  readonly name: string;
  /** Where in the code; undefined where requests are recorded without. */
  readonly site: string | undefined;
  /** In the request that asked most; null where the finding does not tell. */
  readonly callsPerRequest: number | null;
  readonly at: string;
}

const CALLS = "calls in one request";

/** Who calls a statement, by the findings that processes tell of their requests; each kind of request once. */
export function askedCallers(
  processes: readonly Pick<WatchedProcess, "service" | "report">[],
  fingerprint: string,
  texts: TracedTexts,
): readonly AskedCaller[] {
  const found = new Map<string, AskedCaller>();
  for (const { service, report } of processes)
    for (const { subject, statements, evidence, site = [] } of report.findings) {
      const isOfRequests = evidence.some(({ source }) => source === "recorded requests");
      if (
        !isOfRequests ||
        !statements.some(({ text }) => texts.fingerprintOf(text) === fingerprint)
      )
        continue;
      const calls = evidence.find(({ name }) => name === CALLS);
      const name = withoutService(subject.object, report);
      const key = JSON.stringify([service, name]);
      if (found.has(key)) continue;
      found.set(key, {
        service,
        name,
        site: site.length === 0 ? undefined : site.join(", called from "),
        callsPerRequest: calls?.value ?? null,
        at: evidence[0]?.at ?? "",
      });
    }
  return [...found.values()];
}

/** The board of an agent names the service before the request: `media: GET /orders`. */
function withoutService(object: string, { identity }: WatchedProcess["report"]): string {
  const prefix = `${identity.service}: `;
  return object.startsWith(prefix) ? object.slice(prefix.length) : object;
}
