import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { AwsError } from "../aws-error.ts";
import type { Call, ServiceEmulator } from "./call.ts";

/**
 * An emulator for the AWS Query protocol: form fields as input, XML as output.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryEmulator(namespace: string, perform: (call: Call) => Promise<object>): ServiceEmulator {
  return async (call, { response }) => {
    const result = await perform(call);
    const answer = { [`${call.action}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } };
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(writeXml(`${call.action}Response`, answer, namespace));
  };
}

export function sendQueryError(response: ServerResponse, { code, message, status }: AwsError): void {
  const Type = status < 500 ? "Sender" : "Receiver";
  const answer = { Error: { Type, Code: code, Message: message }, RequestId: randomUUID() };
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(writeXml("ErrorResponse", answer));
}

export function isQueryRequest(contentType: string | undefined): boolean {
  return contentType?.startsWith("application/x-www-form-urlencoded") === true;
}

/** The action of a form. */
export function queryAction(body: Buffer): string {
  return new URLSearchParams(body.toString("utf8")).get("Action") ?? "";
}

/** The parameters of a form's action, all texts. `Names.member.2=b` is the second item of a list. */
export function queryInput(body: Buffer): unknown {
  const root = newNode();
  for (const [path, value] of new URLSearchParams(body.toString("utf8"))) {
    if (path !== "Action" && path !== "Version") put(root, path.split("."), value);
  }
  return simplify(root);
}

interface Node {
  [key: string]: Node | string;
}

/** Without a prototype, so that a field name cannot reach one. */
function newNode(): Node {
  return Object.create(null) as Node;
}

function put(node: Node, [key = "", ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    node[key] = value;
    return;
  }
  const found = node[key];
  const child = typeof found === "object" ? found : newNode();
  node[key] = child;
  put(child, rest, value);
}

function simplify(node: Node | string): unknown {
  if (typeof node === "string") return node;
  const { member } = node;
  if (typeof member === "object" && Object.keys(node).length === 1) {
    const numbered = Object.entries(member).sort(([a], [b]) => Number(a) - Number(b));
    return numbered.map(([, value]) => simplify(value));
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, simplify(value)]));
}

/** Writes a value as an XML element: lists become `member` elements, dates ISO texts; undefined is left out. */
export function writeXml(name: string, value: unknown, namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${escapeText(namespace)}"`;
  return `<${name}${attribute}>${contentOf(value)}</${name}>`;
}

function contentOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((one) => writeXml("member", one)).join("");
  if (typeof value !== "object" || value === null) return escapeText(String(value));
  return Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => writeXml(key, field))
    .join("");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
