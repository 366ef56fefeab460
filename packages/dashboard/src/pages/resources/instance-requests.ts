import type { ForcedCollection, InstanceRequest, NewProfileRequest } from "@streamgate/contract";
import { formatQuantity } from "../../format/quantity.ts";

/** What a form asks to be profiled; 10 seconds where it says nothing that can be. */
export function profileRequestOf(
  fields: FormData,
  { service, instance }: InstanceRequest,
): NewProfileRequest & { readonly seconds: number } {
  const seconds = Math.round(Number(fields.get("seconds") ?? 10));
  return {
    service,
    instance,
    kind: fields.get("kind") === "heap" ? "heap" : "cpu",
    seconds: seconds >= 1 && seconds <= 60 ? seconds : 10,
  };
}

/** What a forced collection brought, in one sentence. */
export function collectionSentence({ instance, before, after }: ForcedCollection): string {
  const [from, to] = [before.value, after.value];
  if (from === null || to === null) return `${instance} collected its garbage.`;
  const freed = Math.max(0, from - to);
  return `${instance} freed ${formatQuantity(freed, before.unit)}: ${formatQuantity(from, before.unit)} before, ${formatQuantity(to, after.unit)} after.`;
}
