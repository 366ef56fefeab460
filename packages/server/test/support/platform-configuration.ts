import {
  DEFAULT_OBJECTIVES,
  type PlatformConfiguration,
} from "../../src/platform/platform-configuration.ts";

/** A configuration that watches these databases when it is asked to, and nothing else. */
export function configurationWith(
  databases: readonly { readonly name: string; readonly url: string }[],
): PlatformConfiguration {
  return {
    path: null,
    watch: {
      targets: [],
      rules: [],
      alerting: {},
      history: {},
    } as unknown as PlatformConfiguration["watch"],
    databases: databases.map((one) => ({ ...one, intervalMs: 10_000, adviseEveryMs: 0 })),
    redis: [],
    prometheus: null,
    access: { host: "127.0.0.1", port: 0, isOpen: true, hostNames: [] },
    objectives: DEFAULT_OBJECTIVES,
  };
}
