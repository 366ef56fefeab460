import type { Health, SourceHealth } from "@streamgate/contract";

type Check = Health["checks"][number];
type State = Check["status"];

/** By kind of source, as a check is called. */
const CHECKS: readonly (readonly [SourceHealth["kind"], string])[] = [
  ["store", "store"],
  ["monitor", "monitor"],
  ["database", "databases"],
  ["redis", "redis"],
  ["agent", "agents"],
  ["prometheus", "prometheus"],
  ["job", "jobs"],
];

/** How the server and its parts are. Anybody may ask: names and addresses are left out. */
export function healthOf(version: string, sources: readonly SourceHealth[]): Health {
  const checks = CHECKS.flatMap(([kind, name]) => {
    const ofKind = sources.filter((source) => source.kind === kind);
    return ofKind.length === 0 ? [] : [checkOf(name, kind, ofKind)];
  });
  return { status: worstOf(checks), version, checks };
}

/** Whether the server can do its work: without its store it can neither remember nor show what was. */
export function readinessOf(
  version: string,
  sources: readonly SourceHealth[],
  isEnding: boolean,
): Health {
  const { checks } = healthOf(
    version,
    sources.filter(({ kind }) => kind === "store"),
  );
  const own: Check = {
    name: "server",
    status: isEnding ? "failing" : "ok",
    detail: isEnding ? "it is ending" : "it answers",
  };
  return { status: worstOf([own, ...checks]), version, checks: [own, ...checks] };
}

function checkOf(
  name: string,
  kind: SourceHealth["kind"],
  sources: readonly SourceHealth[],
): Check {
  const fresh = sources.filter(({ state }) => state === "fresh").length;
  const waiting = sources.filter(({ state }) => state === "waiting").length;
  const isRead = fresh + waiting === sources.length;
  // Of what is watched something may be missing for good; the own parts lack nothing when they are well.
  const isOwn = kind === "store" || kind === "monitor";
  const hasProblem = isOwn && sources.some(({ problem }) => problem !== null);
  const status = isRead
    ? hasProblem
      ? "degraded"
      : "ok"
    : kind === "store"
      ? "failing"
      : "degraded";
  if (isRead && hasProblem) return { name, status, detail: "it answers, and something goes wrong" };
  if (waiting === sources.length) return { name, status, detail: "not read yet" };
  return { name, status, detail: `${fresh} of ${sources.length} read in time` };
}

function worstOf(checks: readonly Check[]): State {
  const has = (state: State): boolean => checks.some(({ status }) => status === state);
  if (has("failing")) return "failing";
  return has("degraded") ? "degraded" : "ok";
}
