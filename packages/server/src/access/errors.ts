import { StreamGateError } from "@streamgate/core";
import { ApiRefusal } from "../api/refusal.ts";

/** Too many of something in too short a time. */
export function tooMany(what: string, waitMs: number): ApiRefusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new ApiRefusal({
    status: 429,
    code: "SG_SERVER_TOO_MANY_REQUESTS",
    detail: `there were too many ${what}`,
    remedy: `wait ${seconds} s`,
    headers: { "retry-after": String(seconds) },
  });
}

/** A token that is unknown, wrong, revoked or past its time: which of these is not told. */
export function tokenNotGood(): ApiRefusal {
  return new ApiRefusal({
    status: 401,
    code: "SG_SERVER_TOKEN_NOT_GOOD",
    detail: "the token that came with the request is not good, or not any more",
    remedy: "make one with `streamgate tokens create`",
    headers: { "www-authenticate": 'Bearer realm="streamgate", error="invalid_token"' },
  });
}

/** What a page of another site may have sent. */
export function fromElsewhere(detail: string): ApiRefusal {
  return new ApiRefusal({
    status: 403,
    code: "SG_SERVER_CROSS_SITE",
    detail,
    remedy: "send it from StreamGate's own pages, or with authorization: Bearer and a token",
  });
}

/** The `Host` is none of this server's names: a page may try to reach it under a name of its own. */
export function wrongHost(): ApiRefusal {
  return new ApiRefusal({
    status: 421,
    code: "SG_SERVER_WRONG_HOST",
    detail: "this server does not answer to the name that the request gives in Host",
    remedy: "use its address, or add the name to access.hostNames in the configuration",
  });
}

/** A person has signed in at the issuer, but is none of those who may come in. */
export function personNotAllowed(person: string): ApiRefusal {
  return new ApiRefusal({
    status: 403,
    code: "SG_SERVER_PERSON_NOT_ALLOWED",
    detail: `${person} may not come in here`,
    remedy: "let whoever runs StreamGate add them to access.openId.allowed",
  });
}

/** The issuer's answer to a sign-in is not as it should be. */
export function signInFailed(cause: unknown): ApiRefusal {
  return new ApiRefusal({
    status: 400,
    code: "SG_SERVER_SIGN_IN_FAILED",
    detail: "the sign-in was not completed, took too long, or was begun in another browser",
    remedy: "sign in anew",
    cause,
  });
}

/** Everybody would be let in from everywhere. */
export function openBeyondLoopback(host: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_OPEN_BEYOND_LOOPBACK",
    tried: `let everybody in without a token at ${host}`,
    happened: "that address can be reached from other machines",
    remedy: "leave --open out and use tokens, or listen on 127.0.0.1",
  });
}

/** Nobody could come in, and nothing would keep those out who should not. */
export function noGoodToken(host: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_NO_TOKEN",
    tried: `listen on ${host}, beyond this machine`,
    happened: "the store holds no token that is good, and no sign-in of people is set up",
    remedy: "make a token with `streamgate tokens create NAME`, then start again",
  });
}

/** No token has the id that was given. */
export function tokenUnknown(id: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_TOKEN_NOT_FOUND",
    tried: `find the token ${JSON.stringify(id.slice(0, 100))}`,
    happened: "no token that is good has that id",
    remedy: "list them with `streamgate tokens list`",
  });
}

/** The store holds as many tokens as it should. */
export function tooManyTokens(most: number): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_BAD_TOKEN_COUNT",
    tried: "make another token",
    happened: `there are ${most} that are good`,
    remedy: "revoke those that nobody uses: `streamgate tokens list` says when each was used last",
  });
}
