import type { Properties } from "./explained-plan.ts";

/** Values of EXPLAIN by their names; what is missing or of another sort is null, 0 or empty. */
export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(of: Properties, name: string): string | null {
  const value = of[name];
  return typeof value === "string" ? value : null;
}

export function textsOf(of: Properties, name: string): readonly string[] {
  const value = of[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** 0 where there is no such number. */
export function numberOf(of: Properties, name: string): number {
  return maybeNumberOf(of, name) ?? 0;
}

export function maybeNumberOf(of: Properties, name: string): number | null {
  const value = of[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function propertiesOf(of: Properties, name: string): Properties {
  const value = of[name];
  return isProperties(value) ? value : {};
}

export function listOf(of: Properties, name: string): readonly Properties[] {
  const value = of[name];
  return Array.isArray(value) ? value.filter(isProperties) : [];
}
