/** The house's arrows: a package may depend on these packages of the workspace and no others. */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  "@streamgate/core": [],
  "@streamgate/cache": ["@streamgate/core"],
  "@streamgate/contract": ["@streamgate/core"],
  "@streamgate/dashboard": ["@streamgate/contract", "@streamgate/core"],
  "@streamgate/pg-advisor": ["@streamgate/core"],
  "@streamgate/postgres": ["@streamgate/core"],
  "@streamgate/telemetry": ["@streamgate/core"],
  "@streamgate/agent": ["@streamgate/core", "@streamgate/telemetry"],
  "@streamgate/monitor": ["@streamgate/core", "@streamgate/telemetry"],
  // The server starts the example's programs for the demo; it imports none of its code.
  streamgate: [
    "@streamgate/core",
    "@streamgate/pg-advisor",
    "@streamgate/postgres",
    "@streamgate/agent",
    "@streamgate/monitor",
    "@streamgate/telemetry",
    "@streamgate/cache",
    "@streamgate/contract",
    "@streamgate/dashboard",
    "@streamgate/example-media",
  ],
  "@streamgate/example-media": ["@streamgate/agent", "@streamgate/cache", "@streamgate/postgres"],
};

/** Packages that another one may start as a process, but whose code it must not import. */
export const ONLY_AS_PROCESS: Readonly<Record<string, readonly string[]>> = {
  streamgate: ["@streamgate/example-media"],
};

/** Packages that must stay free of input, output and dependencies. */
export const PURE_PACKAGES: readonly string[] = ["@streamgate/core"];
