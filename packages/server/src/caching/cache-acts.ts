import type { CacheActResult, InvalidationRequest, WarmingRequest } from "@streamgate/contract";
import { messageOf } from "@streamgate/core";
import { askAgent } from "../agents/agent-calls.ts";
import { badRequest, notFound } from "../api/refusal.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { redact } from "../secrets/redact.ts";

const INVALIDATION_TIMEOUT_MS = 10_000;
/** A thousand values at the slowest rate that a source is left with. */
const WARMING_TIMEOUT_MS = 60_000;
const MOST_BYTES = 1_000_000;
const AT_ONCE = 16;

/**
 * Makes every process of a service forget. The caches' own bus tells other processes, too; each is asked nevertheless, as not every cache
 * has one, and a bus may be what fails.
 *
 * @throws ApiRefusal 400 where nothing is named, 404 where there is no such service
 */
export async function invalidateIn(
  processes: readonly WatchedProcess[],
  { service, tags = [], keys = [], namespace }: InvalidationRequest,
  signal: AbortSignal,
): Promise<CacheActResult> {
  if (tags.length + keys.length === 0 && namespace === undefined)
    throw badRequest("nothing is named to be invalidated", "name tags, keys or a namespace");
  const body = {
    tags,
    // An id alone is one of the namespace that is named.
    keys: namespace === undefined ? keys : keys.map((key) => keyIn(namespace, key)),
    ...(namespace === undefined || keys.length > 0 ? {} : { namespace }),
  };
  const asked = ofService(processes, service);
  return actIn(asked, "/streamgate/caches/invalidate", body, INVALIDATION_TIMEOUT_MS, signal);
}

/** Loads values in every process of a service. @throws ApiRefusal 404 */
export async function warmIn(
  processes: readonly WatchedProcess[],
  { service, namespace, keys }: WarmingRequest,
  signal: AbortSignal,
): Promise<CacheActResult> {
  const body = { namespace, ...(keys === undefined ? {} : { keys }) };
  const asked = ofService(processes, service);
  return actIn(asked, "/streamgate/caches/warm", body, WARMING_TIMEOUT_MS, signal);
}

function keyIn(namespace: string, key: string): string {
  return key.startsWith(`${namespace}:`) ? key : `${namespace}:${key}`;
}

function ofService(
  processes: readonly WatchedProcess[],
  service: string,
): readonly WatchedProcess[] {
  const found = processes.filter((process) => process.service === service);
  if (found.length === 0) throw notFound("watched service", service);
  return found;
}

/** What one process refuses is its line in the answer; the others act. */
async function actIn(
  processes: readonly WatchedProcess[],
  path: string,
  body: unknown,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CacheActResult> {
  const instances: CacheActResult["instances"][number][] = [];
  const left = [...processes];
  const worker = async (): Promise<void> => {
    for (let process = left.shift(); process !== undefined; process = left.shift()) {
      const { instance } = process;
      const request = { method: "POST" as const, path, body, timeoutMs, mostBytes: MOST_BYTES };
      instances.push(
        await askAgent(process, { ...request, signal }).then(
          (answer) => ({ instance, ...outcomeOf(answer) }),
          (error: unknown) => ({ instance, isDone: false, detail: redact(messageOf(error)) }),
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { instances: instances.sort((one, other) => (one.instance < other.instance ? -1 : 1)) };
}

/** What became of it in the caches of one process. */
function outcomeOf(answer: unknown): { readonly isDone: boolean; readonly detail: string } {
  const { outcomes } = (answer ?? {}) as { readonly outcomes?: unknown };
  if (!Array.isArray(outcomes) || outcomes.length === 0)
    return { isDone: false, detail: "it has no cache of that kind" };
  const lines = outcomes.slice(0, 20).map((each: unknown) => {
    const { cache, isDone, detail } = (each ?? {}) as Readonly<Record<string, unknown>>;
    const said = `${String(cache)}: ${String(detail)}`.slice(0, 300).replace(/\p{Cc}+/gu, " ");
    return { isDone: isDone === true, said: redact(said) };
  });
  return {
    isDone: lines.every(({ isDone }) => isDone),
    detail: lines.map(({ said }) => said).join("; "),
  };
}
