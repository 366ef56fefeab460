import { ApiProblem } from "./api-problem.ts";
import type { Problem } from "./basics.ts";
import { OPERATIONS } from "./generated/operations.ts";
import type { BodyOf, OperationId, ParametersOf, QueryOf, ResultOf } from "./operations.ts";

/** What of `fetch` the client needs. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: AbortSignal;
  },
) => Promise<{
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** What an operation is called with: those of its parts that it has. */
export type CallOptions<Id extends OperationId> = (ParametersOf<Id> extends undefined
  ? { readonly parameters?: undefined }
  : { readonly parameters: ParametersOf<Id> }) &
  (QueryOf<Id> extends undefined
    ? { readonly query?: undefined }
    : { readonly query?: QueryOf<Id> }) &
  (BodyOf<Id> extends undefined ? { readonly body?: undefined } : { readonly body: BodyOf<Id> }) & {
    readonly signal?: AbortSignal;
  };

/** Calls the API. */
export interface ApiClient {
  /** @throws ApiProblem */
  call<Id extends OperationId>(id: Id, options: CallOptions<Id>): Promise<ResultOf<Id>>;
}

export interface ClientOptions {
  /** Of the server: `https://streamgate.example`; empty in a page of its own. */
  readonly baseUrl: string;
  /** Sent with each call: `authorization`, `x-streamgate-csrf`. Asked anew each time. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** @default the runtime's own */
  readonly fetch?: Fetch;
}

/**
 * A client of StreamGate's HTTP API, typed by its contract.
 *
 * @throws ApiProblem from each call that is refused, fails, or does not arrive
 * @example
 * ```ts
 * import { createClient } from "@streamgate/contract";
 * const token = process.env.STREAMGATE_TOKEN ?? "";
 * const api = createClient({
 *   baseUrl: "http://127.0.0.1:4600",
 *   headers: () => ({ authorization: `Bearer ${token}` }),
 * });
 * const { verdict } = await api.call("getNow", { query: { from: "-15m" } });
 * console.log(verdict.sentence);
 * ```
 */
export function createClient(options: ClientOptions): ApiClient {
  const send = options.fetch ?? (globalThis as { readonly fetch: Fetch }).fetch;
  return {
    call: async (id, { parameters, query, body, signal }) => {
      const { method, path } = OPERATIONS[id];
      const url = `${options.baseUrl}/api/v1${fillIn(path, parameters ?? {})}${queryText(query ?? {})}`;
      const headers = {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers?.(),
      };
      const response = await send(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }).catch((cause: unknown) => {
        throw unreachable(options.baseUrl, cause);
      });
      const content: unknown = parse(await response.text());
      if (!response.ok) throw new ApiProblem(problemOf(content, response.status));
      return content as ResultOf<typeof id>;
    },
  };
}

function fillIn(path: string, parameters: object): string {
  const values = new Map(Object.entries(parameters));
  return path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name) ?? "")),
  );
}

function queryText(query: object): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? "" : `?${search.toString()}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(content: unknown, status: number): Problem {
  if (typeof content === "object" && content !== null && "detail" in content)
    return content as Problem;
  return {
    type: "about:blank",
    title: `the server answered ${status}`,
    status,
    detail: "it gave no reason",
    code: "SG_CLIENT_NO_REASON",
    remedy: "try again, and look into the server's log",
    requestId: "",
  };
}

function unreachable(baseUrl: string, cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      type: "about:blank",
      title: "StreamGate cannot be reached",
      status: 0,
      detail: `no answer from ${baseUrl === "" ? "this page's server" : baseUrl}`,
      code: "SG_CLIENT_UNREACHABLE",
      remedy: "see whether it runs, and whether the network is there",
      requestId: "",
    },
    { cause },
  );
}
