import { StreamGateError } from "@streamgate/core";

/** The store was written by a later StreamGate. */
export function monitorSchemaTooNew(found: number, name: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_SCHEMA_TOO_NEW",
    tried: "bring the schema streamgate_monitor up to date",
    happened: `it holds step ${found} (${name}), which this StreamGate does not know`,
    remedy: "use the StreamGate that wrote it, or a later one",
  });
}

/** A migration that was run is not the one that this StreamGate has under its number. */
export function monitorMigrationChanged(number: number, name: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_MIGRATION_CHANGED",
    tried: "bring the schema streamgate_monitor up to date",
    happened: `step ${number} (${name}) was run there with another text`,
    remedy: "never edit a migration that was released: restore it and add a new one",
  });
}
