import type { ServiceOperations } from "@streamgate/contract";
import type { Platform } from "../../platform/platform.ts";
import type { Handlers } from "../handlers.ts";
import { nowHandlers } from "./now-handlers.ts";
import { resourcesHandlers } from "./resources.ts";

export function serviceHandlers(platform: Platform): Pick<Handlers, keyof ServiceOperations> {
  return { ...nowHandlers(platform), ...resourcesHandlers(platform) };
}
