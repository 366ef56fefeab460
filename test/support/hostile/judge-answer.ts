import type { RawAnswer, RawRequest } from "./raw-request.ts";

/** What must stand in no answer. */
export interface Secrets {
  /** Of the store, and the attacker's own. */
  readonly texts: readonly string[];
  /** Folders of the machine. */
  readonly folders: readonly string[];
}

export type Judgement =
  | { readonly kind: "fine" }
  /** A part that is not there at the moment says so. */
  | { readonly kind: "not there" }
  | { readonly kind: "wrong"; readonly why: string };

const STACK =
  /\n\s+at [^\n]*[:(]|\bnode:internal\b|node_modules\/[^"\s]*\.js:\d|\.(?:ts|js):\d+:\d+/;
const FOREIGN = /root:x:0:0|"devDependencies"|\[core\]\s+repositoryformatversion/;
const DATABASE =
  /\b(?:syntax error at or near|invalid input syntax|duplicate key value|relation "streamgate|SQLSTATE)\b/i;

/** Whether an answer to a hostile request is as it should be: no failure of the server, nothing of its inside. */
export function judgeAnswer(
  request: RawRequest,
  { status, text }: RawAnswer,
  secrets: Secrets,
): Judgement {
  if (status === -1) return wrong("no answer");
  if (status === 503 && saysNotThere(request, text)) return { kind: "not there" };
  if (status >= 500) return wrong(`status ${status}`);
  if (STACK.test(text)) return wrong("a stack");
  if (FOREIGN.test(text)) return wrong("a file of the machine");
  if (DATABASE.test(text)) return wrong("words of the database");
  if (secrets.texts.some((secret) => text.includes(secret))) return wrong("a secret");
  if (secrets.folders.some((folder) => text.includes(folder))) return wrong("a folder");
  return { kind: "fine" };
}

/** An answer to HEAD has no body that could say it, and one that is packed does not say it in the open. */
function saysNotThere({ bytes }: RawRequest, text: string): boolean {
  const isHead = bytes.subarray(0, 5).toString("latin1") === "HEAD ";
  return isHead || /^content-encoding:/im.test(text) || text.includes("SG_SERVER_UNAVAILABLE");
}

function wrong(why: string): Judgement {
  return { kind: "wrong", why };
}
