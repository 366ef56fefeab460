import type { Labels } from "@streamgate/telemetry";
import { notFound } from "../api/refusal.ts";

/** A route of a service. */
export interface RouteKey {
  readonly service: string;
  readonly method: string;
  readonly route: string;
}

export function routeOf(labels: Labels): RouteKey {
  return {
    service: labels.service ?? "",
    method: labels.http_request_method ?? "",
    route: labels.http_route ?? "",
  };
}

/** Safe in an address. */
export function routeId({ service, method, route }: RouteKey): string {
  return Buffer.from(JSON.stringify([service, method, route])).toString("base64url");
}

/** @throws ApiRefusal 404 for an id that was not made by `routeId` */
export function readRouteId(id: string): RouteKey {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, "base64url").toString("utf8"));
    if (Array.isArray(parts)) {
      const [service, method, route, ...rest]: readonly unknown[] = parts;
      if (
        typeof service === "string" &&
        typeof method === "string" &&
        typeof route === "string" &&
        rest.length === 0
      )
        return { service, method, route };
    }
  } catch {
    // It is no JSON.
  }
  throw notFound("route", id);
}
