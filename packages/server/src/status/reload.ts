import type { ReloadResult } from "@streamgate/contract";
import { messageOf, StreamGateError } from "@streamgate/core";
import type { Platform } from "../platform/platform.ts";
import { redact } from "../secrets/redact.ts";

/** Reads the configuration again; a file that is wrong is told of, and changes nothing. */
export async function reloadByRequest(
  platform: Platform,
  by: { readonly actor?: string },
): Promise<ReloadResult> {
  // Before it is done: an act that cannot be noted is not done.
  await platform.store.note({ ...by, act: "reload the configuration", target: "streamgate" });
  return attempt(platform);
}

async function attempt(platform: Platform): Promise<ReloadResult> {
  try {
    const { outcome, waiting } = await platform.reload();
    const detail =
      waiting.length > 0
        ? `from the next start: ${waiting.join(", ")}`
        : outcome === "reloaded"
          ? "what it says counts from now"
          : "it says what it said before";
    return { outcome, detail };
  } catch (error) {
    if (!(error instanceof StreamGateError)) throw error;
    return { outcome: "refused", detail: redact(messageOf(error)) };
  }
}
