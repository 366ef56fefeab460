/** A finding of a leak as it was last seen. */
export interface SeenFinding {
  readonly kind: string;
  readonly place: string;
  readonly summary: string;
  /** When it was first seen. */
  readonly afterSeconds: number;
}

/** What one program tells at its end. */
export interface ProgramReport {
  /** All findings of leaks that there ever were, also those that went away again. */
  readonly findings: readonly SeenFinding[];
  /** Once a second, for the rivals. */
  readonly rssBytes: readonly number[];
  readonly heapUsedBytes: readonly number[];
  readonly floors: number;
  readonly cpuSeconds: number;
  readonly agentSeconds: number;
}

export function isLeakFinding(kind: string): boolean {
  return kind === "memory/leak" || kind === "handle/leak";
}
