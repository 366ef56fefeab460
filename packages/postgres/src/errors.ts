import { StreamGateError } from "@streamgate/core";
import { textOfValue } from "./requests/value-text.ts";

/** An option that cannot be. */
export function badTraceOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_POSTGRES_BAD_OPTION",
    tried: `trace statements with ${name} = ${typeof value === "object" ? "an object" : textOfValue(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct it, or leave it out to take the default",
  });
}

/** There is nothing to trace. */
export function driverMissing(cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_POSTGRES_DRIVER_MISSING",
    tried: "trace the statements of pg",
    happened: "no copy of it is loaded, and none can be",
    remedy: 'install pg, or hand it over: traceStatements({ pg }) with `import pg from "pg"`',
    cause,
  });
}

/** A request asked more of the database than its budget allows. */
export function overBudget(request: string, excess: string, statements: string): StreamGateError {
  return new StreamGateError({
    code: "SG_POSTGRES_OVER_BUDGET",
    tried: `keep ${request} within its budget`,
    happened: `${excess}:\n${statements}\n`,
    remedy:
      "ask once for what is asked again and again, or raise the budget of this route if it is right so",
  });
}

/** A line of recorded requests that is none. */
export function badRequestLine(line: number, why: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_POSTGRES_BAD_LINE",
    tried: `read line ${line} of the recorded requests`,
    happened: why,
    remedy: "see `streamgate requests --help` for what a line holds",
    ...(cause === undefined ? {} : { cause }),
  });
}
