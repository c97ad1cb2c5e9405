/**
 * The value that a text holds as JSON; undefined where the text is not JSON, which the caller's schema then refuses.
 */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON itself has no undefined, so that no value can be mistaken for this.
    return undefined;
  }
}
