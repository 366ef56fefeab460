import { messageOf, StreamGateError } from "@streamgate/core";

/** A header was to be made from a duration that is none. */
export function badDuration(name: string, value: number): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_EDGE_BAD_DURATION",
    tried: `make edge headers with ${name} = ${value}`,
    happened: "it is not a number of milliseconds of at least 0",
    remedy: "give such a number, or leave it out",
  });
}

/** A purge queue or a purger was made with an option that cannot be. */
export function badEdgeOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_EDGE_BAD_OPTION",
    tried: `set up edge purging with ${name} = ${JSON.stringify(value)}`,
    happened: `it is not ${wanted}`,
    remedy: "correct it, or leave it out to take the default",
  });
}

/** Another process (or another queue of this one) writes to the journal. */
export function journalInUse(path: string, holder: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_EDGE_JOURNAL_IN_USE",
    tried: `open the purge journal ${path}`,
    happened: `it belongs to ${holder}`,
    remedy: `give every process a journal of its own; if that process is gone for good, delete ${path}.lock`,
  });
}

/** The journal could not be read or written. */
export function journalFailed(tried: string, path: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_EDGE_JOURNAL_FAILED",
    tried: `${tried} the purge journal ${path}`,
    happened: messageOf(cause),
    remedy: "check that the folder exists, belongs to this process's user and has free space",
    cause,
  });
}

/** An edge refuses purges; they are kept and tried again, seldom. */
export function purgeRefused(purger: string, reason: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_EDGE_PURGE_REFUSED",
    tried: `purge ${purger}`,
    happened: reason,
    remedy:
      "correct its address, credentials or allowed clients; the purge stays queued and goes out then",
  });
}

/** The queue was closed while a purge was asked for or still waited for. */
export function queueClosed(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_EDGE_QUEUE_CLOSED",
    tried: "purge the edge",
    happened,
    remedy:
      "close the queue last; with a journal, what was accepted goes out when the process starts again",
  });
}
