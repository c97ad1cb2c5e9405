import { createHash } from "node:crypto";

/** What a cursor belongs to; under another owner or filter it would lead to a page that continues none. */
export interface CursorScope {
  owner: string;
  state: string | undefined;
  type: string | undefined;
}

/**
 * A position in a list as text for a client. The digest tells a cursor that was changed or belongs elsewhere; it is no
 * secret and needs none, because the owner of what is listed never comes from a cursor.
 */
export function writeCursor(position: string, scope: CursorScope): string {
  return Buffer.concat([digest(position, scope), Buffer.from(position)]).toString("base64url");
}

/** The position, or undefined when the cursor is not one that `writeCursor` made for this scope. */
export function readCursor(cursor: string, scope: CursorScope): string | undefined {
  const position = Buffer.from(cursor, "base64url").subarray(digestBytes).toString();
  return writeCursor(position, scope) === cursor ? position : undefined;
}

const digestBytes = 12;

function digest(position: string, { owner, state, type }: CursorScope): Buffer {
  const text = JSON.stringify([position, owner, state ?? null, type ?? null]);
  return createHash("sha256").update(text).digest().subarray(0, digestBytes);
}
