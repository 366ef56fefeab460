import { StreamGateError } from "@streamgate/core";

/** An option of notifications that cannot be. */
export function badNotificationOption(
  name: string,
  value: unknown,
  wanted: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_NOTIFICATION_OPTION",
    tried: `use ${name} = ${describe(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct the option, or leave it out to take the default",
  });
}

/** This instance wrote as a leader although another one leads by now. Nothing was written. */
export function leadershipLost(term: number): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_LEADERSHIP_LOST",
    tried: `record alerts as the leader of term ${term}`,
    happened: "another instance leads by now, so nothing was written",
    remedy: "nothing needs to be done: the other instance goes on",
  });
}

/** Something was asked about a silence, an incident or a notification that is not there. */
export function notFound(what: string, id: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_NOT_FOUND",
    tried: `find ${what} ${JSON.stringify(id)}`,
    happened: "there is none",
    remedy: "look at the list; it may have been removed after its time of retention",
  });
}

/** A receiver's address that must not be called. */
export function addressForbidden(host: string, address: string, kind: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_ADDRESS_FORBIDDEN",
    tried: `connect to ${host}`,
    happened: `it resolves to ${address}, which is ${kind}`,
    remedy:
      "give a public address, or set allowPrivateAddresses where the receiver stands in your own network",
  });
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
