/** Parses a text as JSON. Undefined: the text is not JSON; the caller's schema refuses undefined. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON text has the value undefined.
    return undefined;
  }
}
