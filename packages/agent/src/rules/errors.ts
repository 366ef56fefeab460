import { StreamGateError } from "@streamgate/core";

/** An option of the rules that cannot be. */
export function badRulesOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_BAD_RULES_OPTION",
    tried: `start the rules with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** The child process that tries a setting of the heap. */
export function replayFailed(happened: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_REPLAY_FAILED",
    tried: "replay the recorded allocations in a child process",
    happened,
    remedy:
      "see that the process may start children and that memory is free; the finding stands without the trial",
    ...(cause === undefined ? {} : { cause }),
  });
}
