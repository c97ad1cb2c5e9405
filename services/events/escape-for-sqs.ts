/** Escapes the two characters that JSON may contain and a message of SQS may not. The text stays the same JSON. */
export function escapeForSqs(json: string): string {
  return json.replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
