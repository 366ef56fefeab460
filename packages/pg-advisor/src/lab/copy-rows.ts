import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { labCopyFailed } from "./errors.ts";

/** One stream of rows from the watched server into the lab. */
export interface RowCopy {
  /** Statement for the source: `copy (select …) to stdout`. */
  readonly read: string;
  /** Statement for the lab: `copy … from stdin`. */
  readonly write: string;
  readonly onBytes: (bytes: number) => void;
}

export type RowCopyOutcome =
  | { readonly kind: "copied"; readonly rows: number }
  /** The source refused to give these rows, and would give others. */
  | { readonly kind: "refused"; readonly reason: string };

/** What a source says of one table, not of the connection. */
const REFUSALS: Readonly<Record<string, string>> = {
  "42P01": "it was dropped after the snapshot",
  "42703": "a column of it was dropped after the snapshot",
  "42501": "the user may not read it",
  "3F000": "its schema was dropped after the snapshot",
  "55P03": "it is locked by others",
  "57014": "reading it took longer than the time-out",
};

/**
 * Copies rows with back-pressure from end to end: what the lab has not taken is not read.
 *
 * @throws StreamGateError `SG_PG_LAB_COPY_FAILED`, `SG_PG_LAB_DISK_FULL`; the signal's reason
 */
export async function copyRows(
  source: pg.Client,
  lab: pg.Client,
  copy: RowCopy,
  signal: AbortSignal,
): Promise<RowCopyOutcome> {
  signal.throwIfAborted();
  await source.query("savepoint copying");
  const reading = copyTo(copy.read);
  const writing = copyFrom(copy.write);
  let sourceError: unknown;
  reading.on("error", (error) => {
    sourceError ??= error;
  });
  const onWrongSide = guardAgainstConnectionLoss(source, lab);
  try {
    await pipeline(source.query(reading), countBytes(copy.onBytes), lab.query(writing), {
      signal: onWrongSide.signal(signal),
    });
    await source.query("release savepoint copying");
    return { kind: "copied", rows: writing.rowCount };
  } catch (error) {
    signal.throwIfAborted();
    const told = onWrongSide.reason() ?? error;
    const reason = REFUSALS[(sourceError as { code?: string } | undefined)?.code ?? ""];
    if (reason === undefined || onWrongSide.reason() !== undefined) {
      throw labCopyFailed("copy rows into the lab", told);
    }
    await source.query("rollback to savepoint copying");
    return { kind: "refused", reason };
  } finally {
    onWrongSide.release();
  }
}

interface ConnectionGuard {
  signal(outer: AbortSignal): AbortSignal;
  reason(): unknown;
  release(): void;
}

/** A copy stream does not hear when its connection dies; the client does. */
function guardAgainstConnectionLoss(...clients: readonly pg.Client[]): ConnectionGuard {
  const controller = new AbortController();
  let reason: unknown;
  const onLoss = (error?: Error): void => {
    reason ??= error ?? new Error("the connection was closed");
    controller.abort(reason);
  };
  for (const client of clients) client.on("error", onLoss).on("end", onLoss);
  return {
    signal: (outer) => AbortSignal.any([outer, controller.signal]),
    reason: () => reason,
    release: () => {
      for (const client of clients) client.off("error", onLoss).off("end", onLoss);
    },
  };
}

function countBytes(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
}
