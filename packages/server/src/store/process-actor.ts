import { hostname, userInfo } from "node:os";

/** The person and the process, as an operator would look for them. */
export function processActor(): string {
  return `${userInfo().username}@${hostname()} pid ${process.pid}`;
}
