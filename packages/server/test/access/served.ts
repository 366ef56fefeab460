import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestPostgres } from "../../../../test/support/postgres.ts";
import { dataFolderAt } from "../../src/configuration/data-folder.ts";
import { openPlatform } from "../../src/platform/open-platform.ts";
import type { Platform } from "../../src/platform/platform.ts";
import {
  type AccessConfiguration,
  DEFAULT_OBJECTIVES,
} from "../../src/platform/platform-configuration.ts";
import { servePlatform } from "../../src/web/serve-platform.ts";

/** A platform on a database of its own, served on a free port. */
export interface Served {
  readonly url: string;
  readonly platform: Platform;
  /** What it has said to whoever reads its log. */
  readonly said: readonly string[];
  /** The first token, as it was told; empty where none was. */
  readonly firstToken: string;
  /** Changes who may come in, as a reload does. */
  setAccess(changes: Partial<AccessConfiguration>): void;
  stop(): Promise<void>;
}

const WATCH = {
  path: "",
  targets: [],
  rules: [],
  alerting: {},
  history: false,
} as const;

export async function serveForTest(
  storeUrl: string,
  changes: Partial<AccessConfiguration> = {},
): Promise<Served> {
  const root = await mkdtemp(join("/tmp", "streamgate-access-"));
  const said: string[] = [];
  let access: AccessConfiguration = {
    host: "127.0.0.1",
    port: 0,
    isOpen: false,
    hostNames: [],
    ...changes,
  };
  const platform = await openPlatform({
    readConfiguration: async () => ({
      path: null,
      watch: WATCH,
      databases: [],
      redis: [],
      prometheus: null,
      access,
      objectives: DEFAULT_OBJECTIVES,
    }),
    version: "0.0.0",
    folder: dataFolderAt(root),
    storeUrl,
    log: (line) => said.push(line),
  });
  const configured: Platform = {
    ...platform,
    configuration: () => ({ ...platform.configuration(), access }),
  };
  const stop = async (): Promise<void> => {
    await platform.stop();
    await rm(root, { recursive: true, force: true });
  };
  try {
    const served = await servePlatform(configured);
    return {
      url: served.url,
      platform: configured,
      said,
      firstToken: /sgt_\S+/.exec(said.join("\n"))?.[0] ?? "",
      setAccess: (more) => {
        access = { ...access, ...more };
      },
      stop: async () => {
        await served.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

let count = 0;

/** Serves on a new empty database. */
export async function serveAnew(
  postgres: TestPostgres,
  changes?: Partial<AccessConfiguration>,
): Promise<Served> {
  count += 1;
  return serveForTest(await postgres.createDatabase(`access_${count}`), changes);
}
