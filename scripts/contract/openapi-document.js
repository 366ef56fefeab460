const AREAS = {
  health: "Health",
  ready: "Health",
  session: "Access",
  tokens: "Access",
  audit: "Access",
  status: "StreamGate itself",
  configuration: "StreamGate itself",
  now: "The service",
  routes: "The service",
  resources: "Resources",
  memory: "Resources",
  cpu: "Resources",
  profiles: "Resources",
  series: "Series",
  markers: "Series",
  analytics: "Series",
  slos: "Series",
  queries: "Queries",
  indexes: "Indexes",
  cache: "Cache",
  recommendations: "Recommendations",
  jobs: "Recommendations",
  alerts: "Alerts and incidents",
  rules: "Alerts and incidents",
  silences: "Alerts and incidents",
  incidents: "Alerts and incidents",
  escalation: "Alerts and incidents",
  changes: "Alerts and incidents",
};

/** An OpenAPI 3.1 document of the operations. */
export function openApiDocument(operations, schema, version) {
  const paths = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][operation.method.toLowerCase()] = operationObject(operation);
  }
  paths["/events"] = { get: EVENTS };
  return {
    openapi: "3.1.1",
    info: {
      title: "StreamGate",
      version,
      description:
        "What StreamGate sees of a service, what it advises, and what it can be told to do. Every figure says whether it was estimated, measured or verified.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "streamgate_session" },
      },
      schemas: schemasReachedFrom(
        { paths, also: { $ref: "#/components/schemas/Problem" } },
        schema,
      ),
    },
  };
}

function operationObject({
  id,
  description,
  path,
  scope,
  status,
  parameters,
  query,
  body,
  result,
}) {
  return {
    operationId: id,
    tags: [AREAS[path.split("/")[1]]],
    summary: description,
    "x-streamgate-scope": scope,
    ...(scope === "none" ? { security: [] } : {}),
    parameters: [
      ...parameters.map((one) => parameterObject(one, "path")),
      ...query.map((one) => parameterObject(one, "query")),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { "application/json": { schema: moved(body) } } },
        }),
    responses: {
      [status]: {
        description: status === 202 ? "It has begun." : "It is done.",
        content: { "application/json": { schema: moved(result) } },
      },
      default: PROBLEM,
    },
  };
}

function parameterObject({ name, schema, isRequired }, place) {
  const { description, ...rest } = moved(schema);
  return {
    name,
    in: place,
    required: place === "path" || isRequired,
    ...(description === undefined ? {} : { description }),
    schema: rest,
  };
}

const PROBLEM = {
  description: "It was refused, or went wrong.",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const EVENTS = {
  operationId: "streamEvents",
  tags: ["Series"],
  summary:
    "What changes, as server-sent events. Whoever comes back with `Last-Event-ID` hears what was missed.",
  "x-streamgate-scope": "read",
  parameters: [
    {
      name: "Last-Event-ID",
      in: "header",
      required: false,
      description: "The last event that was heard.",
      schema: { type: "string", maxLength: 40 },
    },
  ],
  responses: {
    200: {
      description: "Events until either side ends it; `data` is a LiveEvent.",
      content: { "text/event-stream": { schema: { $ref: "#/components/schemas/LiveEvent" } } },
    },
    default: PROBLEM,
  },
};

/** Each schema that is referred to, from the paths or from one another. */
function schemasReachedFrom(root, schema) {
  const found = new Map();
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of namesIn(next)) {
      if (found.has(name)) continue;
      const definition = moved(schema.definitions[name]);
      found.set(name, definition);
      waiting.push(definition);
    }
  }
  return Object.fromEntries([...found].sort(([left], [right]) => left.localeCompare(right, "en")));
}

function namesIn(value) {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
}

/** The schema with its references as OpenAPI has them. */
function moved(schema) {
  return JSON.parse(JSON.stringify(schema).replaceAll("#/definitions/", "#/components/schemas/"));
}
