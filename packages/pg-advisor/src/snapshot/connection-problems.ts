import { messageOf, type StreamGateError } from "@streamgate/core";
import { type Address, shown } from "./address.ts";
import {
  connectionFailed,
  connectionNotAllowed,
  databaseAbsent,
  passwordRefused,
  serverUnreachable,
  tlsProblem,
  tooManyConnections,
} from "./errors.ts";

const NETWORK_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "no such host is known",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "the host does not answer",
  ECONNRESET: "the connection was broken off",
  ENOENT: "there is no such socket",
  EACCES: "the socket may not be opened by this user",
};

/** What the failure of a connection means, and what mends it. */
export function explainConnectionError(thrown: unknown, address: Address): StreamGateError {
  const cause = firstOf(thrown);
  const code = codeOf(cause);
  const message = messageOf(cause);
  const place = shown(address);
  if (code in NETWORK_PROBLEMS) {
    return serverUnreachable(place, NETWORK_PROBLEMS[code] ?? message, cause);
  }
  if (message.includes("does not support SSL")) {
    return tlsProblem(place, "refused", "the server does not speak TLS", cause);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code)) {
    return tlsProblem(place, "untrusted", `its certificate is not trusted: ${message}`, cause);
  }
  if (message.includes("client password must be a string")) {
    return passwordRefused(
      place,
      address.user,
      "the server wants a password and none was given",
      cause,
    );
  }
  switch (code) {
    case "28P01":
      return passwordRefused(place, address.user, "the server refused the password", cause);
    case "28000":
      return explainRefusal(message, place, cause);
    case "3D000":
      return databaseAbsent(place, address.database, cause);
    case "53300":
      return tooManyConnections(place, message, cause);
    default:
      return connectionFailed(place, message, cause);
  }
}

function explainRefusal(message: string, place: string, cause: unknown): StreamGateError {
  return /no encryption|SSL off/.test(message)
    ? tlsProblem(place, "demanded", "the server wants TLS, and the connection is without", cause)
    : connectionNotAllowed(place, message, cause);
}

/** Where a host has several addresses, Node wraps one error for each. */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
}

export function codeOf(thrown: unknown): string {
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}
