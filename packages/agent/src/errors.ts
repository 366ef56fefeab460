import { StreamGateError } from "@streamgate/core";

/** An option that cannot be. */
export function badAgentOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_BAD_OPTION",
    tried: `start the agent with ${name} = ${describe(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct it, or leave it out to take the default",
  });
}

/** A token that is too easy to guess; it is not shown. */
export function weakToken(length: number, least: number): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_WEAK_TOKEN",
    tried: `guard the agent with a token of ${length} characters`,
    happened: `it must have at least ${least}`,
    remedy: "make one with `openssl rand -hex 32`",
  });
}

/** A token that nobody could ever send; it is not shown. */
export function unsendableToken(): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_BAD_OPTION",
    tried: "guard the agent with a token that holds blanks, line feeds or letters beyond ASCII",
    happened: "no client can send it in a header as it is, so that everybody would be kept out",
    remedy:
      "see that what you read it from adds nothing at its end, or make one with `openssl rand -hex 32`",
  });
}

/** An address that others can reach, and nothing that keeps them out. */
export function tokenMissing(host: string): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_TOKEN_MISSING",
    tried: `serve the agent on ${host}`,
    happened: "others can reach that address, and there is no token",
    remedy: "set STREAMGATE_AGENT_TOKEN (`openssl rand -hex 32`), or listen on 127.0.0.1",
  });
}

/** The agent's own port cannot be opened. */
export function cannotListen(host: string, port: number, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_CANNOT_LISTEN",
    tried: `serve the agent on ${host}:${port}`,
    happened: cause instanceof Error ? cause.message : String(cause),
    remedy: "give another port, or 0 for a free one",
    cause,
  });
}

/** A profile of the heap needs the only sampler that V8 has. */
export function heapSamplingTaken(owner: string): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_HEAP_SAMPLING_TAKEN",
    tried: "sample the heap",
    happened: `V8 samples for one at a time, and now for ${owner}`,
    remedy: "try again when it has ended",
  });
}

/** What V8 was asked for did not come. */
export function profileFailed(what: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_PROFILE_FAILED",
    tried: `take ${what}`,
    happened: cause instanceof Error ? cause.message : String(cause),
    remedy: "try again; if a debugger is attached, detach it first",
    cause,
  });
}

/** A pool of workers that takes no more. */
export function workQueueFull(waiting: number): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_WORK_QUEUE_FULL",
    tried: "hand a task to the worker pool",
    happened: `${waiting} wait already`,
    remedy: "shed the load (answer 503), raise maxWaiting, or give the pool more threads",
  });
}

/** Used after its end. */
export function workersClosed(): StreamGateError {
  return new StreamGateError({
    code: "SG_AGENT_WORKERS_CLOSED",
    tried: "hand a task to the worker pool",
    happened: "it was closed",
    remedy: "close it after the last task",
  });
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
