/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const allowedCharacters =
  "Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

// With the u flag a surrogate pair is one character beyond #xFFFF; a lone surrogate matches no range and is refused.
const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

export function hasOnlyAllowedCharacters(text: string): boolean {
  return allowed.test(text);
}
