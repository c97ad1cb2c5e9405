import { resolve } from "node:path";
import { AppError } from "../runtime/errors.ts";
import { signatureKey, signatures, unknownText } from "./protocol.ts";

/** In the inputs and outputs of a preview: a value that only a deployment can know. */
export const unknownValue: unique symbol = Symbol("known after deployment");

/** An asset as plain data; the path of a file is absolute. */
export type Asset =
  | { asset: "file"; path: string }
  | { asset: "string"; text: string }
  | { asset: "remote"; uri: string };

/** An archive as plain data; the path of a file or folder is absolute, the names within are relative. */
export type Archive =
  | { archive: "file"; path: string }
  | { archive: "remote"; uri: string }
  | { archive: "assets"; assets: Record<string, Asset | Archive> };

export interface Reading {
  /** Base directory for the paths of assets and archives. */
  directory: string;
  /** Gets the path of each secret value, such as `environment.variables.TOKEN` or `keys[0]`. */
  onSecret?: (path: string) => void;
}

/** Converts wire values to plain values. */
export function fromWire(wire: unknown, reading: Reading, path = ""): unknown {
  if (wire === unknownText) return unknownValue;
  if (Array.isArray(wire)) return wire.map((item, index) => fromWire(item, reading, `${path}[${index}]`));
  if (!isRecord(wire)) return wire;
  switch (wire[signatureKey]) {
    case undefined:
      return mapValues(wire, (value, key) => fromWire(value, reading, path === "" ? key : `${path}.${key}`));
    case signatures.secret:
      reading.onSecret?.(path);
      return fromWire(wire.value, reading, path);
    case signatures.output:
      if (wire.secret === true) reading.onSecret?.(path);
      return "value" in wire ? fromWire(wire.value, reading, path) : unknownValue;
    case signatures.resource:
      return fromWire(wire.id === "" ? unknownText : (wire.id ?? wire.urn), reading);
    case signatures.asset:
      return assetFromWire(wire, reading);
    case signatures.archive:
      return archiveFromWire(wire, reading);
    default:
      throw new AppError("protocol", `${path} has the unknown signature ${String(wire[signatureKey])}`);
  }
}

/**
 * Converts plain values to wire values. Keys with the value undefined are left out.
 * @throws AppError `not-plain`, which names the path of a value that is not plain data
 */
export function toWire(value: unknown, path = ""): unknown {
  if (value === unknownValue) return unknownText;
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => (item === undefined ? null : toWire(item, `${path}[${index}]`)));
  }
  if (!isRecord(value)) throw notPlain(value, path);
  if (isAsset(value)) return { ...withoutKey(value, "asset"), [signatureKey]: signatures.asset };
  if (isArchive(value)) {
    const contents = mapValues(withoutKey(value, "archive"), (part) => toWire(part, path));
    return { ...contents, [signatureKey]: signatures.archive };
  }
  const present = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
  return mapValues(present, (item, key) => toWire(item, path === "" ? key : `${path}.${key}`));
}

function assetFromWire(wire: Record<string, unknown>, { directory }: Reading): Asset {
  if (typeof wire.path === "string") return { asset: "file", path: resolve(directory, wire.path) };
  if (typeof wire.uri === "string") return { asset: "remote", uri: wire.uri };
  return { asset: "string", text: String(wire.text ?? "") };
}

function archiveFromWire(wire: Record<string, unknown>, reading: Reading): Archive {
  if (typeof wire.path === "string") return { archive: "file", path: resolve(reading.directory, wire.path) };
  if (typeof wire.uri === "string") return { archive: "remote", uri: wire.uri };
  const assets = isRecord(wire.assets) ? wire.assets : {};
  return { archive: "assets", assets: mapValues(assets, (part) => fromWire(part, reading) as Asset | Archive) };
}

/** A provider may return assets of its inputs, which must become assets again. Hence the test for exact shapes. */
function isAsset(value: Record<string, unknown>): boolean {
  return hasShape(value, "asset", { file: "path", string: "text", remote: "uri" });
}

function isArchive(value: Record<string, unknown>): boolean {
  return hasShape(value, "archive", { file: "path", remote: "uri", assets: "assets" });
}

function hasShape(value: Record<string, unknown>, tag: string, fieldOf: Record<string, string>): boolean {
  const kind = value[tag];
  const field = typeof kind === "string" ? fieldOf[kind] : undefined;
  return field !== undefined && field in value && Object.keys(value).length === 2;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function withoutKey(value: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function mapValues<In, Out>(record: Record<string, In>, change: (value: In, key: string) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function notPlain(value: unknown, path: string): AppError {
  const kind = typeof value === "object" ? (value?.constructor?.name ?? "an object") : typeof value;
  return new AppError("not-plain", `${path || "the value"} should be plain data, but is ${kind}`);
}
