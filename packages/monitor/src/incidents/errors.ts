import { StreamGateError } from "@streamgate/core";

/** A note, an action or an author that cannot be kept. */
export function badIncidentText(what: string, length: number, most: number): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_INCIDENT_TEXT",
    tried: `keep the ${what} of an incident`,
    happened: length === 0 ? "it is empty" : `it has ${length} characters, more than ${most}`,
    remedy: "write it in a few sentences, and link what is longer",
  });
}
