/** Who traces the statements while they are measured. Those of one process take turns in it, and each is compared with its plain pg. */
export const PROCESSES = {
  streamgate: [
    "none",
    "streamgate",
    "streamgate, no bound",
    "streamgate, every statement kept",
    "streamgate, every statement kept, promises followed",
    "plain pg once more",
    "an empty AsyncLocalStorage",
  ],
  opentelemetry: ["none", "opentelemetry"],
} as const;
export type ProcessName = keyof typeof PROCESSES;
export type Subject = (typeof PROCESSES)[ProcessName][number];
