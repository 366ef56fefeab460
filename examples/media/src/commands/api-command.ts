import { once } from "node:events";
import { parseArgs } from "node:util";
import { createMediaApi } from "../api/media-api.ts";
import { readCacheKind } from "../cache/cache-choice.ts";
import { printHelp, readDatabaseUrl, readNumber } from "./arguments.ts";

/** Serves until SIGTERM or SIGINT. */
export async function runApiCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      database: { type: "string" },
      host: { type: "string" },
      port: { type: "string" },
      "pool-size": { type: "string" },
      "statement-timeout-ms": { type: "string" },
      cache: { type: "string" },
      redis: { type: "string" },
      "agent-token": { type: "string" },
      "record-requests": { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return printHelp("api-help");

  const poolSize = values["pool-size"];
  const statementTimeout = values["statement-timeout-ms"];
  const agentToken = values["agent-token"];
  const recordRequests = values["record-requests"];
  const api = createMediaApi({
    databaseUrl: readDatabaseUrl(values.database),
    environment: process.env,
    ...(values.cache === undefined ? {} : { cache: readCacheKind(values.cache) }),
    ...(values.redis === undefined ? {} : { redisUrl: values.redis }),
    ...(agentToken === undefined ? {} : { agentToken }),
    ...(recordRequests === undefined ? {} : { recordRequests }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.port === undefined ? {} : { port: readNumber("port", values.port) }),
    ...(poolSize === undefined ? {} : { poolSize: readNumber("pool-size", poolSize) }),
    ...(statementTimeout === undefined
      ? {}
      : { statementTimeoutMs: readNumber("statement-timeout-ms", statementTimeout) }),
  });
  const listening = await api.listen();
  process.stdout.write(`${JSON.stringify({ listening })}\n`);
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  await api.close();
}
