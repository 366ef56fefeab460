import type { ProcessIdentity } from "../report/process-report.ts";
import type { AttributeValue } from "../tracing/span.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";

const SCOPE = "@streamgate/telemetry";

/** Field numbers of `opentelemetry.proto.common.v1`. */
const KEY_VALUE = { key: 1, value: 2 } as const;
const ANY_VALUE = { text: 1, bool: 2, int: 3, double: 4 } as const;
const RESOURCE_ATTRIBUTES = 1;
const SCOPE_NAME = 1;

export function writeAttribute(
  out: ProtobufWriter,
  field: number,
  name: string,
  value: AttributeValue,
): void {
  out.message(field, () => {
    out.text(KEY_VALUE.key, name);
    out.message(KEY_VALUE.value, () => writeAnyValue(out, value));
  });
}

function writeAnyValue(out: ProtobufWriter, value: AttributeValue): void {
  if (typeof value === "string") out.presentText(ANY_VALUE.text, value);
  else if (typeof value === "boolean") out.presentUint(ANY_VALUE.bool, value ? 1 : 0);
  else if (Number.isSafeInteger(value)) out.presentInt(ANY_VALUE.int, value);
  else out.presentDouble(ANY_VALUE.double, value);
}

/** Who speaks, by OpenTelemetry's names. */
export function writeResource(out: ProtobufWriter, field: number, identity: ProcessIdentity): void {
  const { service, instance, release, pid, host } = identity;
  out.message(field, () => {
    writeAttribute(out, RESOURCE_ATTRIBUTES, "service.name", service);
    writeAttribute(out, RESOURCE_ATTRIBUTES, "service.instance.id", instance);
    if (release !== "") writeAttribute(out, RESOURCE_ATTRIBUTES, "service.version", release);
    writeAttribute(out, RESOURCE_ATTRIBUTES, "process.pid", pid);
    writeAttribute(out, RESOURCE_ATTRIBUTES, "host.name", host);
    writeAttribute(out, RESOURCE_ATTRIBUTES, "telemetry.sdk.language", "nodejs");
    writeAttribute(out, RESOURCE_ATTRIBUTES, "telemetry.sdk.name", "streamgate");
  });
}

export function writeScope(out: ProtobufWriter, field: number): void {
  out.message(field, () => out.text(SCOPE_NAME, SCOPE));
}
