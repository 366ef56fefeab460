import { recordRequests, traceStatements } from "@streamgate/postgres";
import pg from "pg";

/** The recording of what requests ask of the database. */
interface StatementRecording {
  close(): Promise<void>;
}

/** Each request with its statements, their stacks, and which columns of `select *` were looked at. */
export function recordStatements(file: string | undefined): StatementRecording | undefined {
  if (file === undefined) return undefined;
  const recorder = recordRequests({ file });
  const tracing = traceStatements({
    pg,
    callSites: "every-call",
    columnReadsOneIn: 1,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    onRequest: recorder.record,
  });
  return {
    close: async () => {
      tracing.stop();
      await recorder.close();
    },
  };
}
