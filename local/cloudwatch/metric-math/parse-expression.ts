import { AppError } from "../../../runtime/errors.ts";

/** An expression of metric math as a tree. */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "id"; id: string }
  | { kind: "repeat" }
  | { kind: "list"; items: Expression[] }
  | { kind: "call"; name: string; args: Expression[] }
  | { kind: "binary"; operator: string; left: Expression; right: Expression };

/** By precedence, lowest first. Operators of one row have equal precedence and associate to the left. */
const operators = [
  ["<", ">"],
  ["+", "-"],
  ["*", "/"],
];

const tokenPattern = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|[-+*/<>()[\],])\s*/y;

/**
 * Parses the part of metric math that the alarms use: numbers, ids, lists, functions, arithmetic and comparisons.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @throws AppError `metric-math`
 */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const expression = parseBinary(tokens, 0);
  if (tokens.peek() !== undefined) throw tokens.unexpected("an operator or the end");
  return expression;
}

interface Tokens {
  peek(): string | undefined;
  take(): string | undefined;
  expect(token: string): void;
  unexpected(wanted: string): AppError;
}

function tokensOf(text: string): Tokens {
  const tokens: string[] = [];
  const pattern = new RegExp(tokenPattern);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const [, token] = pattern.exec(text) ?? [];
    if (token === undefined)
      throw problem(text, `expected metric math that the laptop supports; came "${text.slice(at)}"`);
    tokens.push(token);
  }
  let place = 0;
  const unexpected = (wanted: string) => problem(text, `expected ${wanted}; came "${tokens[place] ?? "the end"}"`);
  return {
    peek: () => tokens[place],
    take: () => tokens[place++],
    expect(token) {
      if (tokens[place] !== token) throw unexpected(`"${token}"`);
      place += 1;
    },
    unexpected,
  };
}

function parseBinary(tokens: Tokens, level: number): Expression {
  const here = operators[level];
  if (!here) return parseUnary(tokens);
  let left = parseBinary(tokens, level + 1);
  while (here.includes(tokens.peek() ?? "")) {
    const operator = tokens.take() ?? "";
    left = { kind: "binary", operator, left, right: parseBinary(tokens, level + 1) };
  }
  return left;
}

function parseUnary(tokens: Tokens): Expression {
  if (tokens.peek() !== "-") return parsePrimary(tokens);
  tokens.take();
  return { kind: "binary", operator: "*", left: { kind: "number", value: -1 }, right: parseUnary(tokens) };
}

function parsePrimary(tokens: Tokens): Expression {
  const token = tokens.peek() ?? "";
  if (!/^[\w([]/.test(token)) throw tokens.unexpected("a number, an id, a function or a bracket");
  tokens.take();
  if (token === "[") return { kind: "list", items: parseUntil(tokens, "]") };
  if (token === "(") {
    const inner = parseBinary(tokens, 0);
    tokens.expect(")");
    return inner;
  }
  if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
  // Ids begin with a lowercase letter; functions are written in capitals.
  if (/^[a-z]/.test(token)) return { kind: "id", id: token };
  if (token === "REPEAT") return { kind: "repeat" };
  tokens.expect("(");
  return { kind: "call", name: token, args: parseUntil(tokens, ")") };
}

function parseUntil(tokens: Tokens, end: string): Expression[] {
  const parsed: Expression[] = [];
  while (tokens.peek() !== end) {
    if (parsed.length > 0) tokens.expect(",");
    parsed.push(parseBinary(tokens, 0));
  }
  tokens.take();
  return parsed;
}

function problem(text: string, message: string): AppError {
  return new AppError("metric-math", `expression "${text}": ${message}`);
}
