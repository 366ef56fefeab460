import { recordRequests, traceStatements } from "@streamgate/postgres";
import pg from "pg";

/** The tracing of what requests ask of the database. */
interface RequestTracing {
  close(): Promise<void>;
}

/** In one request of so many it is watched which columns of a result are looked at. */
const COLUMNS_ONE_IN = 5;

/** With an agent, for what it tells of N+1 and its kin; with a file, every request is recorded, too. */
export function traceRequests({
  recordRequests: file,
  agentToken,
}: {
  readonly recordRequests: string | undefined;
  readonly agentToken: string | undefined;
}): RequestTracing | undefined {
  if (file !== undefined) return recordInto(file);
  if (agentToken === undefined) return undefined;
  const tracing = traceStatements({ pg, columnReadsOneIn: COLUMNS_ONE_IN });
  return { close: async () => tracing.stop() };
}

/** Each request with its statements, their stacks, and which columns of `select *` were looked at. */
function recordInto(file: string): RequestTracing {
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
