/**
 * The partition keys of the items that a call names: IAM's `dynamodb:LeadingKeys`. Undefined if it names none, as in a
 * scan. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function leadingKeys(input: unknown, table: string, partitionKey: string | undefined): string[] | undefined {
  if (partitionKey === undefined) return undefined;
  const call = input as Input;
  const batch = call.RequestItems?.[table];
  const items = batch ? itemsOfBatch(batch) : [call.Key, call.Item].filter((item) => item !== undefined);
  if (items.length > 0) return items.map((item) => textOf(item[partitionKey]));
  return queriedKey(call, partitionKey);
}

type Attributes = Record<string, Record<string, unknown> | undefined>;

interface Input {
  Key?: Attributes;
  Item?: Attributes;
  KeyConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
  RequestItems?: Record<string, { Keys?: Attributes[] } | Write[]>;
}

interface Write {
  PutRequest?: { Item?: Attributes };
  DeleteRequest?: { Key?: Attributes };
}

function itemsOfBatch(batch: { Keys?: Attributes[] } | Write[]): Attributes[] {
  if (!Array.isArray(batch)) return batch.Keys ?? [];
  return batch.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {});
}

/** A query compares the partition key with one value by `=`. */
function queriedKey(call: Input, partitionKey: string): string[] | undefined {
  const names = call.ExpressionAttributeNames ?? {};
  for (const [, name = "", value = ""] of (call.KeyConditionExpression ?? "").matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === partitionKey) return [textOf(call.ExpressionAttributeValues?.[value])];
  }
  return undefined;
}

/** Converts a typed value such as `{ S: "x" }` to the text that policies compare. */
function textOf(value: Record<string, unknown> | undefined): string {
  return String(Object.values(value ?? {})[0] ?? "");
}
