import { types } from "node:util";
import { binaryLetterOf } from "./binary.ts";
import { copyBareObject, copyPlainObject, type PlainObject } from "./copy-object.ts";
import {
  arrayBytes,
  bigintBytes,
  binaryBytes,
  DATE_BYTES,
  HEAP_NUMBER_BYTES,
  mapBytes,
  numberBytes,
  objectBytes,
  REGEXP_BYTES,
  setBytes,
  stringBytes,
} from "./heap-layout.ts";
import { MAX_DEPTH, MAX_HOLES } from "./limits.ts";
import { classNameOf, propertyStep, type RefusalKind } from "./refusal.ts";
import { ShapeMemory } from "./shape-memory.ts";

const shapes: ShapeMemory = new ShapeMemory();

export interface ProtectWalkOptions {
  /** Whether a value that can be frozen shall be. */
  readonly freezes: boolean;
  /** The value was just decoded: nobody else has it, and it is frozen where it stands. */
  readonly isFresh: boolean;
  readonly maxBytes: number;
}

/** What was refused, with the steps that lead there, the last first. */
export interface WalkRefusal {
  readonly kind: RefusalKind;
  readonly className?: string;
  readonly steps: string[];
}

interface Replacement {
  readonly key: string;
  readonly kept: unknown;
}

/**
 * One walk over a loaded value: is it storable, is it plain JSON, what does it take, and, as long as
 * nothing was met that cannot be frozen, a frozen copy of it. From then on only the first three go on,
 * and `visit` gives back what it was given.
 */
export class ProtectWalk {
  isFreezable: boolean;
  isPlainJson = true;
  /** A decoded view that shows part of a larger buffer, which it would keep alive. */
  hasBorrowedBytes = false;
  sizeBytes = 0;
  refusal: WalkRefusal | undefined;
  readonly #isFresh: boolean;
  readonly #maxBytes: number;
  /** The objects from the root down to where the walk is, by depth. */
  readonly #ancestors: object[] = [];

  constructor(options: ProtectWalkOptions) {
    this.isFreezable = options.freezes;
    this.#isFresh = options.isFresh;
    this.#maxBytes = options.maxBytes;
  }

  visit(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "string":
        this.sizeBytes += stringBytes(value);
        return value;
      case "number":
        this.sizeBytes += numberBytes(value);
        if (!isJsonNumber(value)) this.isPlainJson = false;
        return value;
      case "boolean":
        return value;
      case "object":
        return value === null ? null : this.#visitObject(value, depth);
      case "undefined":
        this.isPlainJson = false;
        return value;
      case "bigint":
        this.isPlainJson = false;
        this.sizeBytes += bigintBytes(value);
        return value;
      case "function":
        return this.#refuse("function");
      case "symbol":
        return this.#refuse("symbol");
    }
  }

  #visitObject(value: object, depth: number): unknown {
    if (depth >= MAX_DEPTH) return this.#refuse("too-deep");
    if (this.sizeBytes > this.#maxBytes) return this.#refuse("too-large");
    if (!this.#isFresh) {
      for (let above = 0; above < depth; above++) {
        if (this.#ancestors[above] === value) return this.#refuse("cycle");
      }
      this.#ancestors[depth] = value;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#visitPlain(value as PlainObject, depth, false);
    if (Array.isArray(value)) {
      return prototype === Array.prototype
        ? this.#visitArray(value, depth)
        : this.#refuseClass(value);
    }
    if (prototype === null) return this.#visitPlain(value as PlainObject, depth, true);
    this.isPlainJson = false;
    this.isFreezable = false;
    return this.#visitBuiltIn(value, prototype, depth);
  }

  #visitPlain(source: PlainObject, depth: number, isBare: boolean): unknown {
    if (isBare) this.isPlainJson = false;
    return this.#isFresh
      ? this.#visitDecoded(source, depth, isBare)
      : this.#visitLoaded(source, depth, isBare);
  }

  #visitLoaded(source: PlainObject, depth: number, isBare: boolean): unknown {
    if (Object.getOwnPropertySymbols(source).length > 0) return this.#refuse("symbol-key");
    const keys = Object.keys(source);
    const replaced: Replacement[] = [];
    for (const key of keys) {
      const property = Object.getOwnPropertyDescriptor(source, key);
      if (property === undefined) return this.#refuseStep("unreadable", propertyStep(key));
      if (property.get !== undefined || property.set !== undefined) {
        return this.#refuseStep("accessor", propertyStep(key));
      }
      const item: unknown = property.value;
      const kept = this.visit(item, depth + 1);
      if (this.refusal !== undefined) return this.#leave(propertyStep(key));
      if (kept !== item) replaced.push({ key, kept });
    }
    this.sizeBytes += objectBytes(keys, isBare ? "table" : "copied", shapes);
    if (!this.isFreezable) return source;
    const copy = isBare ? copyBareObject(source) : copyPlainObject(source, keys.length);
    for (const { key, kept } of replaced) copy[key] = kept;
    return Object.freeze(copy);
  }

  /** Decoding makes neither getters nor symbols, and what it made need not be copied. */
  #visitDecoded(source: PlainObject, depth: number, isBare: boolean): unknown {
    const keys = Object.keys(source);
    for (const key of keys) {
      this.visit(source[key], depth + 1);
      if (this.refusal !== undefined) return this.#leave(propertyStep(key));
    }
    this.sizeBytes += objectBytes(keys, isBare ? "table" : "parsed", shapes);
    return this.isFreezable ? Object.freeze(source) : source;
  }

  #visitArray(source: readonly unknown[], depth: number): unknown {
    if (!isDense(source)) {
      const refusal = refusalOfSparse(source);
      if (refusal !== undefined) return this.#refuse(refusal);
      this.isPlainJson = false;
    }
    // Holes and items that are getters are read once, here.
    const copy = this.#isFresh || !this.isFreezable ? source : source.slice();
    let numbers = 0;
    let heapNumbers = 0;
    for (let at = 0; at < copy.length; at++) {
      const item = copy[at];
      if (typeof item === "number") {
        numbers++;
        if (numberBytes(item) > 0) heapNumbers++;
        if (!isJsonNumber(item)) this.isPlainJson = false;
        continue;
      }
      const kept = this.visit(item, depth + 1);
      if (this.refusal !== undefined) return this.#leave(`[${at}]`);
      if (kept !== item) (copy as unknown[])[at] = kept;
    }
    this.sizeBytes += arrayBytes(copy.length);
    // An array of nothing but numbers keeps them in itself, until it is frozen.
    if (numbers < copy.length || this.isFreezable)
      this.sizeBytes += heapNumbers * HEAP_NUMBER_BYTES;
    return this.isFreezable ? Object.freeze(copy) : source;
  }

  #visitBuiltIn(value: object, prototype: unknown, depth: number): unknown {
    if (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) return this.#visitBinary(value);
    const isDate = types.isDate(value) && prototype === Date.prototype;
    const isRegExp = types.isRegExp(value) && prototype === RegExp.prototype;
    const isMap = types.isMap(value) && prototype === Map.prototype;
    const isSet = types.isSet(value) && prototype === Set.prototype;
    if (!isDate && !isRegExp && !isMap && !isSet) return this.#refuseClass(value);
    if (hasOwnNames(value)) return this.#refuse("extra-property");
    if (types.isMap(value)) return this.#visitMap(value, depth);
    if (types.isSet(value)) return this.#visitSet(value, depth);
    this.sizeBytes += isDate ? DATE_BYTES : REGEXP_BYTES;
    return value;
  }

  #visitMap(map: ReadonlyMap<unknown, unknown>, depth: number): unknown {
    let at = 0;
    for (const [key, item] of map) {
      this.visit(key, depth + 1);
      if (this.refusal !== undefined) return this.#leave(`.keys()[${at}]`);
      this.visit(item, depth + 1);
      if (this.refusal !== undefined) return this.#leave(`.values()[${at}]`);
      at++;
    }
    this.sizeBytes += mapBytes(map.size);
    return map;
  }

  #visitSet(set: ReadonlySet<unknown>, depth: number): unknown {
    let at = 0;
    for (const item of set) {
      this.visit(item, depth + 1);
      if (this.refusal !== undefined) return this.#leave(`.values()[${at}]`);
      at++;
    }
    this.sizeBytes += setBytes(set.size);
    return set;
  }

  #visitBinary(value: ArrayBuffer | ArrayBufferView): unknown {
    if (binaryLetterOf(value) === undefined) return this.#refuseClass(value);
    const isView = ArrayBuffer.isView(value);
    if (isView && value.byteLength !== value.buffer.byteLength) this.hasBorrowedBytes = true;
    this.sizeBytes += binaryBytes(value.byteLength, isView);
    return value;
  }

  #refuse(kind: RefusalKind): undefined {
    this.refusal = { kind, steps: [] };
  }

  #refuseClass(value: object): undefined {
    this.refusal = { kind: "class-instance", className: classNameOf(value), steps: [] };
  }

  #refuseStep(kind: RefusalKind, step: string): undefined {
    this.refusal = { kind, steps: [step] };
  }

  #leave(step: string): undefined {
    this.refusal?.steps.push(step);
  }
}

/** NaN, the infinities and −0 do not survive JSON. */
function isJsonNumber(value: number): boolean {
  return value === 0 ? 1 / value > 0 : Number.isFinite(value);
}

/** Whether an array has all its items and nothing else; indexes come first and in their order. */
function isDense(source: readonly unknown[]): boolean {
  const keys = Object.keys(source);
  const length = source.length;
  if (keys.length !== length) return false;
  return length === 0 || keys[length - 1] === String(length - 1);
}

function refusalOfSparse(source: readonly unknown[]): RefusalKind | undefined {
  const keys = Object.keys(source);
  if (source.length - keys.length > MAX_HOLES) return "too-sparse";
  const last = keys[keys.length - 1];
  const isIndex = last === undefined || String(Number(last) >>> 0) === last;
  return isIndex && Object.getOwnPropertySymbols(source).length === 0
    ? undefined
    : "extra-property";
}

function hasOwnNames(value: object): boolean {
  return Object.keys(value).length > 0 || Object.getOwnPropertySymbols(value).length > 0;
}
