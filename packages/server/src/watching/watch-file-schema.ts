import { PLATFORM_SCHEMAS } from "../platform/platform-file-schema.ts";
import { NAME, NAMES, only, PORT, SECRET, SWITCH, TIME_MS } from "./schema-parts.ts";

const MATCHERS = {
  type: "array",
  items: {
    oneOf: ["is", "isNot", "matches", "matchesNot"].map((condition) =>
      only({ label: NAME, [condition]: { type: "string" } }, ["label", condition]),
    ),
  },
};

const HTTP_CHANNEL = { name: NAME, allowPrivateAddresses: SWITCH, certificateAuthority: SECRET };
const HEADERS = { type: "object", additionalProperties: SECRET };

/** By kind, what a channel may be told beside its kind. */
const CHANNELS = {
  webhook: only({ ...HTTP_CHANNEL, url: SECRET, secret: SECRET, headers: HEADERS }, ["url"]),
  slack: only({ ...HTTP_CHANNEL, url: SECRET }, ["url"]),
  pagerduty: only({ ...HTTP_CHANNEL, routingKey: SECRET, url: SECRET }, ["routingKey"]),
  alertmanager: only({ ...HTTP_CHANNEL, url: SECRET, renewEveryMs: TIME_MS, headers: HEADERS }, [
    "url",
  ]),
  email: only(
    {
      name: NAME,
      host: NAME,
      port: PORT,
      usesTls: SWITCH,
      allowPlaintext: SWITCH,
      user: SECRET,
      password: SECRET,
      from: NAME,
      to: NAMES,
      certificateAuthority: SECRET,
    },
    ["host", "from", "to"],
  ),
} as const;

const ROUTE = {
  type: "object",
  additionalProperties: false,
  properties: {
    match: MATCHERS,
    channels: NAMES,
    escalation: NAME,
    groupBy: NAMES,
    groupWaitMs: TIME_MS,
    groupIntervalMs: TIME_MS,
    repeatIntervalMs: TIME_MS,
    mostGroups: { type: "integer", minimum: 1 },
    tellsResolved: SWITCH,
    continues: SWITCH,
    routes: { type: "array", items: { $ref: "#/definitions/route" } },
  },
};

const WEEKDAY = {
  enum: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
};

const ROTA = only(
  {
    name: NAME,
    timeZone: NAME,
    rotation: { enum: ["daily", "weekly"] },
    handover: only({ day: WEEKDAY, time: NAME }, []),
    startsOn: NAME,
    people: NAMES,
    overrides: {
      type: "array",
      items: only({ fromMs: TIME_MS, toMs: TIME_MS, person: NAME }, ["fromMs", "toMs"]),
    },
  },
  ["name", "timeZone", "rotation", "startsOn", "people"],
);

const MAINTENANCE = only(
  {
    name: NAME,
    match: MATCHERS,
    timeZone: NAME,
    days: { type: "array", items: WEEKDAY },
    weeksOfMonth: { type: "array", items: { type: "integer" } },
    from: NAME,
    to: NAME,
  },
  ["name", "match", "timeZone", "from", "to"],
);

const ESCALATION = only(
  {
    name: NAME,
    levels: {
      type: "array",
      items: only(
        {
          targets: {
            type: "array",
            items: {
              oneOf: ["rota", "person", "channel"].map((kind) => only({ [kind]: NAME }, [kind])),
            },
          },
          answerWithinMs: TIME_MS,
        },
        ["targets"],
      ),
    },
    repeats: { type: "integer", minimum: 0 },
    acknowledgedForMs: TIME_MS,
    whenNobody: NAMES,
  },
  ["name", "levels"],
);

const HISTORY = {
  oneOf: [
    { const: false },
    only(
      {
        limitBytes: { type: "number", exclusiveMinimum: 0 },
        retentionMs: { type: "object", additionalProperties: TIME_MS },
      },
      [],
    ),
  ],
};

/** What a watch file may say (JSON Schema, draft 7). The rules are checked by themselves. */
export const WATCH_FILE_SCHEMA: object = {
  ...only(
    {
      $schema: { type: "string" },
      targets: {
        type: "array",
        items: only(
          { url: NAME, token: SECRET, name: NAME, kind: { enum: ["report", "prometheus"] } },
          ["url"],
        ),
      },
      rules: { type: "object" },
      channels: {
        type: "array",
        items: {
          type: "object",
          required: ["kind", "name"],
          properties: { kind: { enum: Object.keys(CHANNELS) } },
          allOf: Object.entries(CHANNELS).map(([kind, schema]) => ({
            if: { properties: { kind: { const: kind } } },
            // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's own word
            then: { ...schema, properties: { ...schema.properties, kind: { const: kind } } },
          })),
        },
      },
      route: { $ref: "#/definitions/route" },
      inhibitions: {
        type: "array",
        items: only({ name: NAME, source: MATCHERS, target: MATCHERS, equal: NAMES }, [
          "name",
          "source",
          "target",
          "equal",
        ]),
      },
      maintenance: { type: "array", items: MAINTENANCE },
      people: { type: "array", items: only({ name: NAME, channels: NAMES }, ["name", "channels"]) },
      rotas: { type: "array", items: ROTA },
      escalations: { type: "array", items: ESCALATION },
      history: HISTORY,
      ...PLATFORM_SCHEMAS,
    },
    [],
  ),
  // Whoever watches a database or a Redis alone need not say that there are no processes.
  anyOf: [{ required: ["targets"] }, { required: ["databases"] }, { required: ["redis"] }],
  definitions: { route: ROUTE },
};
