/** A request that a session is about to make. */
export interface PlannedRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The statuses that are no error: a wallet without the token expects 403. */
  readonly expected: readonly number[];
  readonly isWrite: boolean;
}

/** What the session learns from the answer. */
export interface Reply {
  readonly status: number;
  /** Parsed JSON; undefined for anything else. */
  readonly body: unknown;
}

/** One visitor: yields requests, is resumed with their answers, ends when the visit does. */
export type Session = Generator<PlannedRequest, void, Reply>;

export function read(path: string): PlannedRequest {
  return { method: "GET", path, expected: [200], isWrite: false };
}

/** A text field of an answer. */
export function textField(body: unknown, name: string): string | undefined {
  const value: unknown = isObject(body) ? body[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The items of a page. */
export function itemsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const items: unknown = isObject(body) ? body.items : undefined;
  return Array.isArray(items) ? items.filter(isObject) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
