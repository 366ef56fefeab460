import { badRule } from "../errors.ts";

/** Reads the keys of an object that somebody wrote, and names the first that cannot be. */
export interface RuleReader {
  has(key: string): boolean;
  isNumber(key: string): boolean;
  text(key: string, otherwise?: string): string;
  boolean(key: string, otherwise: boolean): boolean;
  list(key: string, otherwise?: readonly unknown[]): readonly unknown[];
  /** An object as it is, to be read by somebody else. */
  entries(key: string): Readonly<Record<string, unknown>>;
  number(key: string, bounds: Bounds, otherwise?: number): number;
  /** A duration in ms. */
  durationMs(key: string, otherwise?: number, leastMs?: number): number;
  choice<T extends string | number>(key: string, choices: readonly T[], otherwise?: T): T;
  texts(key: string, otherwise?: readonly string[]): readonly string[];
  labels(key: string): Readonly<Record<string, string>>;
  object(key: string): RuleReader;
  objects(key: string, otherwise?: readonly unknown[]): readonly RuleReader[];
  /** @throws SG_MONITOR_BAD_RULE */
  refuse(key: string, wanted: string): never;
  /** Refuses keys that nobody has read: a misspelt one must not go unnoticed. */
  finish(): void;
}

interface Bounds {
  readonly above?: number;
  readonly least?: number;
  readonly below?: number;
  readonly most?: number;
}

const LONGEST_MS = 400 * 86_400_000;

/**
 * @param rule its name, for errors
 * @param path of the object within the rule: empty, or `measure.`
 */
export function readRuleObject(rule: string, value: unknown, path = ""): RuleReader {
  if (!isObject(value))
    throw badRule(rule, path === "" ? "itself" : path.slice(0, -1), value, "an object");
  const object = value;
  const readKeys = new Set<string>();
  const take = (key: string): unknown => {
    readKeys.add(key);
    return Object.hasOwn(object, key) ? object[key] : undefined;
  };
  const refuse = (key: string, wanted: string): never => {
    throw badRule(rule, `${path}${key}`, take(key), wanted);
  };
  const number = (key: string, bounds: Bounds, otherwise?: number): number => {
    const found = take(key) ?? otherwise;
    if (typeof found !== "number" || !isWithin(found, bounds))
      return refuse(key, `a number${tell(bounds)}`);
    return found;
  };
  const listOf = (key: string, otherwise?: readonly unknown[]): readonly unknown[] => {
    const found = take(key) ?? otherwise;
    return Array.isArray(found) ? found : refuse(key, "a list");
  };
  return {
    has: (key) => Object.hasOwn(object, key) && object[key] !== undefined,
    isNumber: (key) => typeof take(key) === "number",
    text(key, otherwise) {
      const found = take(key) ?? otherwise;
      return typeof found === "string" ? found : refuse(key, "a text");
    },
    boolean(key, otherwise) {
      const found = take(key) ?? otherwise;
      return typeof found === "boolean" ? found : refuse(key, "true or false");
    },
    list: listOf,
    entries(key) {
      const found = take(key) ?? {};
      return isObject(found) ? found : refuse(key, "an object");
    },
    number,
    durationMs: (key, otherwise, leastMs = 0) =>
      number(key, { least: leastMs, most: LONGEST_MS }, otherwise),
    choice(key, choices, otherwise) {
      const found = take(key) ?? otherwise;
      const choice = choices.find((each) => each === found);
      return choice ?? refuse(key, `one of ${choices.join(", ")}`);
    },
    texts: (key, otherwise) =>
      listOf(key, otherwise).map((each) =>
        typeof each === "string" ? each : refuse(key, "a list of texts"),
      ),
    labels(key) {
      const found = take(key) ?? {};
      if (!isObject(found)) return refuse(key, "labels");
      return Object.fromEntries(
        Object.entries(found).map(([label, text]) =>
          typeof text === "string" && LABEL_NAME.test(label)
            ? [label, text]
            : refuse(key, "labels: names as in Prometheus, and texts"),
        ),
      );
    },
    object: (key) => readRuleObject(rule, take(key), `${path}${key}.`),
    objects: (key, otherwise) =>
      listOf(key, otherwise).map((each, index) =>
        readRuleObject(rule, each, `${path}${key}[${index}].`),
      ),
    refuse,
    finish() {
      const unread = Object.keys(object).find((key) => !readKeys.has(key));
      if (unread !== undefined)
        refuse(unread, `left out: it is no key of this kind (${[...readKeys].sort().join(", ")})`);
    },
  };
}

export const LABEL_NAME: RegExp = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWithin(value: number, { above, least, below, most }: Bounds): boolean {
  if (!Number.isFinite(value)) return false;
  if (above !== undefined && !(value > above)) return false;
  if (least !== undefined && !(value >= least)) return false;
  if (below !== undefined && !(value < below)) return false;
  return most === undefined || value <= most;
}

function tell({ above, least, below, most }: Bounds): string {
  const parts = [
    above === undefined ? "" : ` above ${above}`,
    least === undefined ? "" : ` from ${least}`,
    below === undefined ? "" : ` below ${below}`,
    most === undefined ? "" : ` to ${most}`,
  ];
  return parts.join("");
}
