import { hostname } from "node:os";
import { basename, extname } from "node:path";
import type { Clock } from "@streamgate/core";
import type { ProcessIdentity } from "@streamgate/telemetry";

/** How a process is called, where the application says it. */
export interface IdentityOptions {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly release?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Who this process is: as the application says, else as OpenTelemetry's variables say, else as npm says; else the name of the
 * program, and `host:pid`.
 */
export function identify(
  options: IdentityOptions,
  environment: Environment,
  clock: Clock,
): ProcessIdentity {
  const resource = parseResource(environment.OTEL_RESOURCE_ATTRIBUTES);
  const host = hostname();
  return {
    service: firstOf(
      options.service,
      environment.OTEL_SERVICE_NAME,
      resource.get("service.name"),
      environment.npm_package_name,
      programName(),
    ),
    instance: firstOf(
      options.instance,
      resource.get("service.instance.id"),
      `${host}:${process.pid}`,
    ),
    release: firstOf(
      options.release,
      resource.get("service.version"),
      environment.npm_package_version,
    ),
    pid: process.pid,
    host,
    // All counters begin with the agent: a second one in this process is another start.
    startedAtMs: clock.now().getTime(),
  };
}

function firstOf(...names: readonly (string | undefined)[]): string {
  return names.find((name) => name !== undefined && name !== "") ?? "";
}

function programName(): string {
  const program = process.argv[1];
  return program === undefined ? "node" : basename(program, extname(program));
}

/** `service.name=shop,service.version=2.1`, percent-encoded (OpenTelemetry, resource SDK). */
function parseResource(text: string | undefined): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const pair of (text ?? "").split(",")) {
    const equals = pair.indexOf("=");
    if (equals > 0) attributes.set(pair.slice(0, equals).trim(), decode(pair.slice(equals + 1)));
  }
  return attributes;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}
