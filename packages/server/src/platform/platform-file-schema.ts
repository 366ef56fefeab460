import { NAME, NAMES, only, SECRET, SWITCH } from "../watching/schema-parts.ts";

/** More often than once a second nothing is read. */
const INTERVAL_MS = { type: "number", minimum: 1_000, maximum: 3_600_000 };
const SHARE = { type: "number", minimum: 0, maximum: 1 };
const POSITIVE = { type: "number", exclusiveMinimum: 0 };
/** In series and addresses it stands as it is. */
const SHORT_NAME = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}$" };

const DATABASE = only(
  {
    name: SHORT_NAME,
    url: SECRET,
    lab: SECRET,
    replicas: { type: "array", items: SECRET },
    intervalMs: INTERVAL_MS,
    adviseEveryMs: { oneOf: [{ const: 0 }, { type: "number", minimum: 60_000 }] },
  },
  ["name", "url"],
);

const OPEN_ID = only(
  {
    issuer: NAME,
    clientId: NAME,
    clientSecret: SECRET,
    publicUrl: NAME,
    actors: NAMES,
    allowed: NAMES,
  },
  ["issuer", "clientId", "clientSecret", "publicUrl", "allowed"],
);

/** The keys of a watch file that are the platform's: what `streamgate serve` does beyond `streamgate watch`. */
export const PLATFORM_SCHEMAS: Readonly<Record<string, object>> = {
  databases: { type: "array", items: DATABASE },
  redis: {
    type: "array",
    items: only({ name: SHORT_NAME, url: SECRET, intervalMs: INTERVAL_MS }, ["name", "url"]),
  },
  prometheus: only({ url: NAME, token: SECRET }, ["url"]),
  access: only(
    {
      host: NAME,
      port: { type: "integer", minimum: 0, maximum: 65_535 },
      open: SWITCH,
      hostNames: NAMES,
      trustedProxies: NAMES,
      openId: OPEN_ID,
    },
    [],
  ),
  objectives: only(
    {
      latencyP95Ms: POSITIVE,
      errorShare: SHARE,
      cacheHitRatio: SHARE,
      databaseMeanMs: POSITIVE,
      cpuRatio: SHARE,
      memoryBytes: POSITIVE,
    },
    [],
  ),
};
