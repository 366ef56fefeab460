import { StreamGateError } from "@streamgate/core";

/** Indexes were to be chosen with an option that cannot be. */
export function badChoiceOption(name: string, value: number, most: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_CHOICE_OPTION",
    tried: `choose indexes with ${name} = ${value}`,
    happened: `it must be a number from 0 to ${most}`,
    remedy: "leave it out to take the default",
  });
}
