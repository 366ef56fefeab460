import type { InstanceRequest } from "@streamgate/contract";
import { notFound } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";

/** @throws ApiRefusal 404 */
export function findProcess(
  platform: Pick<Platform, "processes">,
  { service, instance }: InstanceRequest,
): WatchedProcess {
  const found = platform
    .processes()
    .find((process) => process.service === service && process.instance === instance);
  if (found === undefined) throw notFound("watched process", `${service} ${instance}`);
  return found;
}
