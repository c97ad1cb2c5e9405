/** A value as an XML document of that name: lists are `member` elements, times ISO texts, and what is undefined is left out. */
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
