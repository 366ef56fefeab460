import { defaultRules, type Target } from "@streamgate/monitor";
import {
  DEFAULT_OBJECTIVES,
  type PlatformConfiguration,
} from "../platform/platform-configuration.ts";
import { DEMO_TARGET } from "./running-demo.ts";

/** What of the demo is up. */
export interface DemoParts {
  readonly port: number;
  readonly databaseUrl?: string;
  readonly api?: { readonly url: string; readonly token: string };
}

/** The label `service` of the demo's API. */
export const DEMO_SERVICE = "media";
const HISTORY_LIMIT_BYTES = 200e6;
const READ_EVERY_MS = 5_000;

/** The platform of the demo: its own database and API, open to whoever sits at this machine. */
export function demoConfiguration({ port, databaseUrl, api }: DemoParts): PlatformConfiguration {
  const targets: readonly Target[] =
    api === undefined ? [] : [{ url: api.url, token: api.token, name: DEMO_SERVICE }];
  return {
    path: null,
    watch: {
      path: "",
      targets,
      rules: defaultRules(),
      alerting: {},
      history: { limitBytes: HISTORY_LIMIT_BYTES },
    },
    databases:
      databaseUrl === undefined
        ? []
        : [{ name: DEMO_TARGET, url: databaseUrl, intervalMs: READ_EVERY_MS, adviseEveryMs: 0 }],
    redis: [],
    prometheus: null,
    access: { host: "127.0.0.1", port, isOpen: true, hostNames: [] },
    objectives: DEFAULT_OBJECTIVES,
  };
}
