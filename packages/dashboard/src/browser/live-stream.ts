import { type ReadonlySignal, signal } from "@preact/signals";
import type { LiveEvent } from "@streamgate/contract";

/** The stream of events from the server: open while somebody looks. */
export interface LiveStream {
  readonly state: ReadonlySignal<"off" | "connecting" | "live" | "lost">;
  /** Opens the stream, where it is not. The browser itself comes back after an interruption, and resumes. */
  open(): void;
  close(): void;
}

/** @param hear gets every event */
export function createLiveStream(address: string, hear: (event: LiveEvent) => void): LiveStream {
  const state = signal<"off" | "connecting" | "live" | "lost">("off");
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const open = (): void => {
    if (source !== undefined) return;
    clearTimeout(retry);
    state.value = "connecting";
    const own = new EventSource(address);
    source = own;
    own.onopen = () => {
      state.value = "live";
    };
    own.onerror = () => {
      state.value = "lost";
      if (own.readyState !== EventSource.CLOSED) return;
      // The server refused (a proxy's error page, too many listeners): the browser gives up, so this tries again.
      source = undefined;
      retry = setTimeout(open, REFUSED_MS);
    };
    for (const kind of ["tick", "changed", "reset"] as const)
      own.addEventListener(kind, ({ data }) => {
        const event = parseEvent(kind, data);
        if (event !== undefined) hear(event);
      });
  };
  return {
    state,
    open,
    close: () => {
      clearTimeout(retry);
      source?.close();
      source = undefined;
      state.value = "off";
    },
  };
}

const REFUSED_MS = 15_000;

function parseEvent(kind: LiveEvent["kind"], data: unknown): LiveEvent | undefined {
  try {
    return { kind, ...(JSON.parse(String(data)) as object) } as LiveEvent;
  } catch {
    return undefined;
  }
}
