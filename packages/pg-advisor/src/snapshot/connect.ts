import { StreamGateError } from "@streamgate/core";
import pg from "pg";
import { type Address, shown } from "./address.ts";
import { explainConnectionError } from "./connection-problems.ts";
import { connectionStringInvalid, connectionTimedOut, readingAborted } from "./errors.ts";
import type { ResolvedReadOptions } from "./options.ts";

/** One open connection, and a way to break it off. */
export interface Connection {
  readonly client: pg.Client;
  readonly address: Address;
  close(): Promise<void>;
}

/**
 * Opens one connection under the name `streamgate`. When the signal aborts, the connection is torn
 * down, so that whatever waits on it ends.
 *
 * @throws StreamGateError one of `SG_PG_CONNECTION_STRING`, `SG_PG_UNREACHABLE`,
 *   `SG_PG_CONNECT_TIMEOUT`, `SG_PG_PASSWORD`, `SG_PG_NOT_ALLOWED`, `SG_PG_NO_DATABASE`,
 *   `SG_PG_TLS_…`, `SG_PG_TOO_MANY_CONNECTIONS`, `SG_PG_CONNECTION`, `SG_PG_ABORTED`
 */
export async function connect(
  connectionString: string,
  options: Pick<ResolvedReadOptions, "connectTimeoutMs" | "signal">,
): Promise<Connection> {
  const { connectTimeoutMs, signal } = options;
  if (signal?.aborted) throw readingAborted(signal.reason);
  const client = clientFor(connectionString);
  const address = addressOf(client);
  // Without a listener a connection that the server breaks off would end the process.
  client.on("error", () => undefined);
  const tearDown = (): void => destroy(client);
  signal?.addEventListener("abort", tearDown, { once: true });
  try {
    await withinTime(client.connect(), connectTimeoutMs, tearDown);
  } catch (cause) {
    signal?.removeEventListener("abort", tearDown);
    destroy(client);
    if (signal?.aborted) throw readingAborted(signal.reason);
    if (cause instanceof TimeLimitError) {
      throw connectionTimedOut(shown(address), connectTimeoutMs, cause);
    }
    throw explainConnectionError(cause, address);
  }
  return {
    client,
    address,
    close: async () => {
      signal?.removeEventListener("abort", tearDown);
      await client.end().catch(() => undefined);
    },
  };
}

function clientFor(connectionString: string): pg.Client {
  if (!/^postgres(ql)?:\/\//.test(connectionString)) {
    throw connectionStringInvalid(
      /^\s*\w+\s*=/.test(connectionString)
        ? "it is a list of key=value pairs, and only a URL is understood"
        : "it does not begin with postgresql://",
    );
  }
  try {
    return new pg.Client({ connectionString, application_name: "streamgate" });
  } catch (cause) {
    if (cause instanceof StreamGateError) throw cause;
    // The parser's own message may hold the string, and so the password; a missing file is said.
    const code = (cause as { readonly code?: unknown }).code;
    const isFileProblem = code === "ENOENT" || code === "EACCES";
    throw connectionStringInvalid(
      isFileProblem
        ? "a certificate file that it names cannot be read"
        : "it cannot be parsed as a URL",
    );
  }
}

function addressOf(client: pg.Client): Address {
  const { host, port, database, user } = client;
  return { host, port, database: database ?? user ?? "", user: user ?? "" };
}

class TimeLimitError extends Error {}

async function withinTime(
  work: Promise<unknown>,
  limitMs: number,
  stop: () => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeLimitError(`not within ${limitMs} ms`));
      stop();
    }, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

/** Breaks a connection off without waiting for what runs on it. */
export function destroy(client: pg.Client): void {
  client.connection.stream.destroy();
}
