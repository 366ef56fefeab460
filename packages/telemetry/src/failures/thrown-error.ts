/** What is known of anything that was thrown, read once and carefully. */
export interface ThrownError {
  /** `TypeError`, `PostgresError`; `string` where a string was thrown. */
  readonly type: string;
  readonly message: string;
  /** As V8 writes it; empty where there is none. */
  readonly stack: string;
  /** A short stable word, such as `ECONNREFUSED` or `23505`; empty where there is none. */
  readonly code: string;
}

/** More tells nobody anything, and somebody has to keep it. */
const LONGEST_MESSAGE = 1_024;
const LONGEST_STACK = 16_384;
const LONGEST_NAME = 100;
const MOST_CAUSES = 5;

/** The error and its causes, outermost first; ends at a circle. */
export function readThrown(thrown: unknown): readonly ThrownError[] {
  const chain: ThrownError[] = [];
  const seen = new Set<unknown>();
  let next = thrown;
  while (chain.length < MOST_CAUSES && !seen.has(next)) {
    seen.add(next);
    chain.push(readOne(next));
    const cause = property(next, "cause");
    if (cause === undefined || cause === null) break;
    next = cause;
  }
  return chain;
}

function readOne(thrown: unknown): ThrownError {
  if (typeof thrown !== "object" || thrown === null) {
    return { type: typeof thrown, message: textOf(thrown, LONGEST_MESSAGE), stack: "", code: "" };
  }
  const code = property(thrown, "code");
  return {
    type: typeNameOf(thrown),
    message: textOf(property(thrown, "message") ?? "", LONGEST_MESSAGE),
    stack: textOf(property(thrown, "stack") ?? "", LONGEST_STACK),
    code: typeof code === "string" || typeof code === "number" ? textOf(code, LONGEST_NAME) : "",
  };
}

/** The class, where it says more than the name does: `name` is often left at `Error`. */
function typeNameOf(thrown: object): string {
  const name = property(thrown, "name");
  const own = typeof name === "string" && name !== "" ? name : "";
  if (own !== "" && own !== "Error") return textOf(own, LONGEST_NAME);
  const constructorName = property(property(thrown, "constructor"), "name");
  const given = typeof constructorName === "string" ? constructorName : "";
  return textOf(given || own || "object", LONGEST_NAME);
}

/** A property that may be missing, or a getter that throws. */
function property(holder: unknown, name: string): unknown {
  if ((typeof holder !== "object" && typeof holder !== "function") || holder === null) {
    return undefined;
  }
  try {
    return Reflect.get(holder, name);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown, longest: number): string {
  if (typeof value === "string") return value.slice(0, longest);
  if (typeof value === "object" && value !== null) return "";
  return String(value).slice(0, longest);
}
