interface Listed {
  readonly items?: readonly Readonly<Record<string, unknown>>[];
}

const RANGES = ["-15m", "-1h", "-24h", "-7d", "-30d"] as const;
/** Operations that read nothing of the history. */
const PLAIN = [
  "/health",
  "/status",
  "/configuration",
  "/audit",
  "/alerts",
  "/rules",
  "/silences",
  "/incidents",
  "/escalation",
  "/recommendations",
  "/jobs",
  "/indexes/metrics",
  "/indexes/unused",
  "/indexes/duplicate",
  "/indexes/fragmented",
  "/indexes/missing",
  "/profiles",
  "/analytics/anomalies",
] as const;
/** Operations that take a range of time. */
const RANGED = [
  "/now",
  "/routes",
  "/queries/metrics",
  "/queries/statistics",
  "/queries/slow",
  "/cache/statistics",
  "/resources",
  "/memory/metrics",
  "/memory/statistics",
  "/cpu/metrics",
  "/cpu/statistics",
  "/markers",
  "/changes",
  "/series",
] as const;

/** The addresses that are read: every listing and view, over short and long ranges, and one thing of each kind by its id. */
export async function readPaths(url: string): Promise<readonly string[]> {
  const [route] = await itemsOf(url, "/routes?from=-1h");
  const [statement] = await itemsOf(url, "/queries/statistics?from=-1h");
  const single = [
    ...(route === undefined ? [] : [`/routes/${encodeURIComponent(String(route.id))}`]),
    ...(statement === undefined
      ? []
      : [`/queries/${encodeURIComponent(String(statement.fingerprint))}`]),
  ];
  const ranged = [...RANGED, ...single].flatMap((path) =>
    RANGES.map((from) => `${path}?from=${from}`),
  );
  return [...PLAIN, ...ranged].map((path) => `/api/v1${path}`);
}

async function itemsOf(
  url: string,
  path: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const response = await fetch(`${url}/api/v1${path}`);
  return response.ok ? (((await response.json()) as Listed).items ?? []) : [];
}
