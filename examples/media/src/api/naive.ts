import { MediaError } from "../errors.ts";

/**
 * The choices that a first version makes without thinking, each with what it costs. Every one has
 * a good twin that gives the same answers; `MEDIA_NAIVE_<NAME>=off` selects it.
 */
export const NAIVE_CHOICES = {
  offsetPages: "A page is found by OFFSET, so a deep page reads all before it",
  contentOnePerRow: "Owner and tags are asked for once a content (N+1)",
  wholeTokenRows: "Every column of a token is read, its metadata too, and most thrown away",
  tokensCountedPerRow: "The tokens of each content of a feed are counted by a subquery a row",
  eventOnePerInsert: "A batch of events is stored by two statements an event",
  statisticsFromRawEvents: "Days that are over are counted again on every call",
  keywordAutomatonPerRequest: "A user's keywords are read and compiled for every text",
  classificationMemoryless: "A text seen a moment ago is looked up in the database again",
} as const;

export type NaiveChoice = keyof typeof NAIVE_CHOICES;
export type NaiveSwitches = Readonly<Record<NaiveChoice, boolean>>;

const NAMES = Object.keys(NAIVE_CHOICES) as readonly NaiveChoice[];

/** `offsetPages` → `MEDIA_NAIVE_OFFSET_PAGES`. */
export function naiveVariable(choice: NaiveChoice): string {
  return `MEDIA_NAIVE_${choice.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Everything naive, but for what the overrides or, behind them, the environment turn off.
 *
 * @throws MediaError `MEDIA_BAD_OPTION` for a variable that is neither `on` nor `off`, or of an unknown name
 */
export function resolveNaive(
  overrides: Partial<NaiveSwitches> = {},
  environment: Readonly<Record<string, string | undefined>> = {},
): NaiveSwitches {
  refuseUnknownVariables(environment);
  const entries = NAMES.map((choice) => {
    const fromEnvironment = readSwitch(naiveVariable(choice), environment);
    return [choice, overrides[choice] ?? fromEnvironment ?? true] as const;
  });
  return Object.fromEntries(entries) as Record<NaiveChoice, boolean>;
}

function readSwitch(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean | undefined {
  const value = environment[variable];
  if (value === undefined || value === "") return undefined;
  if (value === "on") return true;
  if (value === "off") return false;
  throw new MediaError(
    "MEDIA_BAD_OPTION",
    `${variable} is ${JSON.stringify(value)}; write on or off`,
  );
}

function refuseUnknownVariables(environment: Readonly<Record<string, string | undefined>>): void {
  const known = new Set(NAMES.map(naiveVariable));
  const unknown = Object.keys(environment).find(
    (variable) => variable.startsWith("MEDIA_NAIVE_") && !known.has(variable),
  );
  if (unknown === undefined) return;
  throw new MediaError(
    "MEDIA_BAD_OPTION",
    `${unknown} is no switch; there are ${[...known].join(", ")}`,
  );
}
