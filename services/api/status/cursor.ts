import { createHash } from "node:crypto";

/** The list that a cursor belongs to. With another owner or filter it is invalid. */
export interface CursorScope {
  owner: string;
  state: string | undefined;
  type: string | undefined;
}

/**
 * Encodes a position in a list. The digest detects a modified cursor, or one of another list. It needs no secret key, because
 * the owner of the listed jobs never comes from a cursor.
 */
export function writeCursor(position: string, scope: CursorScope): string {
  return Buffer.concat([digest(position, scope), Buffer.from(position)]).toString("base64url");
}

/** Decodes a cursor; undefined unless `writeCursor` made it for this scope. */
export function readCursor(cursor: string, scope: CursorScope): string | undefined {
  const position = Buffer.from(cursor, "base64url").subarray(digestBytes).toString();
  return writeCursor(position, scope) === cursor ? position : undefined;
}

const digestBytes = 12;

function digest(position: string, { owner, state, type }: CursorScope): Buffer {
  const text = JSON.stringify([position, owner, state ?? null, type ?? null]);
  return createHash("sha256").update(text).digest().subarray(0, digestBytes);
}
