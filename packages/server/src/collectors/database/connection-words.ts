import { messageOf } from "@streamgate/core";

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "no such host is known",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "the host does not answer",
  ECONNRESET: "the connection was broken off",
  EPIPE: "the connection was broken off",
};

/** A failure to connect in words for a person; what the server itself says is said as it is. */
export function explainConnection(thrown: unknown): Error {
  // Where a host has several addresses, Node wraps one error for each.
  const cause = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  const code = (cause as { readonly code?: unknown } | null)?.code;
  const words = typeof code === "string" ? NETWORK[code] : undefined;
  const message = messageOf(cause);
  return new Error(words ?? (message === "" ? "the connection failed" : message), { cause });
}
