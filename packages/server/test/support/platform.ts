import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  BodyOf,
  OperationId,
  ParametersOf,
  Principal,
  QueryOf,
  ResultOf,
} from "@streamgate/contract";
import { Ajv2020 } from "ajv/dist/2020.js";
import { allHandlers } from "../../src/api/all-handlers.ts";
import { describedOperations, readApiDocument } from "../../src/api/api-document.ts";
import { createApiCaller } from "../../src/api/caller.ts";
import { createRequestChecks } from "../../src/api/request-checks.ts";
import { dataFolderAt } from "../../src/configuration/data-folder.ts";
import { openPlatform } from "../../src/platform/open-platform.ts";
import type { Platform } from "../../src/platform/platform.ts";
import {
  DEFAULT_OBJECTIVES,
  type PlatformConfiguration,
} from "../../src/platform/platform-configuration.ts";
import type { WatchPlan } from "../../src/watching/watch-plan.ts";

const ANA: Principal = {
  kind: "person",
  name: "ana",
  scopes: ["read", "act"],
  expiresAt: null,
};

interface Asked<Id extends OperationId> {
  readonly parameters?: ParametersOf<Id>;
  readonly query?: QueryOf<Id>;
  readonly body?: BodyOf<Id>;
  readonly principal?: Principal;
}

/** A platform on a store of the test's own, and its API without HTTP. */
export interface TestPlatform {
  readonly platform: Platform;
  /** The request is checked as one that came in would be; so is the answer. */
  call<Id extends OperationId>(id: Id, asked?: Asked<Id>): Promise<ResultOf<Id>>;
  stop(): Promise<void>;
}

export async function startTestPlatform(
  storeUrl: string,
  watch: Partial<WatchPlan> = {},
  parts: Partial<PlatformConfiguration> = {},
): Promise<TestPlatform> {
  const root = await mkdtemp(join(tmpdir(), "streamgate-platform-"));
  // The user who runs embedded servers must be able to enter.
  await chmod(root, 0o755);
  const platform = await openPlatform({
    readConfiguration: async () => ({ ...configurationOf(watch), ...parts }),
    version: "0.0.0-test",
    folder: dataFolderAt(root),
    storeUrl,
    collection: { intervalMs: 250 },
    log: () => undefined,
  });
  const call = await callerOf(platform);
  return {
    platform,
    call,
    stop: async () => {
      await platform.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function configurationOf(watch: Partial<WatchPlan>): PlatformConfiguration {
  return {
    path: null,
    watch: { path: "test", targets: [], rules: [], alerting: {}, history: {}, ...watch },
    databases: [],
    redis: [],
    prometheus: null,
    access: { host: "127.0.0.1", port: 0, isOpen: true, hostNames: [] },
    objectives: DEFAULT_OBJECTIVES,
  };
}

async function callerOf(platform: Platform): Promise<TestPlatform["call"]> {
  const { document } = await readApiDocument();
  const checksOf = createRequestChecks(document);
  const described = describedOperations(document);
  const operations = new Map(
    described.map((operation) => [operation.id, { ...operation, checks: checksOf(operation) }]),
  );
  const ajv = new Ajv2020({ strict: false });
  ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));
  ajv.addSchema({ $id: "contract", components: document.components });
  const caller = createApiCaller(allHandlers(platform), operations);
  return async (id, { parameters, query, body, principal = ANA } = {}) => {
    const result = await caller.call(id, {
      parameters,
      query,
      body,
      principal,
      signal: platform.signal,
      exchange: undefined,
    });
    const schema = operations.get(id)?.result ?? {};
    const isAsPromised = ajv.compile(
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/')),
    );
    const sent: unknown = JSON.parse(JSON.stringify(result));
    if (!isAsPromised(sent))
      throw new Error(
        `${id} answers what the contract does not say: ${ajv.errorsText(isAsPromised.errors)}`,
      );
    return result;
  };
}
